"""Which of the given states are stationary? One check, with one wording, for all calls that need states at rest."""

import numpy as np
import numpy.typing as npt

from largespin.errors import FloatArray, LargespinError
from largespin.meanfield.numeric import NumericMeanField
from largespin.meanfield.points import Points
from largespin.outcomes import Ending, Outcome
from largespin.stationary.thresholds import MOVING

NO_STATE = Ending(Outcome.NO_STATE, "No state at this point.")


def speeds(functions: NumericMeanField, where: Points) -> FloatArray:
    """``|du/dt|`` of every point, shape (points,); NaN where there is no state."""
    known = np.isfinite(where.starts).all(axis=-1)
    speed = np.full(len(where), np.nan)
    rates = functions.rhs(where.starts[known], where.parameters[known])
    speed[known] = np.linalg.norm(rates, axis=-1)
    return speed


def at_rest(speed: FloatArray, cure: str) -> tuple[npt.NDArray[np.bool_], dict[int, Ending]]:
    """Which points hold a state at rest, shape (points,), and what is said about the others.

    Args:
        speed: ``|du/dt|`` of every point, NaN where there is no state.
        cure: what to do with states that move.

    Raises:
        LargespinError: no state is stationary.
    """
    resting = speed <= MOVING
    if not resting.any():
        raise LargespinError(
            f"Argument `start` must be stationary, but |du/dt| = {np.nanmin(speed):.3g}; find states with "
            f"`stationary_states`{cure}."
        )
    said: dict[int, Ending] = {}
    for index in np.flatnonzero(~resting).tolist():
        sentence = f"The state is not stationary: |du/dt| = {speed[index]:.3g}."
        said[index] = NO_STATE if np.isnan(speed[index]) else Ending(Outcome.NOT_STATIONARY, sentence)
    return resting, said
