"""The measured error of mean field: independent exact solvers, closed forms, scaling, and what is refused."""

from functools import cache
from typing import Any

import numpy as np
import pytest
import xarray as xr
from full_space_exact import ExactFullSpace
from mean_field_by_scipy import mean_field
from random_models import LocalJump, Recipe
from sentences import check_sentence
from symmetric_space import LOWERING, PAULI, RAISING, SymmetricSpace, hopfield

import largespin as ls
from largespin.bounds import dicke_bound, mean_field_error, rate_bound, reduced_state_error
from largespin.bounds.calls.extrapolation import extrapolated, slopes
from largespin.model.operators import transition

ONE = ls.models.hopfield(ls.ideal_large_spins(1))
DICKE = ls.models.dicke(ls.ideal_large_spins(1))
TIMES = np.array([0.0, 0.4, 1.0])
SPINS = ls.Spins()


@cache
def paramagnet() -> xr.Dataset:
    return mean_field_error(ONE, [0.2, 0, 0.5], TIMES, particles=[8, 16, 32, 48], temperature=2.0, field=0.5)


@cache
def coupled_light() -> xr.Dataset:
    start = DICKE.state([-0.6, 0, 0.8], modes=0)
    return mean_field_error(DICKE, start, TIMES, particles=[2, 4, 6, 8], fock=12, field=0.5, coupling=0.5)


# --- the measured error


@pytest.mark.parametrize(("temperature", "field"), [(0.5, 0.2), (0.5, 1.0)])
def test_error_of_the_network_by_an_independent_solver(temperature: float, field: float) -> None:
    """⟨(m − u)²⟩ from ⟨m²⟩, ⟨m⟩ of another solver and another mean field, not from covariance plus shift."""
    start, values = [0.2, -0.1, 0.6], {"temperature": temperature, "field": field}
    result = mean_field_error(ONE, start, TIMES, particles=[5, 9], parameters=values)
    u = mean_field(ONE, values, start, TIMES)
    for number in (5, 9):
        space = SymmetricSpace(number)
        lefts = [space.left(PAULI[a]) / number for a in "xyz"]
        states = space.evolve(hopfield(space, field, 1 / temperature), space.product_state(start), TIMES)
        for column, rho in enumerate(states):
            moved = [a @ rho - u[column, i] * rho for i, a in enumerate(lefts)]
            squares = [
                space.trace @ (a @ x - u[column, i] * x) for i, (a, x) in enumerate(zip(lefts, moved, strict=True))
            ]
            expected = sum(squares).real
            assert float(result.error.sel(particles=number)[column]) == pytest.approx(expected, rel=2e-7)


def test_error_of_light_by_the_full_space() -> None:
    """Three spins and a mode as numbered particles: both orderings of the mode, by operators."""
    field, coupling, frequency, loss, start = 0.5, 0.6, 1.0, 1.0, [-0.6, 0.0, 0.8]
    times, fock = np.array([0.0, 1.0, 2.0]), 12
    rho = 0.5 * (np.eye(2) + sum(m * PAULI[a] for m, a in zip(start, "xyz", strict=True)))
    plan = Recipe(
        2,
        np.ones(1),
        ((PAULI["x"], np.ones(1)), (PAULI["z"], np.ones(1))),
        (
            (field, (0,), (0, 0)),
            (frequency / 2, (), (2, 0)),
            (frequency / 2, (), (0, 2)),
            (np.sqrt(2) * coupling, (1,), (1, 0)),
        ),
        np.ones((1, 1)),
        np.zeros(1),
        PAULI["z"],
        (),
        (np.sqrt(loss / 2) * np.array([0, 0, 1, 1j]),),
        True,
        rho[None],
        0.0,
    )
    full = ExactFullSpace(plan, 3, fock=fock)
    values = {"field": field, "coupling": coupling, "mode_frequency_1": frequency, "loss_1": loss}
    u = mean_field(DICKE, values, start, times)
    a = full.mode(np.diag(np.sqrt(np.arange(1, fock)), 1).astype(complex)) / np.sqrt(3)
    result = mean_field_error(DICKE, DICKE.state(start, modes=0), times, particles=3, fock=fock, parameters=values)
    one = np.eye(full.dimension)
    for column, state in enumerate(full.evolve(full.product_state(), times)):
        spins = [full.block_averages[i] - u[column, i] * one for i in range(3)]
        shifted = a - (u[column, 3] + 1j * u[column, 4]) / np.sqrt(2) * one
        terms = [*(x @ x for x in spins), shifted.conj().T @ shifted, shifted @ shifted.conj().T]
        expected = sum(np.trace(x @ state).real for x in terms)
        assert float(result.error[0, column]) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("weights", [[1.0], [0.25, 0.75]])
def test_independent_spins_in_closed_form(weights: list[float]) -> None:
    """``E_N = Σ_k Σ_a (1 − m_{k,a}²)/(w_k N)``: nothing but the product state."""
    spins = ls.Particles(2, weights=np.array(weights))
    jumps = [ls.Jump(LOWERING, np.sqrt(0.5)), ls.Jump(PAULI["z"], np.sqrt(0.1))]
    model = ls.Model(spins, energy=0.7 * spins.average("x"), jumps=jumps)
    start = np.array([[0.3, -0.5, 0.6], [0.0, 0.2, -0.9]])[: len(weights)]
    result = mean_field_error(model, start, TIMES, particles=[4, 8, 12])
    m = mean_field(model, {}, start, TIMES).reshape(len(TIMES), -1, 3)
    limit = ((3 - (m**2).sum(axis=-1)) / weights).sum(axis=-1)
    for name in ("error", "predicted", "product"):
        np.testing.assert_allclose(result[name].values, limit / np.array([[4], [8], [12]]), rtol=1e-6)
    np.testing.assert_allclose(result.limit, limit, rtol=1e-7)
    np.testing.assert_allclose(result.coefficient, limit, rtol=1e-6)
    np.testing.assert_allclose(result.slope, -1.0, atol=1e-6)


def test_independent_atoms_of_three_levels() -> None:
    """``Σ_a v_a² = d² − 1``, so ``N E_N = 8 − |m|²``."""
    atoms = ls.Particles(3)
    model = ls.Model(atoms, jumps=[ls.Jump(transition(3, i + 1, i)) for i in range(2)])
    result = mean_field_error(model, np.diag([1.0, 0.0, 0.0]), TIMES, particles=[2, 3])
    m = ls.evolve(model, np.diag([1.0, 0.0, 0.0]), TIMES).m.values[:, 0]
    np.testing.assert_allclose(result.error.values[1], (8 - (m**2).sum(axis=-1)) / 3, rtol=1e-6)
    np.testing.assert_allclose(result.limit, 8 - (m**2).sum(axis=-1), rtol=1e-6)


def test_light_and_spins_without_coupling() -> None:
    """A pure product state has ``3 − 1`` from the spins, a coherent state 1 from both orderings, at all times."""
    start = DICKE.state([-0.6, 0, 0.8], [0.3 + 0.2j])
    result = mean_field_error(DICKE, start, TIMES, particles=[2, 4], fock=14, field=0.5, coupling=0.0)
    np.testing.assert_allclose(result.limit, 3.0, rtol=1e-7)
    np.testing.assert_allclose(result.error * result.particles, 3.0, rtol=1e-6)
    np.testing.assert_allclose(result["product"] * result.particles, 3.0, rtol=1e-7)


def test_moving_fock_states_change_nothing() -> None:
    values: dict[str, Any] = {"field": 0.5, "coupling": 0.5, "fock": 12, "particles": 2}
    still, moving = (
        mean_field_error(DICKE, DICKE.state([-0.6, 0, 0.8], modes=0), [0.0, 0.5], displace=x, rigorous=False, **values)
        for x in (None, "mean field")
    )
    np.testing.assert_allclose(moving.error, still.error, rtol=1e-6)


# --- how it scales


@pytest.mark.parametrize(("run", "accuracy"), [(paramagnet, 1e-5), (coupled_light, 5e-4)])
def test_coefficient_is_the_trace_of_the_covariance(run: Any, accuracy: float) -> None:
    result = run()
    np.testing.assert_allclose(result.coefficient, result.limit, rtol=accuracy)
    assert abs(float(result.limit[-1]) / float(result["product"][0, -1] * result.particles[0]) - 1) > 0.1
    apart = np.abs(result.error * result.particles / result.limit - 1).values
    assert np.all(np.diff(apart[:, 1:], axis=0) < 0)
    last = result.isel(particles=slice(-2, None))
    slope = np.diff(np.log(last.error), axis=0)[0] / np.diff(np.log(last.particles))
    assert np.all(np.abs(slope + 1) < 0.02)
    assert np.all(np.abs(slope + 1) <= np.abs(result.slope + 1) + 1e-9)
    assert float(result.slope[0]) == pytest.approx(-1.0, abs=1e-9)


def test_two_blocks_divide_by_their_weights() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(2))
    assert model.particles.number_of_blocks == 2
    start = [[0.0, 0.0, 0.8], [0.3, 0.0, 0.4]]
    result = mean_field_error(model, start, TIMES, particles=[4, 8, 12, 16], temperature=2.0, field=0.5)
    np.testing.assert_allclose(result.coefficient, result.limit, rtol=2e-4)
    assert float(result.limit[0]) == pytest.approx(2 * (3 - 0.64) + 2 * (3 - 0.25))


def test_slope_and_extrapolation_of_known_numbers() -> None:
    totals = np.array([30.0, 5.0, 10.0, 20.0, 3.0])
    errors = np.stack([4 * totals**-1.5, np.zeros(5), np.full(5, np.nan)], axis=1)
    np.testing.assert_allclose(slopes(totals, errors), [-1.5, np.nan, np.nan], rtol=1e-12)
    values = np.stack([2 + 3 / totals - 7 / totals**3, np.full(5, np.nan)], axis=1)
    values[0, 1] = 1.25
    np.testing.assert_allclose(extrapolated(totals, values), [2.0, 1.25], rtol=1e-12)
    # Only the largest four matter.
    values[4, 0] = 100.0
    assert extrapolated(totals, values)[0] == pytest.approx(2.0)


def test_one_number_has_no_slope() -> None:
    result = mean_field_error(ONE, [0, 0, 0.5], 0.4, particles=(6,), rigorous=False, temperature=0.5, field=0.2)
    assert result.error.dims == ("particles", "time")
    assert result.particles.values.tolist() == [6]
    assert result.time.values.tolist() == [0.0, 0.4]
    assert result.slope.isnull().all()
    np.testing.assert_allclose(result.coefficient, 6 * result.error[0])
    assert result.bound.isnull().all()
    assert set(result.bound_sentence.values) == {"Not asked for."}


# --- the bounds


def test_bounds_are_those_of_the_theorems() -> None:
    result = paramagnet()
    bound = rate_bound(ONE, [0.2, 0, 0.5], parameters={"temperature": 2.0, "field": 0.5})
    logarithms = bound.logarithm(result.error.values[:, :1], result.particles.values[:, None], TIMES)
    np.testing.assert_allclose(result.log10_bound.sel(bound_name="FMLC23"), logarithms / np.log(10))
    np.testing.assert_allclose(np.log10(result.bound.sel(bound_name="FMLC23")), logarithms / np.log(10))
    assert (result.error <= result.bound.sel(bound_name="FMLC23") * (1 + 1e-12)).all()
    assert result.bound.sel(bound_name="CL21").isnull().all()
    assert str(result.bound_sentence.sel(bound_name="CL21").item()).endswith("it has no modes.")
    assert str(result.bound_sentence.sel(bound_name="FMLC23").item()).startswith("FMLC23 applies; it grows as exp(142.")


def test_bound_of_light() -> None:
    result = coupled_light()
    bound = dicke_bound(DICKE, DICKE.state([-0.6, 0, 0.8], modes=0), parameters={"field": 0.5, "coupling": 0.5})
    expected = bound.logarithm(result.error.values[:, :1], 1, TIMES) / np.log(10)
    np.testing.assert_allclose(result.log10_bound.sel(bound_name="CL21"), expected)
    assert (np.log10(result.error) <= result.log10_bound.sel(bound_name="CL21") + 1e-12).all()
    assert result.bound.sel(bound_name="FMLC23").isnull().all()


def test_bounds_count_time_from_the_start() -> None:
    given: dict[str, Any] = {"particles": 4, "temperature": 0.5, "field": 0.2}
    early, late = (mean_field_error(ONE, [0, 0, 0.5], times, **given) for times in ([0.0, 0.5], [2.0, 2.5]))
    np.testing.assert_allclose(late.log10_bound, early.log10_bound)
    np.testing.assert_allclose(late.error, early.error, rtol=1e-9)
    overflowing = early.bound.sel(bound_name="FMLC23").values[0, 1]
    assert overflowing == np.inf
    assert np.isfinite(early.log10_bound.sel(bound_name="FMLC23").values).all()


# --- how runs end, and what is refused


def test_runs_with_too_few_fock_states_are_marked() -> None:
    result = mean_field_error(
        DICKE, DICKE.state([0, 0, 1], modes=0), [0.0, 1.0], particles=[2, 3], fock=3, field=0.5, coupling=0.5
    )
    assert result.outcome.values.tolist() == ["truncated", "truncated"]
    assert "raise `fock`" in result.sentence.values[0]


def test_time_dependent_models_have_no_bound() -> None:
    model = ls.Model(SPINS, energy=ls.time * SPINS.average("x"), jumps=[ls.Jump(SPINS.lowering, 0.5)])
    result = mean_field_error(model, [0, 0, 1], [0.0, 0.5], particles=[3, 4])
    np.testing.assert_allclose(result.error, result.predicted, rtol=1e-6)
    assert result.bound.isnull().all()
    assert all("time" in sentence or "no modes" in sentence for sentence in result.bound_sentence.values)


@pytest.mark.parametrize("error", [mean_field_error, reduced_state_error])
def test_bad_input_is_refused_in_a_sentence(error: Any) -> None:
    def call(*arguments: Any, **more: Any) -> Any:
        start, times = arguments or ([0, 0, 0.5], [0.0, 1.0])
        return error(ONE, start, times, **{"particles": [4, 8], "temperature": 0.5, "field": 0.2, **more})

    check_sentence(
        lambda: call(particles=[]), "Argument `particles` must contain at least one number, but it is empty."
    )
    check_sentence(
        lambda: call(particles=[4, 4]), "Argument `particles` must contain every number once, but it is 4, 4."
    )
    check_sentence(
        lambda: call(field=[0.1, 0.2]),
        "Parameter values must be single numbers for this call, but there are several along field.",
    )
    check_sentence(
        lambda: call([0, 0, 0.5], [1.0, 0.0]),
        "Argument `times` must rise from the time of the start, but it does not.",
    )
    with pytest.raises(ls.LargespinError, match="rise from the time of the start"):
        call([0, 0, 0.5], [0.0, 0.5, 0.5])
    check_sentence(
        lambda: error("model", [0, 0, 0.5], 1.0, particles=4), "Argument `model` must be a Model, but it is a str."
    )
    state = ls.exact.System(ONE, particles=4, temperature=0.5, field=0.2).product_state([0, 0, 0.5])
    check_sentence(
        lambda: call(state, [0.0, 1.0]),
        "Argument `start` must be a mean-field state, given as Bloch vectors, a State or a row of a result, but it is a "
        "SymmetricState.",
    )
    for bad, words in (
        ({"particles": [2.5]}, "particles"),
        ({"colour": 1.0}, "colour"),
        ({"tolerance": 1.0}, "tolerance"),
    ):
        with pytest.raises(ls.LargespinError, match=words):
            call(**bad)
    model = ls.Model(ls.Particles(2, weights=np.array([0.5, 0.5])), jumps=[ls.Jump(LOWERING)])
    with pytest.raises(ls.LargespinError, match="a multiple of 2 fits"):
        error(model, [[0, 0, 1], [0, 0, 1]], 1.0, particles=[3])


# --- reduced states


def test_reduced_states_by_brute_force() -> None:
    """Four numbered spins traced out, against the product of mean-field states."""
    beta, field, start = 2.0, 0.6, [0.2, 0.3, 0.5]
    rho = 0.5 * (np.eye(2) + sum(m * PAULI[a] for m, a in zip(start, "xyz", strict=True)))
    plan = Recipe(
        2,
        np.ones(1),
        ((PAULI["x"], np.ones(1)),),
        ((field, (0,), (0, 0)),),
        np.ones((1, 1)),
        np.zeros(1),
        PAULI["z"],
        tuple(LocalJump(x, "exponential", np.sqrt(0.5), s * beta / 2) for x, s in ((RAISING, 1), (LOWERING, -1))),
        (),
        False,
        rho[None],
        0.0,
    )
    full = ExactFullSpace(plan, 4)
    result = reduced_state_error(ONE, start, TIMES, particles=[4], temperature=1 / beta, field=field)
    u = mean_field(ONE, {"temperature": 1 / beta, "field": field}, start, TIMES)
    for column, state in enumerate(full.evolve(full.product_state(), TIMES)):
        local = 0.5 * (np.eye(2) + sum(m * PAULI[a] for m, a in zip(u[column], "xyz", strict=True)))
        differences = full.partial(state, (2,)) - local, full.partial(state, (1, 3)) - np.kron(local, local)
        expected = [0.5 * np.linalg.svd(x, compute_uv=False).sum() for x in differences]
        np.testing.assert_allclose(result.error[:, 0, column], expected, rtol=1e-6, atol=1e-9)
    assert float(result.error[1, 0, -1]) > 0.01


def test_reduced_states_converge_as_one_over_n() -> None:
    result = reduced_state_error(ONE, [0.2, 0, 0.5], TIMES, particles=[16, 32, 64], temperature=2.0, field=0.5)
    assert result.error.dims == ("reduced", "particles", "time")
    assert result.slope.dims == ("reduced", "time")
    assert result.slope.isel(time=0).isnull().all()
    assert np.all(np.abs(result.slope.isel(time=slice(1, None)) + 1) < 0.05)
    largest = np.log2(result.error[:, 2, 1:].values / result.error[:, 1, 1:].values)
    assert np.all(np.abs(largest + 1) < np.abs(result.slope.values[:, 1:] + 1))
    np.testing.assert_allclose(result.error.isel(time=0), 0.0, atol=1e-12)
    ratio = result.coefficient / (64 * result.error.sel(particles=64))
    np.testing.assert_allclose(ratio.isel(time=slice(1, None)), 1.0, atol=0.05)
    assert result.outcome.values.tolist() == ["finished"] * 3


def test_reduced_states_of_two_blocks_and_of_light() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(2))
    start = [[0.0, 0.0, 0.8], [0.3, 0.0, 0.4]]
    result = reduced_state_error(model, start, 0.5, particles=[2, 4], temperature=1.0, field=0.5)
    # With one particle per block there are pairs of two blocks only.
    assert (result.error.isel(time=1) > 1e-3).all()
    light = reduced_state_error(
        DICKE, DICKE.state([-0.6, 0, 0.8], modes=0), 1.0, particles=[2, 4, 8], fock=12, field=0.5, coupling=0.5
    )
    assert np.all(np.abs(light.slope.isel(time=1) + 1) < 0.15)


def test_independent_spins_are_where_the_local_maps_put_them() -> None:
    """Two different blocks, so that the order of the two particles of a pair matters."""
    spins = ls.Particles(2, weights=np.array([0.5, 0.5]))
    model = ls.Model(spins, energy=0.7 * spins.average("x"), jumps=[ls.Jump(LOWERING, np.sqrt(0.5))])
    result = reduced_state_error(model, [[0.3, -0.5, 0.6], [0.0, 0.2, -0.9]], TIMES, particles=range(2, 7, 4))
    assert result.particles.values.tolist() == [2, 6]
    np.testing.assert_allclose(result.error, 0.0, atol=1e-8)


def test_a_single_particle_has_no_pair() -> None:
    result = reduced_state_error(ONE, [0, 0, 0.5], 0.5, particles=[1, 2], temperature=0.5, field=0.2)
    assert result.error.sel(reduced="two particles", particles=1).isnull().all()
    assert result.error.sel(reduced="one particle").notnull().all()
    assert result.slope.sel(reduced="two particles").isnull().all()


# --- labels


@pytest.mark.parametrize("error", [mean_field_error, reduced_state_error])
def test_datasets_say_what_they_are(error: Any) -> None:
    result = error(ONE, [0, 0, 0.5], 0.4, particles=np.array([4, 2]), temperature=0.5, field=0.2)
    assert result.particles.values.tolist() == [4, 2]
    assert (float(result.temperature), float(result.field)) == (0.5, 0.2)
    assert result.temperature.attrs == {"long_name": "temperature of the flips", "units": "1"}
    assert result.time.attrs == {"long_name": "time", "units": "inverse rate"}
    assert result.particles.attrs["long_name"] == "number of particles"
    assert all(result[name].attrs["units"] == "1" for name in ("error", "slope", "coefficient"))
    assert result.attrs["parameters"] == "temperature = 0.5, field = 0.2"
    assert result.attrs["tolerance"] == 1e-9
