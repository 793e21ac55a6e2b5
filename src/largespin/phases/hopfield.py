"""The phases of the Hopfield network with one retrieved pattern: paramagnet, retrieval, limit cycle, coexistence."""

from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.errors import FloatArray
from largespin.meanfield.points import points
from largespin.model import Model
from largespin.models import hopfield
from largespin.models.ready.rates import Rates
from largespin.patterns.large_spins import ideal_large_spins
from largespin.phases.codes import has_phase, phase_names
from largespin.phases.evaluate import Search
from largespin.phases.late_motion import late_motion as motion_of_runs
from largespin.phases.phase import Phase
from largespin.phases.phase_diagram import phase_diagram
from largespin.phases.rules import MOTION, ORDER, Rule, some_stable

LATE = (1500.0, 1900.0)
"""Window in which late motion is measured: long after the transients, several slow periods long."""
MOTION_STARTS = ((0.0, 0.0, 0.01), (0.0, 0.0, 0.9), (0.0, -0.5, 0.5))
"""Near the paramagnet, near full retrieval, and between."""


def _limit_cycle(known: xr.Dataset) -> xr.DataArray:
    # What still moves at β ≤ 3/2, where no cycle exists (Bendixson, theory page), creeps along a boundary line.
    return (known.motion > MOTION) & (known.temperature < 2 / 3)


def hopfield_rules() -> tuple[Rule, ...]:
    """Paramagnet, retrieval and limit cycle of the Hopfield network with one pattern, for `phase_diagram`.

    Example:
        >>> from largespin.phases import hopfield_rules
        >>> [rule.name for rule in hopfield_rules()]
        ['paramagnet', 'retrieval', 'limit cycle']
    """
    return (
        Rule(
            "paramagnet",
            lambda known: some_stable(known, known.order_parameter <= ORDER),
            "every pattern is forgotten.",
        ),
        Rule("retrieval", lambda known: some_stable(known, known.order_parameter > ORDER), "a pattern is held."),
        Rule("limit cycle", _limit_cycle, "the overlap oscillates for ever."),
    )


def hopfield_search() -> Search:
    """How points are examined: starts along the branch of retrieval states, and late motion from three starts."""
    sizes = np.array([1.0, 0.8, 0.6, 0.4, 0.2, 0.05])
    branch = np.stack([np.zeros_like(sizes), -0.3 * sizes, 0.95 * sizes], axis=-1)[:, None, :]
    starts = np.array(MOTION_STARTS)[:, None, :]
    return Search(starts=6, also=branch, images=False, motion_starts=starts, window=LATE, looks=401, patience=0.0)


def hopfield_phases(
    temperature: npt.ArrayLike, field: npt.ArrayLike, *, rates: Rates = "exponential", progress: bool = False
) -> xr.Dataset:
    """Which attractors the network has on a grid of temperatures and fields.

    Stationary states and their stability come from the search with exact Jacobians; limit cycles are what still moves
    long after starts near the paramagnet, near full retrieval and between.

    Args:
        temperature: T, rising, shape (n,) or a number.
        field: Ω, rising, shape (m,) or a number.
        rates: ``"exponential"`` or ``"glauber"``.
        progress: show how many points are done.

    Returns:
        Dataset over (temperature, field) with ``overlap`` (largest stable retrieval overlap, NaN where none),
        ``paramagnet_stable``, ``overlap_std`` (largest late standard deviation of any start), ``limit_cycle`` and
        ``phase`` (codes, see `phase_names`); for an adaptive diagram give `hopfield_rules` and `hopfield_search` to
        `phase_diagram`.

    Source: F24 Fig. 2, worked out from (B.1).

    Example:
        >>> from largespin.phases import hopfield_phases, phase_names
        >>> phase_names(hopfield_phases([0.5, 1.3], [0.1])).values[:, 0].tolist()
        ['retrieval', 'paramagnet']
    """
    model = hopfield(ideal_large_spins(1), rates=rates)
    diagram = phase_diagram(
        model,
        rules=hopfield_rules(),
        search=hopfield_search(),
        progress=progress,
        temperature=np.atleast_1d(temperature),
        field=np.atleast_1d(field),
    )
    overlap = diagram.order.where(diagram.order > ORDER)
    overlap.attrs = {"long_name": "largest stable retrieval overlap", "units": "1"}
    spread = diagram.motion.fillna(0.0)
    spread.attrs = {"long_name": "late standard deviation of the overlap", "units": "1"}
    parts = {
        "overlap": overlap,
        "paramagnet_stable": has_phase(diagram, "paramagnet"),
        "overlap_std": spread,
        "limit_cycle": has_phase(diagram, "limit cycle"),
    }
    return diagram[["phase", "evaluated", "outcome", "usable", "sentence", "number_of_stable"]].assign(parts)


def late_motion(
    model: Model,
    grid: dict[str, Any],
    *,
    starts: npt.ArrayLike = MOTION_STARTS,
    window: tuple[float, float] = LATE,
    looks: int = 401,
    progress: bool = False,
) -> FloatArray:
    """Largest standard deviation of the overlap in a late window, over several starts; shape of the grid.

    Args:
        model: a Hopfield model with one pattern.
        grid: values of ``temperature`` and ``field``.
        starts: Bloch vectors of the starts, shape (starts, 3).
        window: begin and end of the window.
        looks: how often runs are looked at in it.
        progress: show a progress bar.
    """
    begin = model.state(np.asarray(starts, dtype=float)[:, None, :]).vector
    where = points(model, grid)
    runs = np.tile(begin, (len(where), 1))
    table = np.repeat(where.parameters, len(begin), axis=0)
    found = motion_of_runs(model, runs, table, window, looks=looks, progress=progress)
    largest = np.nan_to_num(found.spread).reshape(len(where), -1).max(axis=1)
    return largest.reshape(where.shape)


def hopfield_phase(temperature: float, field: float, *, rates: Rates = "exponential") -> Phase:
    """The phase at one point, with its numbers.

    Example:
        >>> from largespin.phases import hopfield_phase
        >>> hopfield_phase(0.5, 0.2).sentence
        'Retrieval phase at T = 0.5, Ω = 0.2: a stored pattern is held with overlap 0.9235.'
    """
    point = hopfield_phases([temperature], [field], rates=rates).isel(temperature=0, field=0)
    name = str(phase_names(point).item())
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
