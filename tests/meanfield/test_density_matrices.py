"""Results read as density matrices: against traces of the operators and against the state itself."""

import numpy as np
import pytest
from solved import random_density_matrix

import largespin as ls
from largespin.model.operators import hermitian_basis


@pytest.mark.parametrize("levels", [2, 3, 4])
def test_runs_are_read_as_density_matrices(levels: int) -> None:
    atoms = ls.Particles(levels, weights=np.array([0.3, 0.7]))
    down = np.diag(np.ones(levels - 1), 1).astype(complex)
    model = ls.Model(atoms, energy=atoms.average(down + down.T, symbol="X") ** 2, jumps=[ls.Jump(down)])
    generator = np.random.default_rng(levels)
    start = np.array([random_density_matrix(levels, generator) for _ in range(2)])
    run = ls.evolve(model, start, [0.0, 0.5, 2.0])
    rho = ls.density_matrices(run)
    assert rho.dims == ("time", "block", "row_level", "column_level")
    np.testing.assert_allclose(rho.isel(time=0).values, start, atol=1e-12)
    np.testing.assert_allclose(np.einsum("...ii", rho.values), 1.0, atol=1e-12)
    expected = np.einsum("tkij,aji->tka", rho.values, hermitian_basis(levels)[1:])
    np.testing.assert_allclose(expected, run.m.values, atol=1e-12)
    if levels > 2:
        diagonal = np.einsum("tkii->tki", rho.values).real
        np.testing.assert_allclose(run.population.values, diagonal, atol=1e-12)
        assert list(run.level.values) == list(rho.row_level.values)


def test_places_without_a_state_are_nan() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    states = ls.stationary_states(model, temperature=[0.5, 1.5], field=0.2)
    rho = ls.density_matrices(states)
    assert bool(np.isnan(rho.sel(temperature=1.5).isel(state=2)).all())
    assert float(rho.temperature[1]) == 1.5


def test_what_holds_no_states_is_refused() -> None:
    for wrong in (ls.ideal_large_spins(1), np.zeros(3)):
        with pytest.raises(ls.LargespinError, match="must be a result that holds states"):
            ls.density_matrices(wrong)  # type: ignore[arg-type]


def test_names_of_levels_reach_every_result() -> None:
    atoms = ls.Particles(3, level_names=("g", "e", "r"))
    model = ls.Model(atoms, jumps=[ls.Jump(atoms.transition("g", "e"))])
    run = ls.evolve(model, np.diag([0.0, 1.0, 0.0]), [0.0, 1.0])
    assert list(run.level.values) == ["g", "e", "r"]
    assert float(run.population.sel(level="g").isel(time=-1).item()) == pytest.approx(1 - np.exp(-1.0), abs=1e-8)
    assert list(ls.density_matrices(run).row_level.values) == ["g", "e", "r"]
    exact = ls.exact.evolve(model, np.diag([0.0, 1.0, 0.0]), [0.0, 1.0], particles=2)
    assert list(exact.level.values) == ["g", "e", "r"]
