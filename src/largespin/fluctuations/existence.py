"""Does a stationary covariance exist, and if not, along which direction not?"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr

from largespin.errors import ComplexArray, FloatArray
from largespin.outcomes import Ending, Outcome
from largespin.quantities import text
from largespin.stationary.thresholds import NEUTRAL

NAMED = 3
"""Number of components by which a direction is named: more do not fit into a sentence, and three tell q from p or z from y."""
SHOWN = 0.05
"""Size of the smallest component that is named, of a direction of length 1: what is smaller carries 0.3 % of its square."""


@dataclass(frozen=True)
class Existence(Ending):
    """Whether there is a covariance, and what the fluctuations do.

    Attributes:
        verdict: ``stable`` (they decay), ``marginal`` (nothing can move), ``critical``, ``undamped`` or ``unstable``,
            ``undetermined`` (it depends on a start that is not known), ``not finite``; empty where no state is at rest.
    """

    verdict: str = ""

    def __bool__(self) -> bool:
        return self.outcome.usable


NO_STATE = Existence(Outcome.NO_STATE, "No state at this point.")
NOT_FINITE = Existence(
    Outcome.NO_COVARIANCE,
    "No covariance: the drift or the noise is not finite here; an amplitude such as √n has no derivative where n vanishes.",
    "not finite",
)


def none(verdict: str, reason: str) -> Existence:
    """There is no covariance, for a reason."""
    return Existence(Outcome.NO_COVARIANCE, f"No stationary covariance: {reason}.", verdict)


def decaying(rate: float, kept: str = "") -> Existence:
    """There is a covariance: fluctuations decay at least at `rate`; `kept` says what is conserved."""
    return Existence(Outcome.FINISHED, f"Stationary: fluctuations decay at least at rate {rate:.4g}{kept}.", "stable")


def words(existences: Sequence[Existence], shape: tuple[int, ...], dims: tuple[str, ...]) -> dict[str, xr.DataArray]:
    """Outcome, verdict and sentence of every point as labelled arrays."""
    columns = {
        "outcome": [existence.outcome for existence in existences],
        "verdict": [existence.verdict for existence in existences],
        "sentence": [existence.sentence for existence in existences],
    }
    return {name: xr.DataArray(text(column).reshape(shape), dims=dims) for name, column in columns.items()}


def judge(drift: FloatArray, names: list[str], basis: FloatArray | None = None, kept: str = "") -> Existence:
    """Judge J by the eigenvalues on the directions that can fluctuate.

    Args:
        drift: J on these directions, shape (r, r).
        names: names of the n variables.
        basis: the directions in terms of the variables, shape (n, r); all of them if not given.
        kept: what is said about conserved directions.
    """
    if drift.size == 0:
        return Existence(Outcome.FINISHED, f"Stationary: every direction is conserved{kept}.", "marginal")
    values, vectors = np.linalg.eig(drift)
    scale = max(1.0, float(np.abs(values).max()))
    slowest = int(np.argmax(values.real))
    growth = float(values[slowest].real)
    if growth < -NEUTRAL * scale:
        return decaying(-growth, kept)
    direction = named_direction(vectors[:, slowest] if basis is None else basis @ vectors[:, slowest], names)
    if growth > NEUTRAL * scale:
        return none("unstable", f"the state is unstable: fluctuations along {direction} grow at rate {growth:.4g}")
    frequency = abs(float(values[slowest].imag))
    if frequency > NEUTRAL * scale:
        return none(
            "undamped", f"fluctuations along {direction} oscillate at frequency {frequency:.4g} without damping"
        )
    return none("critical", f"fluctuations along {direction} are not damped")


def named_direction(vector: ComplexArray, names: list[str]) -> str:
    """The largest components of a direction, such as ``0.71 block 0 z − 0.71 block 1 z``.

    Of an oscillation, where components have phases, the sizes alone: ``0.71 a q, 0.71 a p``.
    """
    unit = vector / np.linalg.norm(vector)
    largest = int(np.argmax(np.abs(unit)))
    turned = unit * np.abs(unit[largest]) / unit[largest]
    order = [i for i in np.argsort(-np.abs(turned), kind="stable")[:NAMED] if abs(turned[i]) >= SHOWN]
    if np.abs(turned.imag).max() > SHOWN:
        return ", ".join(f"{abs(turned[i]):.2f} {names[i]}" for i in order)
    signs = ["− " if turned[i].real < 0 else "+ " for i in order]
    words = " ".join(f"{sign}{abs(turned[i]):.2f} {names[i]}" for sign, i in zip(signs, order, strict=True))
    return words.removeprefix("+ ")
