"""Pictures of results: each function takes a result (and an `ax` if you have one) and returns what it drew.

Without `ax` a chart draws into a new pyplot figure, which notebooks and ``plt.show()`` show; with `ax` it draws there and
pyplot learns nothing of it. A chart of one panel returns its Axes, one of several panels its Figure.

In time
    `overlaps`, `averages`, `bloch_components`, `populations`, `occupations`
    `trajectory`      one quantity against another along a run
    `bloch_sphere`    states, runs and cycles in the Bloch sphere
Stationary states
    `stationary_states`         along one parameter, stable and unstable told apart
    `number_of_stable_states`, `growth_rate`    over two parameters
    `branches`, `boundary_lines`, `phase_diagram`
Cycles and attractors
    `limit_cycle`, `cycle_branch`, `floquet_multipliers`
    `attractor_shares`, `basins`, `lyapunov_exponents`
Fluctuations
    `covariance`, `spectrum`, `correlations`, `output_spectrum`, `output_squeezing`
Finite N
    `distribution`, `liouvillian_spectrum`, `mean_field_error`, `reduced_state_error`
On the sites
    `patterns`, `sites`, `pictures`, `animate`
Anything
    `line`, `heat_map`          any variable of any result over one or two axes

Matplotlib and Pillow are loaded when a function is called, not when this package is imported.
"""

from largespin.plot.charts.animate import animate
from largespin.plot.charts.attractor_shares import attractor_shares
from largespin.plot.charts.averages import averages
from largespin.plot.charts.basins import basins
from largespin.plot.charts.bloch_components import bloch_components
from largespin.plot.charts.bloch_sphere import bloch_sphere
from largespin.plot.charts.boundary_lines import boundary_lines
from largespin.plot.charts.branches import branches
from largespin.plot.charts.correlations import correlations
from largespin.plot.charts.covariance import covariance
from largespin.plot.charts.cycle_branch import cycle_branch
from largespin.plot.charts.distribution import distribution
from largespin.plot.charts.floquet_multipliers import floquet_multipliers
from largespin.plot.charts.growth_rate import growth_rate
from largespin.plot.charts.heat_map import heat_map
from largespin.plot.charts.limit_cycle import limit_cycle
from largespin.plot.charts.line import line
from largespin.plot.charts.liouvillian_spectrum import liouvillian_spectrum
from largespin.plot.charts.lyapunov_exponents import lyapunov_exponents
from largespin.plot.charts.mean_field_error import mean_field_error
from largespin.plot.charts.number_of_stable_states import number_of_stable_states
from largespin.plot.charts.occupations import occupations
from largespin.plot.charts.output_spectrum import output_spectrum
from largespin.plot.charts.output_squeezing import output_squeezing
from largespin.plot.charts.overlaps import overlaps
from largespin.plot.charts.patterns import patterns
from largespin.plot.charts.phase_diagram import phase_diagram
from largespin.plot.charts.pictures import pictures
from largespin.plot.charts.populations import populations
from largespin.plot.charts.reduced_state_error import reduced_state_error
from largespin.plot.charts.sites import sites
from largespin.plot.charts.spectrum import spectrum
from largespin.plot.charts.stationary_states import stationary_states
from largespin.plot.charts.trajectory import trajectory

__all__ = [
    "animate",
    "attractor_shares",
    "averages",
    "basins",
    "bloch_components",
    "bloch_sphere",
    "boundary_lines",
    "branches",
    "correlations",
    "covariance",
    "cycle_branch",
    "distribution",
    "floquet_multipliers",
    "growth_rate",
    "heat_map",
    "limit_cycle",
    "line",
    "liouvillian_spectrum",
    "lyapunov_exponents",
    "mean_field_error",
    "number_of_stable_states",
    "occupations",
    "output_spectrum",
    "output_squeezing",
    "overlaps",
    "patterns",
    "phase_diagram",
    "pictures",
    "populations",
    "reduced_state_error",
    "sites",
    "spectrum",
    "stationary_states",
    "trajectory",
]
