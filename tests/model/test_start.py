"""What a user holds becomes a state with its parameter values: every kind, and every refusal."""

from typing import Any

import numpy as np
import pytest
import qutip as qt
import xarray as xr
from solved import random_density_matrix

import largespin as ls
from largespin.meanfield.points import points_from
from largespin.model.start import given
from largespin.model.state import bloch_vectors

ONE = ls.models.hopfield(ls.ideal_large_spins(1))
DICKE = ls.models.dicke(ls.ideal_large_spins(1))
AT: dict[str, Any] = {"temperature": 0.5, "field": 0.2}
SUPERRADIANT: dict[str, Any] = {"coupling": 0.9, "field": 0.5}


@pytest.fixture(scope="module")
def states() -> xr.Dataset:
    return ls.stationary_states(ONE, temperature=[0.5, 0.6], field=0.2)


@pytest.fixture(scope="module")
def lit() -> xr.Dataset:
    """The stationary states of a Dicke model, two of them with light."""
    return ls.stationary_states(DICKE, parameters=SUPERRADIANT)


@pytest.mark.parametrize("seed", range(5))
def test_kets_density_matrices_and_objects_of_qutip_are_one_state(seed: int) -> None:
    generator = np.random.default_rng(seed)
    ket = generator.normal(size=2) + 1j * generator.normal(size=2)
    ket /= np.linalg.norm(ket)
    paulis = [np.asarray(s.full()) for s in (qt.sigmax(), qt.sigmay(), qt.sigmaz())]
    expected = np.array([[float(np.real(ket.conj() @ s @ ket)) for s in paulis]])
    object_ = qt.Qobj(ket[:, None])
    starts: tuple[Any, ...] = (
        ket,
        ket[:, None],
        np.outer(ket, ket.conj()),
        object_,
        qt.ket2dm(object_),
        [object_],
        list(ket),
    )
    for start in starts:
        np.testing.assert_allclose(ONE.state(start).bloch, expected, atol=1e-14)


def test_each_block_has_its_own_object() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(2))
    up, mixed = qt.basis(2, 0), qt.Qobj([[0.7, 0.1j], [-0.1j, 0.3]])
    np.testing.assert_allclose(
        model.state([up, mixed]).bloch, np.array([[0.0, 0.0, 1.0], [0.0, -0.2, 0.4]]), atol=1e-14
    )
    kets = np.array([[[1], [0]], [[0], [1]]])
    np.testing.assert_allclose(model.state(kets).bloch, [[0, 0, 1], [0, 0, -1]], atol=1e-14)


@pytest.mark.parametrize("levels", [3, 4])
def test_more_levels(levels: int) -> None:
    rho = random_density_matrix(levels, np.random.default_rng(levels))
    model = ls.Model(ls.Particles(levels))
    np.testing.assert_allclose(model.state(qt.Qobj(rho)).density_matrices()[0], rho, atol=1e-13)
    pure = np.zeros(levels)
    pure[1] = 1.0
    assert model.state(qt.basis(levels, 1)).density_matrices()[0, 1, 1].real == pytest.approx(1.0)
    np.testing.assert_allclose(model.state(pure).bloch, bloch_vectors(np.diag(pure), levels, 1), atol=1e-14)


def test_a_bra_is_no_state() -> None:
    with pytest.raises(ls.LargespinError, match="but it is a bra"):
        ONE.state(qt.basis(2, 0).dag())


def test_a_row_brings_its_state_and_its_parameters(states: xr.Dataset) -> None:
    row = states.isel(temperature=1, state=0)
    found = given(ONE, row)
    np.testing.assert_array_equal(found.state.bloch, row.m.values)
    assert {key: float(value) for key, value in found.values.items()} == {"temperature": 0.6, "field": 0.2}
    run = ls.evolve(ONE, row, 3.0)
    np.testing.assert_allclose(run.m.values, row.m.values, atol=1e-8)
    assert float(run.temperature) == 0.6


def test_the_value_of_the_call_wins(states: xr.Dataset) -> None:
    row = states.isel(temperature=0, state=0)
    run = ls.evolve(ONE, row, 60.0, temperature=1.5)
    assert float(run.temperature) == 1.5
    assert float(run.field) == 0.2
    assert abs(float(run.overlap.item())) < 1e-6  # in the paramagnet the memory fades
    with pytest.raises(ls.LargespinError, match="given once"):
        ls.evolve(ONE, row, 1.0, temperature=0.5, parameters={"temperature": 0.5})


def test_axes_of_states_become_axes_of_the_result(states: xr.Dataset) -> None:
    run = ls.evolve(ONE, states, [0.0, 2.0])
    assert run.m.dims == ("temperature", "state", "time", "block", "component")
    np.testing.assert_array_equal(run.state.values, states.state.values)
    np.testing.assert_allclose(run.m.isel(time=-1).values, states.m.values, atol=1e-7)


def test_places_without_a_state_say_so() -> None:
    padded = ls.stationary_states(ONE, temperature=[0.5, 1.5], field=0.2)
    run = ls.evolve(ONE, padded, 1.0)
    assert list(run.outcome.sel(temperature=1.5).values) == ["finished", "no state", "no state"]
    assert list(run.usable.sel(temperature=1.5).values) == [True, False, False]
    nothing = padded.isel(temperature=1, state=2)
    with pytest.raises(ls.LargespinError, match="holds none there"):
        ls.evolve(ONE, nothing, 1.0)


def test_an_axis_whose_parameter_is_given_anew_keeps_its_labels(states: xr.Dataset) -> None:
    where = points_from(ONE, states.isel(state=0), {"temperature": [0.8, 0.9, 1.0]})
    assert where.dims == ("temperature", "start_temperature")
    np.testing.assert_array_equal(where.coords["start_temperature"], [0.5, 0.6])
    np.testing.assert_array_equal(
        where.parameters[:, ONE.parameter_index("temperature")], np.repeat([0.8, 0.9, 1.0], 2)
    )
    run = ls.evolve(ONE, states.isel(state=0), 1.0, temperature=0.7)
    assert run.m.dims == ("start_temperature", "block", "component")


def test_the_same_values_along_an_axis_mean_that_axis(states: xr.Dataset) -> None:
    where = points_from(ONE, states.isel(state=0), {"temperature": [0.5, 0.6]})
    assert where.dims == ("temperature",)
    own = ONE.state(states.isel(state=0).m.values, dims=("temperature",))
    run = ls.evolve(ONE, own, 1.0, temperature=[0.5, 0.6], field=0.2)
    assert run.m.dims == ("temperature", "block", "component")


def test_modes_come_along(lit: xr.Dataset) -> None:
    row = lit.isel(state=int(lit.occupation[:, 0].argmax()))
    run = ls.evolve(DICKE, row, [0.0, 2.0])
    np.testing.assert_allclose(run.occupation.values, float(row.occupation.item()), atol=1e-6)
    np.testing.assert_allclose(run.alpha.isel(time=0).values, (row.q + 1j * row.p).values / np.sqrt(2))


def test_particles_alone_are_refused_where_there_are_modes(lit: xr.Dataset) -> None:
    row = lit.isel(state=0)
    alone: tuple[Any, ...] = (row.m, row.m.values, [0, 0, 1], qt.basis(2, 0), row.drop_vars("q"))
    for start in alone:
        with pytest.raises(ls.LargespinError, match="holds particles alone; hand on the whole result"):
            ls.evolve(DICKE, start, 1.0, parameters=SUPERRADIANT)
    assert DICKE.state(row.m, modes=0).amplitudes.tolist() == [0.0]
    assert DICKE.state(row).amplitudes.tolist() == [row.alpha.item()]


def test_the_array_m_carries_parameters_too(states: xr.Dataset) -> None:
    run = ls.evolve(ONE, states.m.isel(temperature=1, state=0), 2.0)
    assert float(run.temperature) == 0.6


def test_labels_and_not_places_say_what_is_what() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(2))
    run = ls.evolve(model, [[0.1, 0.2, 0.3], [-0.1, 0.4, -0.5]], 1.0, parameters=AT)
    turned = run.isel(block=[1, 0], component=[2, 0, 1])
    np.testing.assert_array_equal(model.state(turned).bloch, run.m.values)
    with pytest.raises(ls.LargespinError, match="must have the blocks 0, 1 of the model, but the result has"):
        ls.evolve(model, run.isel(block=[0]), 1.0)
    with pytest.raises(ls.LargespinError, match="must have the components x, y, z of the model"):
        ls.evolve(model, run.isel(component=[0, 1]), 1.0)


def test_one_state_where_one_is_meant(states: xr.Dataset) -> None:
    with pytest.raises(
        ls.LargespinError, match=r"must be one state, but it holds several along temperature \(2\), state"
    ):
        ls.local_map(ONE, states, 1.0)
    with pytest.raises(ls.LargespinError, match="single numbers for this call, but there are several along field"):
        ls.local_map(ONE, states.isel(temperature=0, state=0), 1.0, field=[0.1, 0.2])


def test_what_is_no_start_is_refused_in_words(states: xr.Dataset) -> None:
    run = ls.evolve(ONE, [0, 0, 0.5], [0.0, 1.0], parameters=AT)
    other = ls.models.hopfield(ls.ideal_large_spins(2))
    wrong: list[tuple[Any, str]] = [
        (run, "must not be a whole run, but it has the axis `time`; choose one time"),
        (run.drop_vars("m"), "must be a result that holds states"),
        (run.overlap, "or its variable `m` over block and component"),
        (run.isel(time=-1).isel(block=0, drop=True).m, "or its variable `m` over block and component"),
        (other, "but it is a Model"),
        (None, "must be a state"),
        ("up", "must be a state"),
        ({"m": [0, 0, 1]}, "must be a state"),
        (xr.Dataset({"m": 1.0}), "block"),
        (object(), "must be a state"),
    ]
    for start, words in wrong:
        with pytest.raises(ls.LargespinError, match=words.replace("(", r"\(")):
            ls.evolve(ONE, start, 1.0, parameters=AT)
    with pytest.raises(ls.LargespinError, match="must belong to the given model"):
        ls.evolve(other, run.isel(time=-1), 1.0, parameters=AT)


def test_a_state_says_what_it_is() -> None:
    assert repr(ONE.state([0, 0, 0.5])) == "State(m = [[0. , 0. , 0.5]])"
    assert repr(DICKE.state([0, 0, 1], modes=0.5)) == "State(m = [[0., 0., 1.]], α = [0.5+0.j])"
    assert repr(ONE.state(np.zeros((7, 1, 3)))) == "State(1 block(s) of 2 levels, 0 mode(s); start 7)"
