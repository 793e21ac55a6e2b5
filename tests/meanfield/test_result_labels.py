"""Results are what plain xarray makes of the same numbers, whatever shortcut builds them."""

from collections.abc import Callable

import numpy as np
import pytest
import xarray as xr

import largespin as ls
from largespin.meanfield.named import Named, all_axes
from largespin.quantities import attributes

TIMES = np.linspace(0.0, 2.0, 5)
ONE, TWO = ls.models.hopfield(ls.ideal_large_spins(1)), ls.models.hopfield(ls.ideal_large_spins(2))
DICKE = ls.models.dicke(ls.ideal_large_spins(2))
POINT = {"temperature": 0.5, "field": 0.2}
COLD = xr.DataArray([0.3, 0.6], dims="cut", coords={"cut": ["a", "b"]})


def three_levels() -> ls.Model:
    atoms = ls.Particles(3, weights=np.array([0.25, 0.75]))
    drive = ls.parameter("drive", description="strength of the drive")
    return ls.Model(atoms, energy=drive * atoms.average("s12"), jumps=[ls.Jump(np.eye(3, dtype=complex)[[1, 2, 0]])])


LADDER = three_levels()
DICKE_VALUES = {name: 0.7 for name in DICKE.parameters}
ENSEMBLE = np.random.default_rng(1).uniform(-0.4, 0.4, (3, 2, 3))

RUNS: dict[str, tuple[ls.Model, Callable[[], xr.Dataset]]] = {
    "one": (ONE, lambda: ls.evolve(ONE, [0, 0, 0.1], TIMES, parameters=POINT)),
    "final": (ONE, lambda: ls.evolve(ONE, [0, 0, 0.1], 2.0, parameters=POINT)),
    "grid": (TWO, lambda: ls.evolve(TWO, [0, 0, 0.1], TIMES, field=[0.1, 0.2], temperature=[0.3, 0.5, 0.7])),
    "final grid": (TWO, lambda: ls.evolve(TWO, [0, 0, 0.1], 2.0, field=[0.1, 0.2], temperature=0.5)),
    "cut": (TWO, lambda: ls.evolve(TWO, [0, 0, 0.1], TIMES, temperature=COLD, field=0.5 * COLD)),
    "ensemble": (TWO, lambda: ls.evolve(TWO, ENSEMBLE, TIMES, temperature=[0.3, 0.5], field=0.2)),
    "modes": (DICKE, lambda: ls.evolve(DICKE, DICKE.state([0, 0, 1.0], modes=0.1 + 0.2j), TIMES, parameters=DICKE_VALUES)),
    "levels": (LADDER, lambda: ls.evolve(LADDER, [1, 0, 0], TIMES, drive=[0.3, 0.4])),
}  # fmt: skip


def plainly(model: ls.Model, run: xr.Dataset) -> xr.Dataset:
    """The same dataset by the ordinary calls of xarray, with all coordinates made anew."""
    particles = model.particles
    labels = {
        "block": np.arange(particles.number_of_blocks),
        "component": np.array(particles.component_names, dtype=object),
        "mode": np.array([mode.name for mode in model.modes], dtype=object),
        "pattern": np.arange(len(particles.coefficients)),
        "level": np.array([str(i + 1) for i in range(particles.levels)], dtype=object),
        "start": np.arange(run.sizes.get("start", 0)),
    }
    dataset = xr.Dataset({name: (array.dims, array.values) for name, array in run.data_vars.items()})
    if "overlap" in run:
        overlaps = np.einsum("...k,mk->...m", run.m.values[..., 2], particles.coefficients * particles.weights)
        dataset["overlap"] = run.overlap.dims, overlaps
    if model.modes:
        dataset["alpha"] = run.alpha.dims, (run.q.values + 1j * run.p.values) / np.sqrt(2.0)
        dataset["occupation"] = run.occupation.dims, np.abs(run.alpha.values) ** 2
    for dim in run.dims:
        dataset = dataset.assign_coords({dim: labels.get(str(dim), run[dim].values)})
    dataset = dataset.assign_coords(weight=("block", particles.weights))
    for key in {"time", *model.parameters} - set(map(str, dataset.coords)):
        dataset = dataset.assign_coords({key: (run[key].dims, run[key].values)})
    for name in map(str, dataset.variables):
        dataset[name].attrs = attributes(name)
        if name.startswith("average_"):
            dataset[name].attrs = {"long_name": name.replace("_", " ", 1), "units": "1"}
    for name, parameter in model.parameters.items():
        data = parameter.data
        dataset[name].attrs = {"long_name": data.description or name, "units": data.unit or "1"}
    return dataset.assign_attrs(run.attrs)


@pytest.mark.parametrize("name", RUNS)
def test_a_run_is_what_plain_xarray_makes_of_it(name: str) -> None:
    model, made = RUNS[name]
    run = made()
    again = plainly(model, run)
    for name_of in ("alpha", "occupation"):
        if name_of in run:
            # Rounding of q and p; their names are compared with all others below.
            np.testing.assert_allclose(run[name_of], again[name_of], rtol=1e-14)
            again[name_of] = again[name_of].copy(data=run[name_of].values)
    xr.testing.assert_identical(run, again)
    assert {str(name) for name in run.xindexes} == {str(dim) for dim in run.dims}
    for key, variable in again.variables.items():
        assert run.variables[key].dtype == variable.dtype, key
        assert run[key].attrs == variable.attrs, key


def test_who_changes_one_result_does_not_change_the_next() -> None:
    first = ls.evolve(ONE, [0, 0, 0.1], TIMES, parameters=POINT)
    kept = first.copy(deep=True)
    for name in first.variables:
        first[name].attrs["long_name"] = "mine"
    first["m"].values[:] = 7.0
    first.attrs.clear()
    xr.testing.assert_identical(ls.evolve(ONE, [0, 0, 0.1], TIMES, parameters=POINT), kept)


def test_a_lent_integrator_remembers_nothing() -> None:
    expected = ls.evolve(TWO, [0, 0, 0.1], TIMES, parameters=POINT)
    rule = ls.StopWhenStationary(1e-3)
    stopped = ls.evolve(TWO, [0, 0, 0.1], 100.0, stop=rule, parameters=POINT)
    late = ls.evolve(TWO, [0, 0.2, 0.3], TIMES + 5.0, temperature=0.1, field=0.9)
    assert not np.allclose(late.m, expected.m)
    xr.testing.assert_identical(ls.evolve(TWO, [0, 0, 0.1], TIMES, parameters=POINT), expected)
    xr.testing.assert_identical(ls.evolve(TWO, [0, 0, 0.1], 100.0, stop=rule, parameters=POINT), stopped)


def test_a_run_that_diverged_leaves_a_usable_integrator() -> None:
    spins = ls.Spins()
    growing, rate = spins.average("z"), ls.parameter("rate")
    # Γ² = 1 + r t¹⁰ overflows where r is huge; the next run must not feel it.
    model = ls.Model(spins, energy=growing, jumps=[ls.Jump(spins.lowering, 1 + rate * ls.time**40)])
    calm = ls.evolve(model, [0.1, 0, 0.5], TIMES, method="taylor", rate=0.0)
    wild = ls.evolve(model, [0.1, 0, 0.5], [0.0, 1e12], method="taylor", rate=1e300)
    assert not bool(wild.usable)
    xr.testing.assert_identical(ls.evolve(model, [0.1, 0, 0.5], TIMES, method="taylor", rate=0.0), calm)


def test_names_are_broadcast_as_xarray_does() -> None:
    generator = np.random.default_rng(3)
    sizes = {"a": 2, "b": 3, "c": 4}
    for dims in (("a",), ("b", "a"), (), ("c", "a", "b"), ("c",)):
        arrays = [xr.DataArray(generator.normal(size=[sizes[d] for d in some]), dims=some) for some in (dims, ("b",))]
        over, _ = all_axes([Named.of(array, array.values) for array in arrays])
        expected = xr.broadcast(*arrays)
        assert tuple(over) == expected[0].dims
        for array, wide in zip(arrays, expected, strict=True):
            np.testing.assert_array_equal(Named.of(array, array.values).over(over), wide.transpose(*over).values)
