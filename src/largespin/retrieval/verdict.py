"""What became of the pattern? One word and one sentence, from the last third of a run."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from largespin.errors import FloatArray
from largespin.patterns.blocks import LargeSpins

Motion = Literal["settled", "oscillating", "moving"]

LATE_SHARE = 1.0 / 3.0
"""Share of the run over which late averages are taken."""
MOVING = 0.003
"""Standard deviation of an overlap, or its drift, beyond which a run has not settled."""
STEADY = 0.005
"""Change of an overlap per unit of time, at the very end, beyond which a run has not settled."""
DAMPED = 0.7
"""Ratio of the standard deviations in the two halves of the late window below which an oscillation dies out."""
DECIDED = 0.01
"""Size of z beyond which a site counts as black or white."""
FORGOTTEN = 0.05
"""Root mean square of z below which nothing is remembered."""
SAME = 0.98
"""Share of agreeing sites from which a configuration is a pattern."""
INGREDIENT = 0.25
"""Share of the largest coefficient from which a pattern is named as part of a mixture."""
MOST_NAMED = 4
"""Patterns named at most in a mixture, the last place being for how many there are more."""


@dataclass(frozen=True, eq=False)
class Late:
    """The last third of a run.

    Attributes:
        z: z component of each block, the last one or, if the run did not settle, its time average. Shape (K,).
        overlaps, spread: time average and standard deviation of the overlaps, shape (M,).
        agreement: share of the sites whose sign agrees with each pattern, shape (M,).
        motion: whether the overlaps settled, oscillate or still move.
        wobble: root mean square deviation of z of single sites from its time average.
    """

    z: FloatArray
    overlaps: FloatArray
    spread: FloatArray
    agreement: FloatArray
    motion: Motion
    wobble: float

    @property
    def held(self) -> npt.NDArray[np.bool_]:
        """Which patterns are held, if only on average: the overlap exceeds its standard deviation. Shape (M,)."""
        return np.abs(self.overlaps) > self.spread


@dataclass(frozen=True)
class Verdict:
    """What became of the pattern.

    Attributes:
        kind: "retrieved", "antipattern", "mixture", "incomplete", "forgotten", "oscillating" or "moving".
        pattern: the pattern that it concerns, by position; None if there is none.
        sentence: the same with numbers.
    """

    kind: str
    pattern: int | None
    sentence: str


def agreement(spins: LargeSpins, z: FloatArray) -> FloatArray:
    """`Σ_k w_k [e_μk z_k > 0]`: the share of sites that have the sign of each pattern; grey sites never do."""
    same = (spins.coefficients * z > DECIDED) & (np.abs(z) > DECIDED)
    shares: FloatArray = same @ spins.weights
    return shares


def late_state(spins: LargeSpins, z: FloatArray, *, step: float) -> Late:
    """The last third of a run with block values `z`, shape (times, K), at moments `step` apart."""
    window = z[-max(6, int(len(z) * LATE_SHARE)) :]
    overlaps = spins.overlaps(window)
    motion = _motion(overlaps, step)
    wobble = float(np.sqrt(spins.weights @ window.var(axis=0)))
    still = motion == "settled" and wobble < MOVING
    held = z[-1] if still else window.mean(axis=0)
    return Late(held, overlaps.mean(axis=0), overlaps.std(axis=0), agreement(spins, held), motion, wobble)


def _motion(overlaps: FloatArray, step: float) -> Motion:
    first, second = np.array_split(overlaps, 2)
    loudest = int(np.argmax(overlaps.std(axis=0)))
    if overlaps[:, loudest].std() < MOVING:
        return "settled" if np.max(np.abs(overlaps[-1] - overlaps[-2])) < STEADY * step else "moving"
    turns = np.count_nonzero(np.diff(np.sign(np.diff(overlaps[:, loudest]))))
    damped = second[:, loudest].std() < DAMPED * first[:, loudest].std()
    return "moving" if turns < 2 or damped else "oscillating"


def judge(spins: LargeSpins, late: Late, *, start: int, first_z: FloatArray, turning_only: bool) -> Verdict:
    """The verdict on a run that started near pattern `start`.

    Args:
        spins: the blocks.
        late: the end of the run.
        start: the pattern that was damaged.
        first_z: z of each block at the start, shape (K,).
        turning_only: whether spins only turn, so that wrong sites cannot be repaired.

    Returns:
        The verdict.
    """
    kind, pattern = _kind(spins, late, start)
    named = start if pattern is None else pattern
    began, wrong = spins.overlaps(first_z)[named], 1.0 - agreement(spins, first_z)[named]
    name, first = repr(spins.names[named]), repr(spins.names[start])
    value = _value(late, named)
    rise = f"overlap {began:.2f} at the start, {value} at the end"
    sites = f"{_percent(late.agreement[named])} of the sites agree ({_percent(1.0 - wrong)} at the start)"
    elsewhere = "" if named == start else f", not {first} where it started"
    sentences = {
        "retrieved": f"Retrieved {name}{elsewhere}: {rise}; {sites}.",
        "antipattern": f"Retrieved the negative of {name}{elsewhere}: {rise}; "
        f"{_percent(1.0 - late.agreement[named])} of the sites are opposite to the picture.",
        "mixture": f"Mixture of {_ingredients(spins, late)}{'' if named == start else f', started near {first}'}: closest to "
        f"{name}; {rise}; {sites}.",
        "incomplete": f"Not retrieved: {rise} with {name}; {sites}.",
        "forgotten": f"Forgotten: every overlap decayed to about zero ({rise} with {name}).",
        "oscillating": f"Keeps oscillating: {rise} with {name} (time average ± standard deviation over the last "
        f"third); {f'on average {sites}' if pattern is not None else 'no pattern is held'}.",
        "moving": f"Still moving when the time ended: {rise} with {name} (average ± standard deviation over the last "
        "third); follow it for a longer time.",
    }
    sentence = sentences[kind]
    if late.motion == "settled" and late.wobble >= MOVING:
        sentence += f" Single spins keep precessing (z ± {late.wobble:.2f}) without changing the overlaps."
    if turning_only and wrong > 0.0 and kind not in ("retrieved", "forgotten"):
        sentence += (
            " Without relaxation modes and field only turn the spins, all sites of a column alike, so wrong sites "
            "stay opposite to right ones; relaxation above zero repairs them."
        )
    return Verdict(kind, pattern, sentence)


def _kind(spins: LargeSpins, late: Late, start: int) -> tuple[str, int | None]:
    best = int(np.argmax(late.agreement))
    opposite = agreement(spins, -late.z)
    if late.motion != "settled":
        return late.motion, best if late.agreement[best] >= SAME and late.held[best] else None
    if np.sqrt(np.sum(spins.weights * late.z**2)) < FORGOTTEN:
        return "forgotten", None
    if len(_named(_coefficients(spins, late.z))) > 1:
        return "mixture", best
    if late.agreement[best] >= SAME:
        return "retrieved", best
    if opposite.max() >= SAME:
        return "antipattern", int(np.argmax(opposite))
    return "incomplete", start


def _coefficients(spins: LargeSpins, z: FloatArray) -> FloatArray:
    """The combination of patterns nearest to z; of several (dependent patterns), the smallest."""
    scale = np.sqrt(spins.weights)
    return np.asarray(np.linalg.lstsq((spins.coefficients * scale).T, z * scale, rcond=None)[0], dtype=np.float64)


def _named(shares: FloatArray) -> list[int]:
    """The patterns that are part of a mixture, the largest first."""
    order = np.argsort(-np.abs(shares), kind="stable")
    return [int(n) for n in order if np.abs(shares[n]) > INGREDIENT * np.abs(shares).max()]


def _ingredients(spins: LargeSpins, late: Late) -> str:
    shares = _coefficients(spins, late.z)
    words = [("" if shares[n] > 0 else "the negative of ") + repr(spins.names[n]) for n in _named(shares)]
    if len(words) > MOST_NAMED:
        words = [*words[: MOST_NAMED - 1], f"{len(words) - MOST_NAMED + 1} more"]
    return f"{', '.join(words[:-1])} and {words[-1]}"


def _value(late: Late, pattern: int) -> str:
    if late.motion == "settled":
        return f"{late.overlaps[pattern]:.2f}"
    return f"{late.overlaps[pattern]:.2f} ± {late.spread[pattern]:.2f}"


def _percent(share: float) -> str:
    return f"{100.0 * share:.1f} %"
