"""Exact solutions at finite N: the symmetric master equation of every model.

`evolve`, `stationary_states` and `spectrum` answer whole grids; `System` is one model with numbers, from which states and
generators can be had one by one.
"""

from largespin.exact.bridge import from_qutip as from_qutip
from largespin.exact.bridge import operators_to_qutip as operators_to_qutip
from largespin.exact.bridge import to_qutip as to_qutip
from largespin.exact.dicke_blocks import dicke_blocks as dicke_blocks
from largespin.exact.dicke_blocks import from_dicke_blocks as from_dicke_blocks
from largespin.exact.evolve import evolve as evolve
from largespin.exact.evolve import state_of as state_of
from largespin.exact.memory import Estimate as Estimate
from largespin.exact.positivity import positivity as positivity
from largespin.exact.spectrum import Spectrum as Spectrum
from largespin.exact.spectrum import spectrum_of as spectrum_of
from largespin.exact.state import SymmetricState as SymmetricState
from largespin.exact.stationary import StationaryStates as StationaryStates
from largespin.exact.stationary import stationary_states_of as stationary_states_of
from largespin.exact.system import System as System
from largespin.exact.tables import spectrum as spectrum
from largespin.exact.tables import stationary_states as stationary_states
from largespin.exact.witnesses import optimal_spin_squeezing as optimal_spin_squeezing
from largespin.exact.witnesses import spin_squeezing as spin_squeezing
