"""Canonical modes: the symplectic form comes out, nothing is lost, labels say what is what."""

from typing import Any

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from random_models import SEEDS, examples, library_model, recipe, start_state
from sentences import check_sentence

import largespin as ls
from largespin.fluctuations.linear import numeric_fluctuations, product_covariance
from largespin.fluctuations.matrices import matrix

TWO = ls.models.hopfield(ls.ideal_large_spins(1, gauge=False))


def product_states(model: ls.Model, state: ls.State) -> xr.Dataset:
    """Covariance and commutators of a product state and of a noisier one."""
    names = model.variable_names
    one = product_covariance(model, state.bloch)
    sigma = numeric_fluctuations(model).commutators(state.vector)
    return xr.Dataset(
        {
            "covariance": matrix(np.stack([one, one + np.eye(len(one))]), ("noise",), names),
            "commutator": matrix(np.stack([sigma, sigma]), ("noise",), names),
        }
    )


@examples(20)
@given(SEEDS, st.sampled_from([2, 3, 4]), st.booleans())
def test_commutators_become_canonical(seed: int, levels: int, mode: bool) -> None:
    plan = recipe(seed, levels=levels, blocks=1 + seed % 2, mode=mode)
    model = library_model(plan)
    run = product_states(model, start_state(plan, model))
    modes = ls.canonical_modes(run, classical="keep")
    a, sigma = modes.transformation.values, run.commutator.values
    pairs = levels * (levels - 1) // 2 * len(plan.weights) + mode
    assert int((modes["kind"] == "quantum").sum()) == 2 * pairs
    assert a.shape[-2:] == (model.number_of_variables,) * 2
    form = np.zeros(a.shape[-2:])
    form[: 2 * pairs, : 2 * pairs] = ls.gaussian.symplectic_form(pairs)
    np.testing.assert_allclose(a @ sigma @ np.swapaxes(a, -1, -2), np.broadcast_to(form, a.shape), atol=1e-9)
    # The transformation can be undone, so nothing is lost.
    back = np.linalg.solve(a, modes.canonical_covariance.values)
    back = np.swapaxes(np.linalg.solve(a, np.swapaxes(back, -1, -2)), -1, -2)
    np.testing.assert_allclose(back, run.covariance.values, atol=1e-7 * np.abs(run.covariance.values).max())
    dropped = ls.canonical_modes(run)
    kept = modes.canonical_covariance.values[..., : 2 * pairs, : 2 * pairs]
    np.testing.assert_array_equal(dropped.canonical_covariance.values, kept)
    assert bool(np.all(ls.gaussian.is_physical(dropped)))


def test_the_frame_is_the_one_of_the_paper() -> None:
    """F24 Eqs. 69–71: for m_x = 0 the rotation is about x, also for a Bloch vector that points down."""
    states = ls.stationary_states(TWO, temperature=0.6, field=0.2)
    result = ls.stationary_covariance(TWO, states.isel(state=0))
    m = result.m.values
    modes = ls.canonical_modes(result, classical="keep")
    for k in range(2):
        _, y, z = m[k]
        length = np.hypot(y, z)
        u = np.array([[1, 0, 0], [0, z / length, -y / length], [0, y / length, z / length]])
        scaled = np.diag([1 / np.sqrt(2 * length), 1 / np.sqrt(2 * length), 1]) @ u
        own = modes.transformation.sel(row=[f"block {k} {a}" for a in "xyz"])
        rows = [f"spin {k} q", f"spin {k} p", f"spin {k} along m"]
        np.testing.assert_allclose(own.sel(quadrature=rows).values, scaled, atol=1e-12)
        assert float(modes.commutator_size.sel(canonical_mode=f"spin {k}")) == pytest.approx(2 * length)


@pytest.mark.parametrize("direction", [[0, 0, 1], [0, 0, -1], [1, 0, 0], [0, -1, 0], [0.6, 0.48, -0.64]])
def test_every_direction_has_a_frame(direction: Any) -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    run = ls.evolve_covariance(model, 0.9 * np.array(direction), [0.0, 0.01], temperature=1.0, field=0.2)
    modes = ls.canonical_modes(run.isel(time=0), classical="keep")
    a = modes.transformation.values
    np.testing.assert_allclose(a[2], direction, atol=1e-12)
    np.testing.assert_allclose(a @ run.commutator.values[0] @ a.T, [[0, 1, 0], [-1, 0, 0], [0, 0, 0]], atol=1e-12)


def test_parties_can_be_named_for_the_measures() -> None:
    model = ls.models.dicke(ls.ideal_large_spins(2), mode_frequencies=[1.0, 1.4])
    result = ls.stationary_covariance(model, model.state([-1, 0, 0], modes=0), field=0.5, coupling=0.4)
    modes = ls.canonical_modes(result)
    assert set(modes["mode"].values) == {"spin 0", "spin 1", "a_1", "a_2"}
    together = ls.gaussian.log_negativity(modes, "spins", "modes").item()
    assert together > 0
    assert ls.gaussian.log_negativity(modes, "spin 0", "a_1").item() < together
    assert ls.gaussian.mutual_information(modes, "block 0", ["a_1", "a_2"]).item() > 0


def test_blocks_without_a_bloch_vector_have_no_pair() -> None:
    result = ls.stationary_covariance(TWO, [0, 0, 0], temperature=[2.0, 3.0], field=0.0)
    modes = ls.canonical_modes(result)
    assert np.isnan(modes.canonical_covariance.values).all()
    assert modes.sentence.values[0] == "No canonical pair in block 0: its Bloch vector vanishes."
    assert np.isnan(ls.gaussian.discord(modes, "spin 0", "spin 1").values).all()


SENTENCES: dict[str, tuple[Any, str]] = {
    "choice": (
        lambda: ls.canonical_modes(xr.Dataset(), classical="measure"),  # type: ignore[arg-type]
        "Argument `classical` must be one of drop, keep, but it is 'measure'.",
    ),
    "dataset": (
        lambda: ls.canonical_modes(xr.Dataset()),
        "Argument `result` must be a dataset with `covariance` and `commutator`, as `stationary_covariance` makes it.",
    ),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_sentence(name: str) -> None:
    check_sentence(*SENTENCES[name])
