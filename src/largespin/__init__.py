"""Collective open quantum systems for many particles: one model definition, every level of description.

Start with a ready model (`models`) or define one (`Model`), then `equations`, `evolve`, `stationary_states`. Everything
is loaded when first used, so importing the library is quick.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from largespin._version import __version__

_HOMES = {
    "attractors": ("find_attractors", "lyapunov_exponents"),
    "bifurcations": ("boundaries", "boundary_curve", "branch", "branches"),
    "cycles": ("cycle_branch", "cycle_ends", "limit_cycle"),
    "errors": ("LargespinError", "LargespinWarning"),
    "model": (
        "CollectiveJump",
        "Jump",
        "Mode",
        "Model",
        "Particles",
        "Spins",
        "State",
        "derived_parameter",
        "modes",
        "parameter",
        "parameters",
    ),
    "patterns": (
        "LargeSpins",
        "Patterns",
        "check_load",
        "corrupt",
        "ideal_large_spins",
        "large_spins",
        "learning_matrix",
        "orthogonalised_couplings",
        "overlaps",
        "patterns_from_array",
        "patterns_from_images",
        "random_patterns",
        "recommended_rule",
        "save_picture",
        "strongest_correlation",
    ),
    "fluctuations": (
        "canonical_modes",
        "correlations",
        "drift_diffusion",
        "evolve_covariance",
        "floquet",
        "initial_covariance",
        "output_spectrum",
        "spectrum",
        "stationary_covariance",
    ),
    "meanfield.conserved": ("conserved_quantities",),
    "meanfield.equations": ("equations",),
    "meanfield.evolve": ("evolve",),
    "meanfield.local_map": ("apply_local_map", "local_map"),
    "meanfield.stop": ("StopWhen", "StopWhenStationary"),
    "phases": ("Rule", "phase_diagram"),
    "retrieval": ("Retrieval", "retrieve"),
    "stationary": ("stationary_states", "stability"),
    "sweeps": ("open_sweep", "plan_sweep", "sweep"),
}
_SUBPACKAGES = (
    "attractors",
    "bifurcations",
    "bounds",
    "cycles",
    "exact",
    "fluctuations",
    "gaussian",
    "meanfield",
    "model",
    "models",
    "patterns",
    "phases",
    "plot",
    "reproduce",
    "retrieval",
    "stationary",
    "study",
    "sweeps",
)
_PLACES = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [*sorted(_PLACES), *_SUBPACKAGES, "__version__", "time"]

if TYPE_CHECKING:
    from largespin import attractors as attractors
    from largespin import bifurcations as bifurcations
    from largespin import bounds as bounds
    from largespin import cycles as cycles
    from largespin import exact as exact
    from largespin import fluctuations as fluctuations
    from largespin import gaussian as gaussian
    from largespin import meanfield as meanfield
    from largespin import model as model
    from largespin import models as models
    from largespin import patterns as patterns
    from largespin import phases as phases
    from largespin import plot as plot
    from largespin import reproduce as reproduce
    from largespin import retrieval as retrieval
    from largespin import stationary as stationary
    from largespin import study as study
    from largespin import sweeps as sweeps
    from largespin.attractors import find_attractors as find_attractors
    from largespin.attractors import lyapunov_exponents as lyapunov_exponents
    from largespin.bifurcations import boundaries as boundaries
    from largespin.bifurcations import boundary_curve as boundary_curve
    from largespin.bifurcations import branch as branch
    from largespin.bifurcations import branches as branches
    from largespin.cycles import cycle_branch as cycle_branch
    from largespin.cycles import cycle_ends as cycle_ends
    from largespin.cycles import limit_cycle as limit_cycle
    from largespin.errors import LargespinError as LargespinError
    from largespin.errors import LargespinWarning as LargespinWarning
    from largespin.fluctuations import canonical_modes as canonical_modes
    from largespin.fluctuations import correlations as correlations
    from largespin.fluctuations import drift_diffusion as drift_diffusion
    from largespin.fluctuations import evolve_covariance as evolve_covariance
    from largespin.fluctuations import floquet as floquet
    from largespin.fluctuations import initial_covariance as initial_covariance
    from largespin.fluctuations import output_spectrum as output_spectrum
    from largespin.fluctuations import spectrum as spectrum
    from largespin.fluctuations import stationary_covariance as stationary_covariance
    from largespin.meanfield.conserved import conserved_quantities as conserved_quantities
    from largespin.meanfield.equations import equations as equations
    from largespin.meanfield.evolve import evolve as evolve
    from largespin.meanfield.local_map import apply_local_map as apply_local_map
    from largespin.meanfield.local_map import local_map as local_map
    from largespin.meanfield.stop import StopWhen as StopWhen
    from largespin.meanfield.stop import StopWhenStationary as StopWhenStationary
    from largespin.model import CollectiveJump as CollectiveJump
    from largespin.model import Jump as Jump
    from largespin.model import Mode as Mode
    from largespin.model import Model as Model
    from largespin.model import Particles as Particles
    from largespin.model import Spins as Spins
    from largespin.model import State as State
    from largespin.model import derived_parameter as derived_parameter
    from largespin.model import modes as modes
    from largespin.model import parameter as parameter
    from largespin.model import parameters as parameters
    from largespin.model.symbols import TIME as time
    from largespin.patterns import LargeSpins as LargeSpins
    from largespin.patterns import Patterns as Patterns
    from largespin.patterns import check_load as check_load
    from largespin.patterns import corrupt as corrupt
    from largespin.patterns import ideal_large_spins as ideal_large_spins
    from largespin.patterns import large_spins as large_spins
    from largespin.patterns import learning_matrix as learning_matrix
    from largespin.patterns import orthogonalised_couplings as orthogonalised_couplings
    from largespin.patterns import overlaps as overlaps
    from largespin.patterns import patterns_from_array as patterns_from_array
    from largespin.patterns import patterns_from_images as patterns_from_images
    from largespin.patterns import random_patterns as random_patterns
    from largespin.patterns import recommended_rule as recommended_rule
    from largespin.patterns import save_picture as save_picture
    from largespin.patterns import strongest_correlation as strongest_correlation
    from largespin.phases import Rule as Rule
    from largespin.phases import phase_diagram as phase_diagram
    from largespin.retrieval import Retrieval as Retrieval
    from largespin.retrieval import retrieve as retrieve
    from largespin.stationary import stability as stability
    from largespin.stationary import stationary_states as stationary_states
    from largespin.sweeps import open_sweep as open_sweep
    from largespin.sweeps import plan_sweep as plan_sweep
    from largespin.sweeps import sweep as sweep


def __getattr__(name: str) -> Any:
    if name in _SUBPACKAGES:
        return import_module(f"largespin.{name}")
    if name == "time":
        return import_module("largespin.model.symbols").TIME
    if name in _PLACES:
        return getattr(import_module(f"largespin.{_PLACES[name]}"), name)
    raise AttributeError(f"module 'largespin' has no attribute {name!r}")


def __dir__() -> list[str]:
    return __all__
