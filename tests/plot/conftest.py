"""One small result of every kind, computed once; the only place in these tests that calls the solvers."""

from typing import Any

import numpy as np
import pytest
import xarray as xr

import largespin as ls

TIMES = np.linspace(0.0, 10.0, 51)


@pytest.fixture(scope="session")
def one() -> ls.Model:
    return ls.models.hopfield(ls.ideal_large_spins(1))


@pytest.fixture(scope="session")
def two() -> ls.Model:
    return ls.models.hopfield(ls.ideal_large_spins(2))


@pytest.fixture(scope="session")
def run(two: ls.Model) -> xr.Dataset:
    return ls.evolve(two, [0, 0, 0.5], TIMES, temperature=0.5, field=0.6)


@pytest.fixture(scope="session")
def many(two: ls.Model) -> xr.Dataset:
    starts = np.random.default_rng(1).uniform(-0.5, 0.5, size=(30, 2, 3))
    return ls.evolve(two, two.state(starts), TIMES, temperature=0.5, field=0.2)


@pytest.fixture(scope="session")
def light() -> xr.Dataset:
    model = ls.models.dicke(ls.ideal_large_spins(1))
    return ls.evolve(model, model.state([-0.9, 0, 0.1], modes=[0.1]), TIMES, field=1.0, coupling=2.0)


@pytest.fixture(scope="session")
def ladder() -> xr.Dataset:
    atoms = ls.Particles(3, operators={"down": np.diag([1.0, 1.0], -1)})
    model = ls.Model(atoms, jumps=[ls.Jump(atoms.operator("down"))])
    return ls.evolve(model, np.diag([1.0, 0.0, 0.0]), TIMES)


@pytest.fixture(scope="session")
def states(one: ls.Model) -> xr.Dataset:
    return ls.stationary_states(one, temperature=0.5, field=np.linspace(0.0, 0.8, 9))


@pytest.fixture(scope="session")
def grid(one: ls.Model) -> xr.Dataset:
    return ls.stationary_states(one, temperature=np.linspace(0.4, 1.2, 5), field=np.linspace(0.0, 0.8, 4))


@pytest.fixture(scope="session")
def found(one: ls.Model) -> xr.Dataset:
    return ls.branches(one, [0, 0, 0], between={"field": (0.0, 0.5)}, field=0.1, temperature=0.5)


@pytest.fixture(scope="session")
def lines(one: ls.Model) -> xr.Dataset:
    between = {"temperature": (0.6, 1.2), "field": (0.0, 0.4)}
    return ls.boundaries(one, between=between, cuts=1)


@pytest.fixture(scope="session")
def diagram(one: ls.Model) -> xr.Dataset:
    return ls.phase_diagram(one, between={"temperature": (0.6, 1.2), "field": (0.0, 0.4)}, resolution=0.1)


@pytest.fixture(scope="session")
def cycle(one: ls.Model) -> xr.Dataset:
    return ls.limit_cycle(one, [0, 0.1, 0.1], temperature=0.6, field=[0.6, 0.8])


@pytest.fixture(scope="session")
def cycles() -> xr.Dataset:
    model = ls.models.hopfield(ls.ideal_large_spins(1), rates="glauber")
    between = {"field": (0.1, 0.4)}
    return ls.cycle_branch(model, [0, 0.1, 0.1], between=between, towards="low", temperature=0.6, field=0.4)


@pytest.fixture(scope="session")
def attractors(one: ls.Model) -> xr.Dataset:
    return ls.find_attractors(one, samples=64, temperature=0.6, field=[0.2, 0.6])


@pytest.fixture(scope="session")
def exponents(one: ls.Model) -> xr.Dataset:
    return ls.lyapunov_exponents(one, [0, 0.1, 0.1], 200.0, temperature=[0.6, 0.9, 1.2], field=0.6)


@pytest.fixture(scope="session")
def covariance(one: ls.Model) -> xr.Dataset:
    states = ls.stationary_states(one, temperature=2.0, field=0.3)
    return ls.stationary_covariance(one, states.isel(state=0))


@pytest.fixture(scope="session")
def spectrum(covariance: xr.Dataset) -> xr.Dataset:
    return ls.spectrum(covariance, np.linspace(-3.0, 3.0, 31))


@pytest.fixture(scope="session")
def correlations(covariance: xr.Dataset) -> xr.Dataset:
    return ls.correlations(covariance, np.linspace(0.0, 5.0, 21))


@pytest.fixture(scope="session")
def output() -> xr.Dataset:
    model = ls.models.dicke(ls.ideal_large_spins(1))
    values = {"field": 1.0, "coupling": 0.5}
    normal = ls.stationary_covariance(model, model.state([-1, 0, 0], modes=[0.0]), parameters=values)
    return ls.output_spectrum(model, normal, np.linspace(-2.0, 2.0, 41))


@pytest.fixture(scope="session")
def slow(one: ls.Model) -> xr.Dataset:
    return ls.exact.liouvillian_spectrum(one, particles=[4, 8], temperature=0.5, field=0.5)


@pytest.fixture(scope="session")
def chances(one: ls.Model) -> xr.DataArray:
    system = ls.exact.System(one, particles=10, temperature=0.5, field=0.2)
    return ls.exact.stationary_states_of(system).states[0].overlap_distribution()


@pytest.fixture(scope="session")
def errors(one: ls.Model) -> xr.Dataset:
    values = {"temperature": 2.0, "field": 0.5}
    return ls.bounds.mean_field_error(one, [0, 0, 0.5], [0, 0.01, 0.02], particles=[8, 16, 32], parameters=values)


@pytest.fixture(scope="session")
def reduced(one: ls.Model) -> xr.Dataset:
    values = {"temperature": 2.0, "field": 0.5}
    return ls.bounds.reduced_state_error(one, [0, 0, 0.5], [0, 1], particles=[8, 16, 32], parameters=values)


@pytest.fixture(scope="session")
def pictured() -> ls.Patterns:
    y, x = np.mgrid[-4:5, -6:7]
    shapes = [np.where(np.hypot(x, y) < radius, 1.0, -1.0) for radius in (2, 4)]
    return ls.patterns_from_array(np.stack(shapes), names=["small", "large"])


@pytest.fixture(scope="session")
def swept() -> xr.Dataset:
    """What a sweep with failures gives, without running one: three points have no value, for two reasons."""
    values = np.arange(12.0).reshape(4, 3) - 5.0
    outcome = np.full((4, 3), "finished", dtype=object)
    for place, why in (((3, 2), "failed"), ((3, 1), "failed"), ((0, 0), "missing")):
        values[place], outcome[place] = np.nan, why
    coords = {
        "g": ("g", [0.0, 1.0, 2.0, 4.0], {"long_name": "coupling", "units": "rate"}),
        "T": ("T", [0.5, 1.0, 1.5], {"long_name": "temperature", "units": "1"}),
    }
    attrs = {"long_name": "late signal", "units": "photons"}
    return xr.Dataset({"value": (("g", "T"), values, attrs), "sweep_outcome": (("g", "T"), outcome)}, coords=coords)


@pytest.fixture(scope="session")
def results(request: pytest.FixtureRequest) -> dict[str, Any]:
    """All of them by name."""
    names = (
        *("run", "many", "light", "ladder", "states", "grid", "found", "lines", "diagram", "cycle", "cycles"),
        *("attractors", "exponents", "covariance", "spectrum", "correlations", "output", "slow", "chances"),
        *("errors", "reduced", "pictured", "swept"),
    )
    return {name: request.getfixturevalue(name) for name in names}
