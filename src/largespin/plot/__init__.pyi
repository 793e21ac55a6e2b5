"""Which file draws what."""

from .charts.animate import animate as animate
from .charts.attractor_shares import attractor_shares as attractor_shares
from .charts.averages import averages as averages
from .charts.basins import basins as basins
from .charts.bloch_components import bloch_components as bloch_components
from .charts.bloch_sphere import bloch_sphere as bloch_sphere
from .charts.boundary_lines import boundary_lines as boundary_lines
from .charts.branches import branches as branches
from .charts.correlations import correlations as correlations
from .charts.covariance import covariance as covariance
from .charts.cycle_branch import cycle_branch as cycle_branch
from .charts.distribution import distribution as distribution
from .charts.floquet_multipliers import floquet_multipliers as floquet_multipliers
from .charts.growth_rate import growth_rate as growth_rate
from .charts.heat_map import heat_map as heat_map
from .charts.limit_cycle import limit_cycle as limit_cycle
from .charts.line import line as line
from .charts.liouvillian_spectrum import liouvillian_spectrum as liouvillian_spectrum
from .charts.lyapunov_exponents import lyapunov_exponents as lyapunov_exponents
from .charts.mean_field_error import mean_field_error as mean_field_error
from .charts.number_of_stable_states import number_of_stable_states as number_of_stable_states
from .charts.occupations import occupations as occupations
from .charts.output_spectrum import output_spectrum as output_spectrum
from .charts.output_squeezing import output_squeezing as output_squeezing
from .charts.overlaps import overlaps as overlaps
from .charts.patterns import patterns as patterns
from .charts.phase_diagram import phase_diagram as phase_diagram
from .charts.pictures import pictures as pictures
from .charts.populations import populations as populations
from .charts.reduced_state_error import reduced_state_error as reduced_state_error
from .charts.sites import sites as sites
from .charts.spectrum import spectrum as spectrum
from .charts.stationary_states import stationary_states as stationary_states
from .charts.trajectory import trajectory as trajectory

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
