"""Limit cycles: found from runs and Hopf points, followed in a parameter until they end, and why they do."""

from largespin.cycles.branch import cycle_branch
from largespin.cycles.ends import cycle_ends
from largespin.cycles.limit_cycle import limit_cycle

__all__ = ["cycle_branch", "cycle_ends", "limit_cycle"]
