"""Which runs have come to rest, and at which stationary states?"""

import numpy as np

from largespin.attractors.attractor import Attractor
from largespin.errors import FloatArray
from largespin.stationary.newton import Conditions
from largespin.stationary.stability import stability_eigenvalues, verdict
from largespin.stationary.thresholds import FOUND

NEAR = 1e-2
"""Distance from a stable state at which a run counts as arrived: in its basin, still on the way for want of time; a
tenth of what separates different states of common models."""
CREEPING = 5e-2
"""Distance from a marginal state at which a run counts as arrived: it is approached as 1/t or 1/√t, so 400 inverse
rates leave 0.0025 to 0.05."""
EXACTLY = 1e-6
"""Distance from a state that does not attract at which a run rests there all the same: it began on its stable set, and
in the time of the run rounding has not yet grown to this."""
JOIN = 1e-4
"""Distance below which two stationary states are one: polished ones agree up to 1e-9, at a fold up to the root of this,
3e-5."""


def resting(
    conditions: Conditions, ends: FloatArray, polished: FloatArray, norms: FloatArray, parameters: FloatArray
) -> tuple[list[Attractor], list[int]]:
    """The stationary states that runs reached at one parameter point, and the runs that are still moving.

    Args:
        conditions: the equations of stationary states.
        ends: last states of the runs, shape (S, n).
        polished: where Newton's method ended that began there, shape (S, n).
        norms: its residuals, shape (S,).
        parameters: shape (number of parameters,).
    """
    distance = np.linalg.norm(polished - ends, axis=-1)
    waiting = [int(i) for i in np.argsort(norms, kind="stable") if norms[i] < FOUND and distance[i] < CREEPING]
    moving = sorted(set(np.flatnonzero(np.isfinite(ends).all(axis=1)).tolist()) - set(waiting))
    found: list[Attractor] = []
    while waiting:
        root = polished[waiting[0]]
        here = [i for i in waiting if np.linalg.norm(polished[i] - root) < JOIN]
        waiting = [i for i in waiting if i not in set(here)]
        kind, reach, growth, sentence = _judged(conditions, root, parameters)
        arrived = [i for i in here if distance[i] < reach]
        moving += [i for i in here if distance[i] >= reach]
        if arrived:
            found.append(Attractor(kind, root[None], JOIN, sentence, sorted(arrived), exponent=growth))
    return found, sorted(moving)


def _judged(conditions: Conditions, root: FloatArray, parameters: FloatArray) -> tuple[str, float, float, str]:
    """Kind, distance up to which runs count as arrived, growth rate and sentence of a stationary state."""
    eigenvalues = stability_eigenvalues(conditions.functions.model, root, parameters)
    judged = verdict(eigenvalues, int(np.isnan(eigenvalues.real).sum()))
    growth = float(eigenvalues.real[0])
    if judged.name == "stable":
        return "stationary", NEAR, growth, judged.sentence
    if judged.name == "marginal":
        return "stationary", CREEPING, growth, judged.sentence
    kind = "unstable stationary" if judged.name == "unstable" else "stationary"
    return kind, EXACTLY, growth, f"{judged.sentence} Reached by starts on its stable set only."
