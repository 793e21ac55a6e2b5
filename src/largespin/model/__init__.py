"""What the system is: particles, modes, averages, jumps and the model made of them. No solving here."""

from largespin.model.jumps import CollectiveJump, Jump
from largespin.model.mode import Mode, modes
from largespin.model.model import Model
from largespin.model.particles import Particles
from largespin.model.spins import Blocks, Spins
from largespin.model.state import State
from largespin.model.symbols import TIME, derived_parameter, parameter, parameters

__all__ = [
    "TIME",
    "Blocks",
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
]
