"""Labelled J, C and σ at any state, and the functions behind them."""

import numpy as np
import pytest
import sympy as sp

import largespin as ls
from largespin.fluctuations.linear import numeric_fluctuations

DICKE = ls.models.dicke(ls.ideal_large_spins(2), mode_frequencies=[1.0, 1.4], decay=False)


def test_matrices_are_labelled_and_those_of_the_functions() -> None:
    state = DICKE.state([[0.1, 0.2, 0.3], [-0.3, 0.1, 0.6]], [0.2 + 0.1j, -0.1j])
    result = ls.drift_diffusion(DICKE, state, field=0.5, coupling=[0.4, 0.9])
    assert result.drift.dims == ("coupling", "row", "column")
    assert list(result.row.values[-4:]) == ["a_1 q", "a_1 p", "a_2 q", "a_2 p"]
    functions = numeric_fluctuations(DICKE)
    p = np.array(
        [
            {**dict.fromkeys(DICKE.parameters, 1.0), "field": 0.5, "coupling": 0.9, "mode_frequency_2": 1.4}[k]
            for k in DICKE.parameters
        ]
    )
    np.testing.assert_allclose(result.drift.values[1], functions.drift(state.vector, p), atol=1e-14)
    c = functions.diffusion(state.vector, p)
    np.testing.assert_allclose(result.diffusion_real.values[1] + 1j * result.diffusion_imag.values[1], c, atol=1e-14)
    np.testing.assert_allclose(functions.real_diffusion(state.vector, p), c.real, atol=1e-14)
    # A lossy mode: κ/2 on q and p, and κ/2 between them in the imaginary part.
    mode = result.diffusion_real.sel(row=["a_1 q", "a_1 p"], column=["a_1 q", "a_1 p"]).values[0]
    np.testing.assert_allclose(mode, 0.5 * np.eye(2), atol=1e-14)
    assert float(result.diffusion_imag.sel(row="a_1 q", column="a_1 p")[0]) == pytest.approx(0.5)
    assert float(result.commutator.sel(row="a_2 q", column="a_2 p")[0]) == 1.0


def test_the_time_enters() -> None:
    spins = ls.Spins()
    model = ls.Model(spins, energy=sp.cos(ls.time) * spins.average("x"), jumps=[ls.Jump(spins.lowering)])
    early, late = (ls.drift_diffusion(model, [0, 0, 0.5], time=t).drift.sel(row="block 0 z") for t in (0.0, 1.0))
    assert float(early[1]) == pytest.approx(2.0)
    assert float(late[1]) == pytest.approx(2 * np.cos(1.0))


def test_one_jump_in_closed_form() -> None:
    """σ_- at rate γ: C = γ⟨[v, σ_-]†[v, σ_-]⟩ worked out by hand."""
    spins = ls.Spins()
    model = ls.Model(spins, jumps=[ls.Jump(spins.lowering, np.sqrt(0.7))])
    m = np.array([0.2, -0.3, 0.4])
    result = ls.drift_diffusion(model, m)
    # [x, σ_-] = z, [y, σ_-] = −i z, [z, σ_-] = −2σ_-: squares 1, 1, 4 σ_+σ_-; mixed ones from zσ_- = −σ_-.
    expected = 0.7 * np.array([[1, 0, m[0]], [0, 1, m[1]], [m[0], m[1], 2 * (1 + m[2])]])
    np.testing.assert_allclose(result.diffusion_real.values, expected, atol=1e-14)
    np.testing.assert_allclose(result.drift.values, np.diag([-0.35, -0.35, -0.7]), atol=1e-14)
