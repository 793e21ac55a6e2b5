"""How stationary states change with parameters: branches, bifurcations, and the lines they draw in two parameters."""

from largespin.bifurcations.boundaries import boundaries, boundary_curve
from largespin.bifurcations.branch import branch, branches

__all__ = ["boundaries", "boundary_curve", "branch", "branches"]
