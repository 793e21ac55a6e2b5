"""Maps that are called symmetries must carry solutions to solutions, and nothing else may be called one."""

from collections.abc import Callable
from itertools import product

import numpy as np
import pytest
import sympy as sp

import largespin as ls
from largespin.errors import FloatArray
from largespin.meanfield.evolve import final_states
from largespin.meanfield.numeric import numeric_mean_field
from largespin.model.operators import transition
from largespin.models.ready.rates import Rates
from largespin.stationary.symmetry import Symmetry, _candidates, orbits, symmetries


def parameters_of(model: ls.Model, **values: float) -> FloatArray:
    defaults = {key: p.data.default for key, p in model.parameters.items()} | values
    return np.array([[defaults[key] for key in model.parameters]], dtype=float)


def names(model: ls.Model, **values: float) -> set[str]:
    return {s.name for s in symmetries(numeric_mean_field(model), parameters_of(model, **values))}


def hopfield(count: int, gauge: bool, rates: Rates = "exponential") -> tuple[ls.Model, FloatArray]:
    model = ls.models.hopfield(ls.ideal_large_spins(count, gauge=gauge), rates=rates)
    return model, parameters_of(model, temperature=0.5, field=0.2)


def dicke(count: int, gauge: bool, frequencies: list[float]) -> tuple[ls.Model, FloatArray]:
    model = ls.models.dicke(ls.ideal_large_spins(count, gauge=gauge), mode_frequencies=frequencies)
    return model, parameters_of(model, field=0.5, coupling=0.9)


def potts() -> tuple[ls.Model, FloatArray]:
    atoms, beta = ls.Particles(3), ls.parameter("beta")
    shares = [atoms.average(transition(3, i, i), symbol=f"P{i}") for i in range(3)]
    pairs = [(i, j) for i in range(3) for j in range(3) if i != j]
    jumps = tuple(ls.Jump(transition(3, i, j), sp.exp(beta * shares[i] / 2)) for i, j in pairs)
    model = ls.Model(atoms, energy=atoms.average("s12") ** 2 + shares[2] ** 2, jumps=jumps)
    return model, parameters_of(model, beta=2.0)


def time_crystal() -> tuple[ls.Model, FloatArray]:
    spins, omega = ls.Spins(), ls.parameter("omega")
    decay = ls.CollectiveJump(spins.average("lowering"))
    model = ls.Model(spins, energy=omega * spins.average("x") / 2, collective_jumps=(decay,))
    return model, parameters_of(model, omega=0.4)


CASES: dict[str, Callable[[], tuple[ls.Model, FloatArray]]] = {
    "hopfield 1": lambda: hopfield(1, True),
    "hopfield 2 gauge": lambda: hopfield(2, True),
    "hopfield 3": lambda: hopfield(3, False),
    "hopfield 3 gauge, glauber": lambda: hopfield(3, True, "glauber"),
    "dicke 2": lambda: dicke(2, False, [1.0, 1.5]),
    "dicke 3 gauge, equal": lambda: dicke(3, True, [1.2, 1.2, 1.2]),
    "potts": potts,
    "time crystal": time_crystal,
}


@pytest.mark.parametrize("case", CASES)
def test_symmetries_map_solutions_to_solutions(case: str) -> None:
    model, parameters = CASES[case]()
    maps = symmetries(numeric_mean_field(model), parameters)
    assert maps
    generator = np.random.default_rng(1)
    start = generator.uniform(-0.4, 0.4, size=(1, model.number_of_variables))
    starts = np.concatenate([start, *(s(start) for s in maps)])
    ends = final_states(model, starts, np.repeat(parameters, len(starts), axis=0), 3.0, tolerance=1e-12)
    assert np.abs(ends[0] - start).max() > 1e-2  # something happened
    for s, end in zip(maps, ends[1:], strict=True):
        assert end == pytest.approx(s(ends[0]), abs=1e-8), s.name


def test_candidates_that_were_not_kept_do_not() -> None:
    model, parameters = dicke(2, False, [1.0, 1.5])
    kept = {s.name for s in symmetries(numeric_mean_field(model), parameters)}
    start = np.random.default_rng(1).uniform(-0.4, 0.4, size=(1, model.number_of_variables))
    end = final_states(model, start, parameters, 3.0)
    refused = [s for s in _candidates(model) if s.name not in kept]
    assert refused
    for s in refused:
        assert np.abs(final_states(model, s(start), parameters, 3.0) - s(end)).max() > 1e-3, s.name


def test_dicke_flips_and_exchanges() -> None:
    model, parameters = dicke(3, False, [1.0, 1.5, 1.0])
    unequal = {s.name: s for s in symmetries(numeric_mean_field(model), parameters)}
    assert {"flip of pattern 0", "flip of pattern 1", "flip of pattern 2"} <= set(unequal)
    assert "exchange of patterns 0 and 2" in unequal
    assert "exchange of patterns 0 and 1" not in unequal
    assert "exchange of patterns 1 and 2" not in unequal
    # The flip of pattern 1 reverses mode 1 alone, and overlap 1 alone.
    state = model.state_from_vector(np.random.default_rng(0).uniform(-0.4, 0.4, size=model.number_of_variables))
    image = model.state_from_vector(unequal["flip of pattern 1"](state.vector))
    columns = model.particles.coefficients / model.particles.number_of_blocks
    assert image.amplitudes == pytest.approx(state.amplitudes * [1, -1, 1])
    assert columns @ image.bloch[:, 2] == pytest.approx(columns @ state.bloch[:, 2] * [1, -1, 1])
    assert columns @ image.bloch[:, 1] == pytest.approx(columns @ state.bloch[:, 1] * [1, -1, 1])
    exchanged = model.state_from_vector(unequal["exchange of patterns 0 and 2"](state.vector))
    assert exchanged.amplitudes == pytest.approx(state.amplitudes[[2, 1, 0]])
    assert columns @ exchanged.bloch[:, 2] == pytest.approx((columns @ state.bloch[:, 2])[[2, 1, 0]])


def test_equal_frequencies_allow_exchange_also_with_gauge() -> None:
    model, parameters = dicke(2, True, [1.2, 1.2])
    kept = {s.name for s in symmetries(numeric_mean_field(model), parameters)}
    assert "exchange of patterns 0 and 1" in kept


def test_gauged_flips_turn_blocks_over() -> None:
    model, parameters = hopfield(2, True)
    flip = {s.name: s for s in symmetries(numeric_mean_field(model), parameters)}["flip of pattern 0"]
    u = np.random.default_rng(0).uniform(-0.4, 0.4, size=6)
    # Pattern 0 → −: columns (1,1), (1,−1) become (−1,1), (−1,−1), that is −(1,−1), −(1,1): exchanged and turned.
    expected = np.array([u[3], -u[4], -u[5], u[0], -u[1], -u[2]])
    assert flip(u) == pytest.approx(expected)


def test_maps_are_orthogonal_and_of_finite_order() -> None:
    for case in ("dicke 3 gauge, equal", "potts", "hopfield 3"):
        model, parameters = CASES[case]()
        for s in symmetries(numeric_mean_field(model), parameters):
            matrix = s(np.eye(model.number_of_variables))
            assert matrix @ matrix.T == pytest.approx(np.eye(len(matrix)), abs=1e-12)
            assert np.linalg.matrix_power(matrix, 4) == pytest.approx(np.eye(len(matrix)), abs=1e-12), s.name


def test_levels_may_be_exchanged() -> None:
    model, parameters = potts()
    kept = {s.name for s in symmetries(numeric_mean_field(model), parameters)}
    # The energy tells level 3 from the others and depends on s12.
    assert "exchange of levels 1 and 2" in kept
    assert not {"exchange of levels 1 and 3", "exchange of levels 2 and 3"} & kept
    assert "sign of level 3" in kept


def test_spin_models_with_a_field_along_y() -> None:
    # Turning by π about y is the exchange of levels with a sign.
    spins = ls.Spins(ls.ideal_large_spins(1))
    field, (o,) = ls.parameter("field"), spins.overlaps()
    jumps = (ls.Jump(spins.raising, sp.exp(o)), ls.Jump(spins.lowering, sp.exp(-o)))
    model = ls.Model(spins, energy=field * spins.average("y"), jumps=jumps)
    kept = names(model, field=0.3)
    assert "exchange of levels 1 and 2 with sign" in kept
    assert "exchange of levels 1 and 2" not in kept
    found = ls.stationary_states(model, field=0.3)
    assert np.unique(found.symmetry_class.values, return_counts=True)[1].tolist() == [2, 1]


def test_a_biased_model_has_no_flip() -> None:
    spins = ls.Spins(ls.ideal_large_spins(2))
    overlaps = spins.overlaps()
    field = spins.local_field(overlaps)
    jumps = (ls.Jump(spins.raising, sp.exp(field)), ls.Jump(spins.lowering, sp.exp(-field)))
    bias = ls.parameter("bias")
    energy = spins.average("x") / 5 + spins.average("y") / 3 + bias * (overlaps[0] + 2 * overlaps[1])
    model = ls.Model(spins, energy=energy, jumps=(*jumps, ls.Jump(spins.lowering, 0.3)))
    assert names(model, bias=0.4) == set()
    found = ls.stationary_states(model, bias=0.4)
    assert len(np.unique(found.symmetry_class.values)) == int(found.number_of_states)
    assert np.all(found.found_by > 0)
    assert found.attrs["symmetries"] == ""
    # An energy of squares tells the patterns apart, but not their signs.
    mild = ls.Model(spins, energy=spins.average("x") / 5 + bias * overlaps[0] ** 2, jumps=jumps)
    assert {"flip of pattern 0", "flip of pattern 1"} <= names(mild, bias=0.4)
    assert "exchange of patterns 0 and 1" not in names(mild, bias=0.4)
    assert "exchange of patterns 0 and 1" in names(mild, bias=0.0)


def test_every_point_of_a_sweep_counts() -> None:
    spins = ls.Spins(ls.ideal_large_spins(1))
    bias, (o,) = ls.parameter("bias"), spins.overlaps()
    model = ls.Model(
        spins, jumps=(ls.Jump(spins.raising, sp.exp(o + bias)), ls.Jump(spins.lowering, sp.exp(-o - bias)))
    )
    functions = numeric_mean_field(model)
    flips = [
        "flip of pattern 0" in {s.name for s in symmetries(functions, np.array(sweep)[:, None])}
        for sweep in ([0.0, 0.0, 0.0], [0.0, 0.5], [0.0, 0.5, 0.0, -0.5, 0.0], [0.0, 0.2, 0.0, 0.1, 0.0, 0.3, 0.0])
    ]
    assert flips == [True, False, False, False]
    # Equal frequencies at the first, middle and last point only.
    memory, parameters = dicke(2, True, [1.0, 1.0])
    columns = [list(memory.parameters).index(f"mode_frequency_{mu}") for mu in (1, 2)]
    sweep = np.repeat(parameters, 5, axis=0)
    sweep[:, columns] = [[1.0, 1.0], [1.5, 2.0], [2.0, 2.0], [2.5, 2.0], [3.0, 3.0]]
    exchange = "exchange of patterns 0 and 1"
    assert exchange in {s.name for s in symmetries(numeric_mean_field(memory), sweep[[0, 2, 4]])}
    assert exchange not in {s.name for s in symmetries(numeric_mean_field(memory), sweep)}


@pytest.mark.parametrize("count", [2, 3])
@pytest.mark.parametrize("gauge", [True, False])
def test_orbits_are_closed_and_patterns_form_one(count: int, gauge: bool) -> None:
    model, parameters = hopfield(count, gauge)
    maps = symmetries(numeric_mean_field(model), parameters)
    found = ls.stationary_states(model, temperature=0.5, field=0.2, starts=32)
    u = found.m.values.reshape(len(found.state), -1)
    classes = found.symmetry_class.values
    assert classes[0] == 0
    assert sorted(set(classes)) == list(range(len(set(classes))))
    for s, (state, number) in product(maps, zip(u, classes, strict=True)):
        distances = np.abs(u - s(state)).max(axis=1)
        assert distances.min() < 1e-5, s.name
        assert classes[int(np.argmin(distances))] == number
    # The 2M pattern states are one class; what symmetry cannot tell apart has the same eigenvalues and sizes.
    overlaps = np.sort(np.abs(found.overlap.values), axis=1)
    patterns = (overlaps[:, :-1].max(axis=1) < 1e-6) & (overlaps[:, -1] > 0.1)
    assert patterns.sum() == 2 * count
    assert len(set(classes[patterns])) == 1
    assert not set(classes[patterns]) & set(classes[~patterns])
    for number in set(classes):
        own = classes == number
        assert np.ptp(found.eigenvalue_real.values[own], axis=0) == pytest.approx(0.0, abs=1e-5)
        assert np.ptp(overlaps[own], axis=0) == pytest.approx(0.0, abs=1e-5)


def test_orbits_by_hand() -> None:
    turn = Symmetry(
        "x → −x, y → −y", np.array([0]), np.diag([-1.0, -1.0, 1.0])[None], np.zeros(0, dtype=int), np.zeros((0, 2))
    )
    found = np.array([[0.1, 0.2, 0.3], [-0.1, -0.2, 0.3], [0.0, 0.0, 0.5], [0.4, 0.0, 0.0]])
    states, numbers = orbits(found, (turn,), 1e-6, 256)
    assert states.tolist() == [*found.tolist(), [-0.4, 0.0, 0.0]]
    assert numbers.tolist() == [0, 0, 2, 3, 3]
    # No more states than allowed.
    states, numbers = orbits(found, (turn,), 1e-6, 4)
    assert len(states) == len(numbers) == 4


def test_at_most_256_states_a_point() -> None:
    # A circle of states: h = (m_x² + m_y²)/2 at m_z = 0.
    spins = ls.Spins()
    model = ls.Model(spins, energy=(spins.average("x") ** 2 + spins.average("y") ** 2) / 2)
    found = ls.stationary_states(model, like=[0.6, 0.0, 0.0], starts=400)
    assert 8 < int(found.number_of_states) <= 256
    assert np.hypot(*found.m.values[:, 0, :2].T) == pytest.approx(0.6, abs=1e-6)
    assert found.m.values[:, 0, 2] == pytest.approx(0.0, abs=1e-6)
    assert set(found.verdict.values) == {"marginal"}
