"""Any function over a grid of named values, on as many processes as there are, and nothing lost when it stops."""

from largespin.sweeps.evaluate import point_seed as point_seed
from largespin.sweeps.plan import SweepPlan as SweepPlan
from largespin.sweeps.plan import plan_sweep as plan_sweep
from largespin.sweeps.reading import open_sweep as open_sweep
from largespin.sweeps.sweep import sweep as sweep

__all__ = ["SweepPlan", "open_sweep", "plan_sweep", "point_seed", "sweep"]
