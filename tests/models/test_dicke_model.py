"""The ready Dicke model against its closed forms (CL21 Eq. 12; theory, section 8)."""

from typing import Any

import numpy as np
import pytest
from solved import library_rhs, parameter_vector

import largespin as ls
from largespin.meanfield.numeric import numeric_mean_field

FREQUENCIES, LOSSES = np.array([1.0, 1.5, 2.2]), np.array([0.8, 1.0, 0.5])
FIELD, COUPLING = 0.5, 1.4
BLOCKS = ls.ideal_large_spins(3)
MODEL = ls.models.dicke(BLOCKS, mode_frequencies=FREQUENCIES, losses=LOSSES)
VALUES = {"field": FIELD, "coupling": COUPLING}
VALUES |= {f"mode_frequency_{i + 1}": float(FREQUENCIES[i]) for i in range(3)}
VALUES |= {f"loss_{i + 1}": float(LOSSES[i]) for i in range(3)}
CRITICAL = np.sqrt(FIELD / (2 * FREQUENCIES) * (FREQUENCIES**2 + LOSSES**2 / 4))


def retrieval_state(nu: int, s: float = 1.0, coupling: float = COUPLING) -> Any:
    x = -(CRITICAL[nu] ** 2) / coupling**2
    z = np.sqrt(s**2 - x**2)
    m = np.zeros((4, 3))
    m[:, 0], m[:, 2] = s * x / s, BLOCKS.coefficients[nu] * z
    alpha = np.zeros(3, dtype=complex)
    square = FREQUENCIES[nu] ** 2 + LOSSES[nu] ** 2 / 4
    alpha[nu] = -coupling * z * (FREQUENCIES[nu] + 0.5j * LOSSES[nu]) / square
    return MODEL.state(m, alpha)


@pytest.mark.parametrize("nu", [0, 1, 2])
@pytest.mark.parametrize("s", [1.0, 0.8])
def test_retrieval_state_is_stationary(nu: int, s: float) -> None:
    """CL21 Eq. 12, also for mixed spins of length s."""
    u = retrieval_state(nu, s).vector
    np.testing.assert_allclose(library_rhs(MODEL, u, VALUES), 0.0, atol=1e-14)
    assert np.max(np.abs(library_rhs(MODEL, 1.01 * u, VALUES))) > 1e-3


@pytest.mark.parametrize("nu", [0, 1, 2])
def test_stability_boundary_of_retrieval(nu: int) -> None:
    """Pattern ν is stable against μ for ``g_0 > g_ν^{3/2}/g_μ^{1/2}`` only: later than it exists, for the harder ones."""
    boundary = max(CRITICAL[nu] ** 1.5 / CRITICAL[mu] ** 0.5 for mu in range(3))
    growth = []
    for coupling in (boundary * 0.99, boundary * 1.01):
        if coupling < CRITICAL[nu]:
            continue
        p = parameter_vector(MODEL, VALUES | {"coupling": coupling})
        jacobian = numeric_mean_field(MODEL).jacobian(retrieval_state(nu, coupling=coupling).vector, p)
        growth.append(np.max(np.linalg.eigvals(jacobian).real))
    assert growth[-1] < 1e-6
    if len(growth) == 2:
        assert growth[0] > 1e-3
    assert len(growth) == (1 if nu == int(np.argmin(CRITICAL)) else 2)


def test_normal_state_loses_stability_at_the_smallest_critical_coupling() -> None:
    normal = MODEL.state([-1.0, 0.0, 0.0], modes=0)
    for coupling, unstable in ((0.98 * CRITICAL.min(), False), (1.02 * CRITICAL.min(), True)):
        p = parameter_vector(MODEL, VALUES | {"coupling": coupling})
        growth = np.max(np.linalg.eigvals(numeric_mean_field(MODEL).jacobian(normal.vector, p)).real)
        assert bool(growth > 1e-3) is unstable


def test_defaults_reach_the_parameters() -> None:
    assert {k: p.data.default for k, p in MODEL.parameters.items() if p.data.default is not None} == {
        k: v for k, v in VALUES.items() if k not in ("field", "coupling")
    }
    scalar = ls.models.dicke(BLOCKS, losses=0.3)
    assert [scalar.parameters[f"loss_{i}"].data.default for i in (1, 2, 3)] == [0.3] * 3
    run = ls.evolve(MODEL, retrieval_state(0), 5.0, field=FIELD, coupling=COUPLING)
    np.testing.assert_allclose(run.occupation.values, np.abs(retrieval_state(0).amplitudes) ** 2, atol=1e-6)


def test_a_gauge_is_refused_with_individual_decay() -> None:
    blocks = ls.large_spins(ls.random_patterns(2, 40, seed=0), gauge=True)
    assert blocks.gauge is not None
    with pytest.raises(ls.LargespinError, match="decay"):
        ls.models.dicke(blocks, decay=True)


def test_an_unknown_learning_rule_is_refused() -> None:
    with pytest.raises(ls.LargespinError, match="hebb"):
        ls.models.dicke(BLOCKS, learning="hebbian")  # type: ignore[arg-type]


def test_dephasing_is_allowed_with_a_gauge() -> None:
    assert ls.models.dicke(ls.ideal_large_spins(2), dephasing=True).has_local_jumps
