r"""Why does a Dicke memory repair nothing by itself, and what mends it?

Cavity modes and the field Ω only *turn* spins. All sites with the same column of pattern values feel the same field,
hence the same rotation: two of them that start opposite, one right and one wrong, stay opposite for ever,

    \dot m_right = 2 B_k × m_right,   \dot m_wrong = 2 B_k × m_wrong   ⟹   m_wrong(t) = −m_right(t) .

So the share of wrong sites in a column never changes and the overlap never exceeds 1 − 2·(share of wrong sites).
Dissipation of single spins lets each site forget how it started. Here every spin relaxes towards the lower state of
the field, σ_x = −1, at rate γ. That treats σ_z = ±1 alike, so it favours neither a pattern nor its negative, which
decay towards σ_z = −1 would.
"""

from dataclasses import replace

import numpy as np
import sympy as sp

from largespin.errors import LargespinError
from largespin.model import Jump, Model, parameter


def with_relaxation(model: Model) -> Model:
    r"""Add the jump `√γ |−x⟩⟨+x|` on every spin: `ẋ_k −= γ (x_k + 1)`, `ẏ_k −= γ y_k/2`, `ż_k −= γ z_k/2`.

    Combined with the Dicke model, retrieval for small γ ends at `x = −r`, `z² = 2r (1 − r)` with
    `r = (g_ν/g_0)²` and `g_ν` the critical coupling of CL21 Eq. 12, whatever the start was.

    Arguments:
        model: a model of spins ½.

    Returns:
        The model with one more jump and the parameter `relaxation` (γ, at least zero).

    Raises:
        LargespinError: for particles that are no spins ½.

    Example:
        >>> import largespin as ls
        >>> from largespin.retrieval import with_relaxation
        >>> model = with_relaxation(ls.models.dicke(ls.ideal_large_spins(1)))
        >>> numbers = {"field": 0.5, "coupling": 0.8, "relaxation": 0.01}
        >>> run = ls.evolve(model, [0, 0, 0.6], 3000.0, **numbers)
        >>> r = 0.3125 / 0.8**2
        >>> round(abs(run.overlap.item()), 2) == round((2 * r * (1 - r)) ** 0.5, 2)
        True

    Source: own derivation from theory.md, sections 3 and 8.
    """
    if model.particles.levels != 2:
        raise LargespinError(
            f"Argument `model` must describe spins 1/2, but its particles have {model.particles.levels} levels."
        )
    up, down = np.array([1.0, 1.0]) / np.sqrt(2.0), np.array([1.0, -1.0]) / np.sqrt(2.0)
    rate = parameter("relaxation", symbol="gamma", nonnegative=True, description="relaxation rate of single spins")
    jump = Jump(np.outer(down, up), sp.sqrt(rate), name="relaxation")
    return replace(model, jumps=(*model.jumps, jump), name=f"{model.name}, relaxing spins")
