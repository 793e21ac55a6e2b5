"""What is known of a batch of parameter points: their stationary states, and what still moves late."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import xarray as xr

from largespin.attractors.samples import uniform_states
from largespin.errors import FloatArray, LargespinError, finite_array, number_in, whole_number
from largespin.meanfield.numeric import numeric_mean_field
from largespin.meanfield.points import points
from largespin.model.model import Model
from largespin.model.start import StateLike, given, parts_of
from largespin.phases.late_motion import LONGEST, late_motion
from largespin.quantities import described
from largespin.stationary.stationary_states import stationary_states
from largespin.stationary.symmetry import symmetries

UNDAMPED = 1e-10
"""Decay of a centre below which it is rounding."""
MOTION_STARTS = 4
"""Random starts of the runs in which late motion is looked for."""


@dataclass(frozen=True, eq=False)
class Search:
    """How each point is examined.

    Attributes:
        starts: where the search for stationary states begins, see `stationary_states`: how many random starts.
        seed: seed of all random starts.
        like: a state whose conserved quantities the stationary states shall share.
        also: further starts of the search: states, or a result that holds some.
        images: whether images of found states under symmetries are added, see `stationary_states`.
        motion_starts: where runs begin in which late motion is looked for: how many random starts, or states of one's own.
        window: begin and end of the time window in which it is looked for; None for no such look.
        looks: how often runs are looked at in the window.
        patience: where stable states exist, runs are watched only after so many of their slowest relaxation times (at
            most 16 times the begin of the window), so that slow decay is not taken for lasting motion.

    Raises:
        LargespinError: numbers that are no numbers of starts or looks, or a window that does not lie ahead.
    """

    starts: int | StateLike = 16
    seed: int = 0
    like: StateLike | None = None
    also: StateLike | None = None
    images: bool = True
    motion_starts: int | StateLike = MOTION_STARTS
    window: tuple[float, float] | None = (500.0, 700.0)
    looks: int = 201
    patience: float = 8.0

    def __post_init__(self) -> None:
        whole_number("seed", self.seed)
        whole_number("looks", self.looks, 2)
        number_in("patience", self.patience, 0.0)
        for name in ("starts", "motion_starts"):
            if np.ndim(getattr(self, name)) == 0 and isinstance(getattr(self, name), int | float | np.number):
                whole_number(name, getattr(self, name), 1)
        if self.window is not None:
            ends = finite_array("window", self.window)
            if ends.shape != (2,) or not 0.0 < ends[0] < ends[1]:
                raise LargespinError(
                    f"Argument `window` must be (begin, end) with 0 < begin < end, or None, but it is {self.window!r}."
                )


def evaluate_points(model: Model, *, parameters: Mapping[str, Any], search: Search | None = None) -> xr.Dataset:
    """Examine points given as one list of values per parameter.

    A plain function of plain arguments: a sweep may send it to another process.

    Args:
        model: the model, without explicit time.
        parameters: for each parameter that varies, an array (points,); numbers for the others.
        search: how each point is examined.

    Returns:
        The Dataset of `stationary_states` over (point, state), and ``order_parameter`` and ``lasting`` (point, state),
        ``number_of_stable``, ``order`` (largest order parameter of a stable state, NaN without), ``motion`` (largest
        late standard deviation of an overlap, or of any variable without patterns, over all starts), ``turns`` (how
        often it turns round) and ``patient`` (whether the slowest stable state had time to settle before motion was
        looked for) over point.

    Example:
        >>> import numpy as np, largespin as ls
        >>> from largespin.phases import evaluate_points
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> known = evaluate_points(model, parameters={"temperature": np.array([0.5, 0.6]), "field": np.array([0.2, 0.6])})
        >>> known.number_of_stable.values.tolist(), (known.motion > 0.1).values.tolist()
        ([2, 0], [False, True])
    """
    search = search or Search()
    listed = {
        key: xr.DataArray(np.asarray(array, dtype=float), dims=("point",) * np.ndim(array))
        for key, array in parameters.items()
    }
    states = stationary_states(
        model,
        starts=search.starts,
        seed=search.seed,
        like=search.like,
        also=search.also,
        images=search.images,
        parameters=listed,
    )
    where = points(model, listed)
    order = _order_parameter(model, states, where.parameters)
    states["order_parameter"] = (("point", "state"), order)
    # Undamped oscillations around a state are all the stability that models without local jumps may have.
    lasting = ("stable",) if model.has_local_jumps else ("stable", "centre")
    states["lasting"] = states.verdict.isin(lasting)
    states["number_of_stable"] = states.lasting.sum("state")
    largest = np.where(states.lasting.values, order, -1.0).max(axis=1)
    states["order"] = ("point", np.where(largest < 0.0, np.nan, largest))
    wait = search.patience * _slowest_relaxation(states)
    motion, turns = _motion(model, where.parameters, search, wait)
    states["motion"], states["turns"] = ("point", motion), ("point", turns)
    states["patient"] = ("point", wait <= LONGEST * (search.window or (0.0, 0.0))[0])
    return described(states)


def _order_parameter(model: Model, states: xr.Dataset, parameters: FloatArray) -> FloatArray:
    if "overlap" in states:
        return np.abs(states.overlap).max("pattern", skipna=False).transpose("point", "state").values
    u = parts_of(model, states, "states").state("states").vector
    distance = np.zeros(u.shape[:-1])
    for symmetry in symmetries(numeric_mean_field(model), parameters):
        distance = np.maximum(distance, np.abs(symmetry(u) - u).max(axis=-1))
    return distance


def motion_vectors(model: Model, search: Search) -> FloatArray:
    """The starts from which late motion is looked for, shape (starts, n)."""
    if isinstance(search.motion_starts, int | np.integer):
        return uniform_states(model, int(search.motion_starts), np.random.default_rng(search.seed))
    found = given(model, search.motion_starts, name="motion_starts").state.vector.reshape(-1, model.number_of_variables)
    return found[np.isfinite(found).all(axis=-1)]  # Results are filled up where they have fewer states.


def _slowest_relaxation(states: xr.Dataset) -> FloatArray:
    """Longest relaxation time of a state that does not grow, 0 without, shape (points,)."""
    decay = -states.growth_rate.transpose("point", "state").values
    with np.errstate(divide="ignore", invalid="ignore"):
        # A centre may decay too slowly for its verdict; only one that does not at all moves for ever.
        slow = (states.verdict == "centre").values & (decay > UNDAMPED)
        times = np.where((states.verdict == "stable").values | slow, 1.0 / decay, 0.0)
    return np.asarray(times.max(axis=1))


def _motion(model: Model, parameters: FloatArray, search: Search, wait: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Largest late spread over all starts and how often that run turns round, both of shape (points,)."""
    count = len(parameters)
    if search.window is None:
        return np.zeros(count), np.zeros(count)
    begin = motion_vectors(model, search)
    found = late_motion(
        model,
        np.tile(begin, (count, 1)),
        np.repeat(parameters, len(begin), axis=0),
        search.window,
        looks=search.looks,
        patience=np.repeat(wait, len(begin)),
    )
    spread, turns = found.spread.reshape(count, -1), found.turns.reshape(count, -1)
    most = np.argmax(np.nan_to_num(spread, nan=-1.0), axis=1)
    rows = np.arange(count)
    return spread[rows, most], turns[rows, most]
