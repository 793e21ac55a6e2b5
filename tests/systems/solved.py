"""How a solved system is checked: the library against equations that were typed by hand."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import xarray as xr
from scipy.integrate import solve_ivp

import largespin as ls
from largespin.errors import FloatArray
from largespin.meanfield.numeric import numeric_mean_field

HandWritten = Callable[[float, Any], Any]


def parameter_vector(model: ls.Model, values: Mapping[str, float]) -> FloatArray:
    """Parameter values in the order of the numeric functions."""
    names = [p.key for p in numeric_mean_field(model).equations.parameters]
    assert sorted(names) == sorted(values)
    return np.array([values[name] for name in names], dtype=float)


def library_rhs(model: ls.Model, u: FloatArray, values: Mapping[str, float], time: float = 0.0) -> FloatArray:
    """The library's right-hand side."""
    return numeric_mean_field(model).rhs(
        u, np.broadcast_to(parameter_vector(model, values), (*u.shape[:-1], len(values))), time
    )


def random_density_matrix(levels: int, generator: np.random.Generator) -> Any:
    """A full-rank state of one particle with no special direction."""
    matrix = generator.normal(size=(levels, levels)) + 1j * generator.normal(size=(levels, levels))
    rho = matrix @ matrix.conj().T
    return rho / np.trace(rho)


def random_state(model: ls.Model, generator: np.random.Generator) -> ls.State:
    """Any state of the model's blocks and modes."""
    particles = model.particles
    rho = [random_density_matrix(particles.levels, generator) for _ in range(particles.number_of_blocks)]
    amplitudes = generator.normal(size=len(model.modes)) + 1j * generator.normal(size=len(model.modes))
    return model.state(np.array(rho), 0.5 * amplitudes)


def vectors(run: xr.Dataset) -> FloatArray:
    """State vectors (…, n) of a dataset of `evolve`, from its labelled variables."""
    bloch = run.m.transpose(..., "block", "component").values
    flat = bloch.reshape(*bloch.shape[:-2], -1)
    if "q" not in run:
        return flat
    q, p = run.q.transpose(..., "mode").values, run.p.transpose(..., "mode").values
    pairs = np.stack([q, p], axis=-1).reshape(*q.shape[:-1], -1)
    return np.concatenate([flat, pairs], axis=-1)


def check_equations(
    model: ls.Model, hand_written: HandWritten, values: Mapping[str, float], *, count: int = 12, seed: int = 5
) -> None:
    """The right-hand sides agree at random states and times."""
    generator = np.random.default_rng(seed)
    for _ in range(count):
        u = random_state(model, generator).vector
        time = float(generator.uniform(0.0, 5.0))
        expected = np.asarray(hand_written(time, u))
        assert np.max(np.abs(expected)) > 1e-3, "the comparison must not be between zeros"
        np.testing.assert_allclose(library_rhs(model, u, values, time), expected, rtol=1e-11, atol=1e-12)


def check_trajectory(
    model: ls.Model,
    hand_written: HandWritten,
    values: Mapping[str, float],
    *,
    times: Any = (0.0, 0.7, 1.9, 4.0),
    seed: int = 6,
    start: ls.State | None = None,
    atol: float = 1e-9,
) -> xr.Dataset:
    """The library's run agrees with SciPy's DOP853 on the hand-written equations."""
    state = random_state(model, np.random.default_rng(seed)) if start is None else start
    moments = np.asarray(times, dtype=float)
    run = ls.evolve(model, state, moments, tolerance=1e-13, workers=1, parameters=dict(values))
    assert run.outcome.item() == "finished"
    solution = solve_ivp(
        hand_written, moments[[0, -1]], state.vector, method="DOP853", t_eval=moments, rtol=1e-12, atol=1e-13
    )
    np.testing.assert_allclose(vectors(run), solution.y.T, rtol=0.0, atol=atol)
    assert np.max(np.abs(solution.y[:, -1] - solution.y[:, 0])) > 1e-2, "something must have moved"
    return run


def cross(field: Any, bloch: Any) -> Any:
    """``2 B × m``, the turning of a spin ½ by ``B·σ``, component by component."""
    (bx, by, bz), (x, y, z) = field, bloch
    return np.array([2 * (by * z - bz * y), 2 * (bz * x - bx * z), 2 * (bx * y - by * x)])


def join(bloch: Any, amplitudes: Any = ()) -> FloatArray:
    """Bloch vectors (3, K) and complex amplitudes as one state vector."""
    alpha = np.asarray(amplitudes, dtype=complex)
    pairs = np.sqrt(2.0) * np.stack([alpha.real, alpha.imag], axis=-1).ravel()
    return np.concatenate([np.asarray(bloch, dtype=float).T.ravel(), pairs])


def part(u: FloatArray, blocks: int) -> tuple[FloatArray, Any]:
    """Bloch vectors (3, K) and complex amplitudes of a state vector of spins."""
    bloch = np.asarray(u[: 3 * blocks]).reshape(blocks, 3).T
    rest = np.asarray(u[3 * blocks :])
    return bloch, (rest[0::2] + 1j * rest[1::2]) / np.sqrt(2.0)
