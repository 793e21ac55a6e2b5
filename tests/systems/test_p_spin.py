"""The p-spin model in a transverse field: ``h = −m_z^p + Γ m_x``, closed, so energy and |m| are conserved."""

from typing import Any

import numpy as np
import pytest
from solved import check_equations, check_trajectory, cross

import largespin as ls


@pytest.mark.parametrize("p", [2, 3, 5])
def test_p_spin(p: int) -> None:
    spins, field = ls.Spins(), 0.45
    model = ls.Model(spins, energy=-(spins.average("z") ** p) + ls.parameter("field") * spins.average("x"))

    def hand_written(t: float, u: Any) -> Any:
        return cross((field, 0.0, -p * u[2] ** (p - 1)), u)

    check_equations(model, hand_written, {"field": field})
    run = check_trajectory(model, hand_written, {"field": field}, times=np.linspace(0.0, 12.0, 7))
    x, _, z = run.m.values[:, 0].T
    energy = -(z**p) + field * x
    np.testing.assert_allclose(energy, energy[0], atol=1e-11)
