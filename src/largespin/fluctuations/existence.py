"""Does a stationary covariance exist, and if not, along which direction not?

Its verdict is ``stable`` (fluctuations decay) or ``marginal`` (nothing can move) where it exists; ``critical``,
``undamped`` or ``unstable``, ``undetermined`` (it depends on a start that is not known) or ``not finite`` where it does
not."""

import numpy as np

from largespin.errors import ComplexArray, FloatArray
from largespin.outcomes import Outcome
from largespin.stationary.judgement import Judgement
from largespin.stationary.thresholds import NEUTRAL

NAMED = 3
"""Number of components by which a direction is named: more do not fit into a sentence, and three tell q from p or z
from y."""
SHOWN = 0.05
"""Size of the smallest component that is named, of a direction of length 1: what is smaller carries 0.3 % of its
square."""


NOT_FINITE = Judgement(
    Outcome.NO_COVARIANCE,
    "No covariance: the drift or the noise is not finite here; an amplitude such as √n has no derivative where n vanishes.",
    "not finite",
)


def none(verdict: str, reason: str) -> Judgement:
    """There is no covariance, for a reason."""
    return Judgement(Outcome.NO_COVARIANCE, f"No stationary covariance: {reason}.", verdict)


def decaying(rate: float, kept: str = "") -> Judgement:
    """There is a covariance: fluctuations decay at least at `rate`; `kept` says what is conserved."""
    return Judgement(Outcome.FINISHED, f"Stationary: fluctuations decay at least at rate {rate:.4g}{kept}.", "stable")


def judge(drift: FloatArray, names: list[str], basis: FloatArray | None = None, kept: str = "") -> Judgement:
    """Judge J by the eigenvalues on the directions that can fluctuate.

    Args:
        drift: J on these directions, shape (r, r).
        names: names of the n variables.
        basis: the directions in terms of the variables, shape (n, r); all of them if not given.
        kept: what is said about conserved directions.
    """
    if drift.size == 0:
        return Judgement(Outcome.FINISHED, f"Stationary: every direction is conserved{kept}.", "marginal")
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
