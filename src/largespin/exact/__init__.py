"""Exact solutions at finite N: the symmetric master equation of every model.

`evolve`, `stationary_states` and `liouvillian_spectrum` answer whole grids; `System` is one model with numbers, from which states and
generators can be had one by one.
"""

from largespin.exact.calls.evolve import evolve
from largespin.exact.calls.from_qutip import from_qutip
from largespin.exact.calls.liouvillian_spectrum import liouvillian_spectrum
from largespin.exact.calls.operators_to_qutip import operators_to_qutip
from largespin.exact.calls.state_of import state_of
from largespin.exact.calls.stationary_states import stationary_states
from largespin.exact.calls.to_qutip import to_qutip
from largespin.exact.generator.memory import Estimate
from largespin.exact.generator.system import System
from largespin.exact.solvers.liouvillian_spectrum_of import LiouvillianSpectrum, liouvillian_spectrum_of
from largespin.exact.solvers.stationary_states_of import StationaryStates, stationary_states_of
from largespin.exact.states.dicke_blocks import dicke_blocks, from_dicke_blocks
from largespin.exact.states.positivity import positivity
from largespin.exact.states.state import SymmetricState
from largespin.exact.states.witnesses import optimal_spin_squeezing, spin_squeezing

__all__ = [
    "Estimate",
    "LiouvillianSpectrum",
    "StationaryStates",
    "SymmetricState",
    "System",
    "dicke_blocks",
    "evolve",
    "from_dicke_blocks",
    "from_qutip",
    "liouvillian_spectrum",
    "liouvillian_spectrum_of",
    "operators_to_qutip",
    "optimal_spin_squeezing",
    "positivity",
    "spin_squeezing",
    "state_of",
    "stationary_states",
    "stationary_states_of",
    "to_qutip",
]
