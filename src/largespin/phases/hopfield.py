"""The phases of the Hopfield network with one retrieved pattern: paramagnet, retrieval, limit cycle, coexistence."""

from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.errors import FloatArray
from largespin.meanfield.evolve import evolve
from largespin.model import Model
from largespin.models import hopfield
from largespin.patterns import ideal_large_spins
from largespin.phases.phase import Phase
from largespin.stationary import stationary_states

OVERLAP = 1e-4
"""Overlap above which a stationary state counts as retrieval."""
MOTION = 1e-3
"""Standard deviation of the overlap above which a late run counts as a limit cycle."""
LATE = (1500.0, 1900.0)
"""Window in which late motion is measured: long after the transients, several slow periods long."""


def hopfield_phases(
    temperature: npt.ArrayLike, field: npt.ArrayLike, *, rates: str = "exponential", progress: bool = False
) -> xr.Dataset:
    """Which attractors the network has on a grid of temperatures and fields.

    Stationary states and their stability come from the search with exact Jacobians; limit cycles are what still moves
    long after starts near the paramagnet, near full retrieval and between.

    Args:
        temperature: T, shape (n,) or a number.
        field: Ω, shape (m,) or a number.
        rates: ``"exponential"`` or ``"glauber"``.
        progress: show a progress bar.

    Returns:
        Dataset over (temperature, field) with ``overlap`` (largest stable retrieval overlap, NaN where none),
        ``paramagnet_stable``, ``overlap_std`` (largest late standard deviation of any start), ``limit_cycle`` and
        ``phase``.

    Source: F24 Fig. 2, worked out from (B.1).

    Example:
        >>> from largespin.phases import hopfield_phases
        >>> hopfield_phases([0.5, 1.3], [0.1]).phase.values[:, 0]
        array(['retrieval', 'paramagnet'], dtype='<U10')
    """
    model = hopfield(ideal_large_spins(1), rates=rates)
    grid: dict[str, Any] = {"temperature": np.atleast_1d(temperature), "field": np.atleast_1d(field)}
    states = stationary_states(model, starts=6, images=False, also=_retrieval_starts(), **grid)
    stable = (states.verdict == "stable").values
    overlaps = np.abs(states.overlap.isel(pattern=0).values)
    retrieval = np.where(stable & (overlaps > OVERLAP), overlaps, np.nan)
    best = np.max(np.where(np.isnan(retrieval), -1.0, retrieval), axis=-1)
    best = np.where(best < 0, np.nan, best)
    paramagnet = np.any(stable & (overlaps <= OVERLAP), axis=-1)
    motion = late_motion(model, grid, progress=progress)
    # What still moves at β ≤ 3/2, where no cycle exists (Bendixson, theory page), creeps along a boundary line.
    cycle = (motion > MOTION) & (grid["temperature"] < 2 / 3)[:, None]
    dims = ("temperature", "field")
    return xr.Dataset(
        {
            "overlap": (dims, best, {"long_name": "largest stable retrieval overlap", "units": "1"}),
            "paramagnet_stable": (dims, paramagnet),
            "overlap_std": (
                dims,
                motion,
                {"long_name": "late standard deviation of the overlap", "units": "1"},
            ),
            "limit_cycle": (dims, cycle),
            "phase": (dims, _names(paramagnet, ~np.isnan(best), cycle)),
        },
        coords=grid,
        attrs=states.attrs,
    )


def _retrieval_starts() -> FloatArray:
    """Starts of the search that cover the branch of retrieval states, shape (starts, 1, 3)."""
    sizes = np.array([1.0, 0.8, 0.6, 0.4, 0.2, 0.05])
    return np.stack([np.zeros_like(sizes), -0.3 * sizes, 0.95 * sizes], axis=-1)[:, None, :]


def late_motion(
    model: Model,
    grid: dict[str, Any],
    *,
    starts: npt.ArrayLike = ((0.0, 0.0, 0.01), (0.0, 0.0, 0.9), (0.0, -0.5, 0.5)),
    window: tuple[float, float] = LATE,
    samples: int = 401,
    progress: bool = False,
) -> FloatArray:
    """Largest standard deviation of the overlap in a late window, over several starts; shape of the grid.

    Args:
        model: a Hopfield model with one pattern.
        grid: values of ``temperature`` and ``field``.
        starts: Bloch vectors of the starts, shape (starts, 3).
        window: begin and end of the window.
        samples: number of samples in it.
        progress: show a progress bar.
    """
    begin = np.asarray(starts, dtype=float)[:, None, :]
    early = evolve(model, model.state(begin), window[0], tolerance=1e-8, progress=progress, **grid)
    arrived = early.m.transpose("start", "temperature", "field", "block", "component")
    moments = np.linspace(*window, samples)
    largest = np.zeros((grid["temperature"].size, grid["field"].size))
    for reached in arrived.values:
        state = model.state(np.where(np.isnan(reached), 0.0, reached), dims=("temperature", "field"))
        late = evolve(model, state, moments, tolerance=1e-8, **grid)
        spread = late.overlap.isel(pattern=0).std("time").values
        largest = np.maximum(largest, np.nan_to_num(spread))
    return largest


def _names(paramagnet: np.ndarray, retrieval: np.ndarray, cycle: np.ndarray) -> np.ndarray:
    result = np.full(paramagnet.shape, "", dtype=object)
    for name, present in (("paramagnet", paramagnet), ("retrieval", retrieval), ("limit cycle", cycle)):
        joined = np.where(result == "", name, result + f" + {name}")
        result = np.where(present, joined, result)
    return np.where(result == "", "undecided", result).astype(str)


def hopfield_phase(temperature: float, field: float, rates: str = "exponential") -> Phase:
    """The phase at one point, with its numbers.

    Example:
        >>> from largespin.phases import hopfield_phase
        >>> hopfield_phase(0.5, 0.2).sentence
        'Retrieval phase at T = 0.5, Ω = 0.2: a stored pattern is held with overlap 0.9235.'
    """
    point = hopfield_phases([temperature], [field], rates=rates).isel(temperature=0, field=0)
    name = str(point.phase.item())
    where = f"at T = {temperature:g}, Ω = {field:g}"
    held = f"a stored pattern is held with overlap {point.overlap.item():.4f}"
    moving = f"the overlap oscillates with standard deviation {point.overlap_std.item():.3f}"
    sentences = {
        "paramagnet": f"Paramagnetic phase {where}: every pattern is forgotten.",
        "retrieval": f"Retrieval phase {where}: {held}.",
        "limit cycle": f"Limit-cycle phase {where}: {moving}.",
        "paramagnet + retrieval": f"Coexistence of paramagnet and retrieval {where}: near a pattern {held}.",
        "retrieval + limit cycle": f"Coexistence of retrieval and a limit cycle {where}: {held}, or {moving}.",
    }
    fallback = f"Undecided {where}: the point lies on a phase boundary ({name})."
    return Phase(name, sentences.get(name, fallback))
