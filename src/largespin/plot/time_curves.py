"""Quantities against time: one run as curves, several runs told apart by name, many as faint lines with their median."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from largespin.errors import FloatArray, LargespinError
from largespin.plot.inputs import parameter_axes, point_words, sentence_of
from largespin.plot.missing import lost_to
from largespin.plot.panels import legend, note
from largespin.plot.style import DASHES, LONGEST_LEGEND, OKABE_ITO, axis_label, line_style, tidy

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

FEW_RUNS = len(OKABE_ITO)
"""Runs of one quantity that colours tell apart."""
FEW_DASHES = len(DASHES)
"""Runs of several quantities that dashes tell apart."""
MOST_LINES = 200
"""Faint lines of one quantity; more make files heavy and show nothing new."""


def check_times(argument: str, values: "xr.DataArray", time: str = "time") -> None:
    """Refuse results without output times.

    Raises:
        LargespinError: if there is no time axis.
    """
    if time not in values.dims:
        raise LargespinError(
            f"Argument `{argument}` must have a time axis, but it holds the final state only; give `evolve` an array of "
            "times."
        )


def draw_time_curves(
    ax: "Axes",
    values: "xr.DataArray",
    curve: str | None,
    names: Sequence[str],
    *,
    whole: "xr.Dataset | None" = None,
    time: str = "time",
) -> None:
    """Draw every curve of every run, with a legend and the label of the time.

    Args:
        ax: where to draw; a single curve that the caller names at the axis may have the name "".
        values: over `time`, `curve` and the axes of the runs.
        curve: the axis whose entries have colours of their own; None for a single quantity.
        names: of its entries.
        whole: where the outcomes of the runs are: those that leave no result are named by theirs.
        time: the axis along x.
    """
    runs = parameter_axes(values, time, *([] if curve is None else [curve]))
    order = (*([] if curve is None else [curve]), *runs, time)
    shape = tuple(values.sizes[dim] for dim in runs)
    times = np.asarray(values[time].values if time in values.coords else np.arange(values.sizes[time]), dtype=float)
    array = values.transpose(*order).values.reshape(len(names), -1, len(times))
    places = [dict(zip(runs, index, strict=True)) for index in np.ndindex(shape)]
    count = len(places)
    lost = [lost_to(whole, place) for place in places]
    told = [point_words(values, p) + (f": {why}" if why else "") for p, why in zip(places, lost, strict=True)]
    before = ax.get_xlim() if ax.has_data() else None
    if count == 1:
        title = _plain(ax, times, array[:, 0], names)
    elif len(names) == 1 and count <= FEW_RUNS:
        title = _plain(ax, times, array[0], told)
    elif count <= FEW_DASHES:
        title = _dashed(ax, times, array, names, told)
    else:
        title = _faint(ax, times, array, names)
    if len(times) > 1:
        low, high = float(times[0]), float(times[-1])
        # What was drawn there before stays in sight.
        ax.set_xlim((low, high) if before is None else (min(before[0], low), max(before[1], high)))
    ax.set_xlabel(axis_label(values[time]) if time in values.coords else time)
    tidy(ax)
    if whole is not None and all(lost) and before is None and not _have_curves(array).any():
        note(ax, sentence_of(whole) or f"No run has values: {', '.join(sorted(set(lost)))}.")
    legend(ax, title=title)


def _plain(ax: "Axes", times: FloatArray, curves: FloatArray, names: Sequence[str]) -> str | None:
    for number, name in enumerate(names):
        label = name or None if number < LONGEST_LEGEND else None
        ax.plot(times, curves[number], label=label, linewidth=1.8, **line_style(number))
    return None if len(names) <= LONGEST_LEGEND else f"first {LONGEST_LEGEND} of {len(names)}"


def _dashed(ax: "Axes", times: FloatArray, array: FloatArray, names: Sequence[str], runs: Sequence[str]) -> str | None:
    """Colours for the quantities, dashes for the runs."""
    for number, name in enumerate(names):
        colour = OKABE_ITO[number % len(OKABE_ITO)]
        for run in range(len(runs)):
            label = name if run == 0 and number < LONGEST_LEGEND else None
            ax.plot(times, array[number, run], color=colour, linestyle=DASHES[run], linewidth=1.6, label=label)
    for run, words in enumerate(runs):
        ax.plot([], [], color="#555555", linestyle=DASHES[run], linewidth=1.6, label=words)
    return None if len(names) <= LONGEST_LEGEND else f"first {LONGEST_LEGEND} of {len(names)}"


def _faint(ax: "Axes", times: FloatArray, array: FloatArray, names: Sequence[str]) -> str:
    """Every run pale, the median over the runs in full colour; runs without a curve are told, not counted."""
    curved = _have_curves(array).any(axis=0)
    lost = int((~curved).sum())
    array = array[:, curved]
    count = array.shape[1]
    shown = np.unique(np.linspace(0, count - 1, min(count, MOST_LINES)).round().astype(int))
    # Together the faint lines must be seen and must not hide the median.
    alpha = float(np.clip(12.0 / max(len(shown), 1), 0.15, 0.45))
    for number, curves in enumerate(array):
        colour = OKABE_ITO[number % len(OKABE_ITO)]
        for run in shown:
            ax.plot(times, curves[run], color=colour, alpha=alpha, linewidth=0.7, label=None)
    for number, name in enumerate(names):
        label = name if number < LONGEST_LEGEND else None
        style: dict[str, Any] = line_style(number)
        ax.plot(times, median(array[number]), label=label, linewidth=2.2, **style)
    part = "" if len(shown) == count else f", {len(shown)} shown"
    return f"median of {count} runs{part}" + (f"\n{lost} more without values" if lost else "")


def _have_curves(array: FloatArray) -> Any:
    """Which curves have two points or more, over all axes but the last: a start alone is no curve."""
    return np.isfinite(array).sum(axis=-1) >= min(2, array.shape[-1])


def median(values: FloatArray) -> FloatArray:
    """Median over the first axis of what is known; NaN where nothing is."""
    known = np.isfinite(values).any(axis=0)
    result = np.full(values.shape[1:], np.nan)
    result[known] = np.nanmedian(np.where(np.isfinite(values), values, np.nan)[:, known], axis=0)
    return result
