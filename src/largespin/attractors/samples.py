"""From where are attractors reached? Start states drawn uniformly, and the error bars of shares."""

import inspect
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from largespin.errors import FloatArray, LargespinError
from largespin.model.model import Model
from largespin.model.operators import expansion
from largespin.model.start import HasFull, StateLike
from largespin.stationary.own_starts import own_starts

Starts = StateLike | Callable[[np.random.Generator, int], StateLike] | None
"""Starts of one's own: states, or a function of a NumPy generator and how many that returns states; none for uniform
ones."""
TOLERANCES = (1e-15, 1e-3)
"""Relative errors per step of runs towards attractors: from rounding to a tenth of what tells orbits apart."""
CONFIDENCE = 1.959963984540054
"""Standard deviations of a 95 % interval."""


def uniform_states(model: Model, count: int, generator: np.random.Generator, width: float = 1.0) -> FloatArray:
    """Random product states as vectors u, shape (count, n), every block drawn on its own.

    Density matrices ``ρ = G G†/tr G G†`` with complex Gaussian G: square, this is the Hilbert–Schmidt measure, for spin
    ½ the uniform Bloch ball; one column, the uniform measure of pure states, which models without local jumps conserve.
    Quadratures are Gaussian around the vacuum.

    Args:
        model: the model.
        count: number of states.
        generator: source of randomness.
        width: standard deviation of every quadrature q, p (per √N).

    Source: Życzkowski and Sommers, J. Phys. A 34, 7111 (2001).

    Example:
        >>> import numpy as np, largespin as ls
        >>> from largespin.attractors.samples import uniform_states
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> u = uniform_states(model, 20_000, np.random.default_rng(1))
        >>> round(float(np.mean(np.linalg.norm(u, axis=1) < 0.5)), 2)  # the volume of the inner ball is 1/8
        0.13
    """
    particles = model.particles
    levels, blocks = particles.levels, particles.number_of_blocks
    columns = levels if model.has_local_jumps else 1
    shape = (count, blocks, levels, columns)
    roots = generator.normal(size=shape) + 1j * generator.normal(size=shape)
    rho = roots @ roots.conj().swapaxes(-1, -2)
    rho /= np.einsum("...ii->...", rho)[..., None, None]
    bloch = expansion(rho)[..., 1:].real * levels
    modes = width * generator.normal(size=(count, 2 * len(model.modes)))
    return np.concatenate([bloch.reshape(count, -1), modes], axis=-1)


def start_vectors(
    model: Model, starts: Starts, samples: int, generator: np.random.Generator, width: float, values: Mapping[str, Any]
) -> tuple[FloatArray, dict[str, float]]:
    """The start states as vectors (samples, n): uniform, one's own, or drawn by one's own function; and what values they bring.

    Args:
        model: the model.
        starts: the argument `starts` of `find_attractors`.
        samples: how many are drawn.
        generator: source of randomness.
        width: standard deviation of the quadratures of uniform starts.
        values: parameter values of the call, which win over those that come along.
    """
    if starts is None:
        return uniform_states(model, samples, generator, width), {}
    # Operators of QuTiP can be called, too.
    if callable(starts) and not isinstance(starts, HasFull):
        _check_call(starts)
        vectors, brought = own_starts(model, starts(generator, samples), "starts", values)
        if len(vectors) != samples:
            raise LargespinError(
                f"Argument `starts` must return {samples} states when it is called, but it returned {len(vectors)}."
            )
        return vectors, brought
    return own_starts(model, starts, "starts", values)


def _check_call(starts: Callable[..., Any]) -> None:
    try:
        signature = inspect.signature(starts)
    except (TypeError, ValueError):
        return  # Some compiled functions do not say what they take.
    try:
        signature.bind(None, 1)
    except TypeError as error:
        raise LargespinError(
            "Argument `starts` must take a NumPy generator and the number of states when it is called, but this does not "
            f"fit {getattr(starts, '__name__', 'it')}{signature}: {error}."
        ) from error


def wilson_interval(hits: npt.ArrayLike, count: int) -> tuple[FloatArray, FloatArray]:
    """The 95 % confidence interval of a probability of which `hits` of `count` trials were seen.

    ``(k + z²/2 ± z √(k(n − k)/n + z²/4)) / (n + z²)``; unlike ``±√(p(1−p)/n)`` it is right near 0 and 1.

    Source: Wilson, J. Am. Stat. Assoc. 22, 209 (1927).

    Example:
        >>> from largespin.attractors.samples import wilson_interval
        >>> [round(float(limit), 3) for limit in wilson_interval(50, 100)]
        [0.404, 0.596]
    """
    k, z = np.asarray(hits, dtype=np.float64), CONFIDENCE
    middle = k + 0.5 * z**2
    half = z * np.sqrt(k * (count - k) / count + 0.25 * z**2)
    return np.clip((middle - half) / (count + z**2), 0.0, 1.0), np.clip((middle + half) / (count + z**2), 0.0, 1.0)
