"""Exact solutions at finite N: the symmetric master equation of every model.

`evolve`, `stationary_states` and `spectrum` answer whole grids; `System` is one model with numbers, from which states and
generators can be had one by one.
"""

from largespin.exact.bridge import from_qutip, operators_to_qutip, to_qutip
from largespin.exact.dicke_blocks import dicke_blocks, from_dicke_blocks
from largespin.exact.evolve import evolve, state_of
from largespin.exact.memory import Estimate
from largespin.exact.positivity import positivity
from largespin.exact.spectrum import Spectrum, spectrum_of
from largespin.exact.state import SymmetricState
from largespin.exact.stationary import StationaryStates, stationary_states_of
from largespin.exact.system import System
from largespin.exact.tables import spectrum, stationary_states
from largespin.exact.witnesses import optimal_spin_squeezing, spin_squeezing

__all__ = [
    "Estimate",
    "Spectrum",
    "StationaryStates",
    "SymmetricState",
    "System",
    "dicke_blocks",
    "evolve",
    "from_dicke_blocks",
    "from_qutip",
    "operators_to_qutip",
    "optimal_spin_squeezing",
    "positivity",
    "spectrum",
    "spectrum_of",
    "spin_squeezing",
    "state_of",
    "stationary_states",
    "stationary_states_of",
    "to_qutip",
]
