"""Diagonal entries of matrices over one axis: spectra and correlations of variables with themselves."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from largespin.plot.inputs import names_of, sentence_of, without_axes
from largespin.plot.panels import legend, note
from largespin.plot.style import OKABE_ITO, axis_label, line_style, tidy

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

MOST = len(OKABE_ITO)
"""Variables that are drawn if none are named."""


def draw_own(
    axes: "Callable[[], Axes]",
    result: "xr.Dataset",
    matrices: "xr.DataArray",
    along: str,
    variables: str | Sequence[str],
) -> "Axes":
    """Draw the diagonal entries over one axis, with names.

    Args:
        axes: gives the Axes when the input is checked.
        result: where the matrices come from, for their sentence.
        matrices: over `along`, ``row`` and ``column``.
        along: the axis to the right.
        variables: which rows; if empty, the largest ones.

    Raises:
        LargespinError: several points, or unknown names.
    """
    without_axes("result", matrices, (along, "row", "column"), "the result at one point")
    names = [str(name) for name in matrices.row.values]
    wanted = names_of("variables", variables, names, "rows of the result")
    own = np.einsum("tii->ti", matrices.transpose(along, "row", "column").values)
    largest = np.nan_to_num(np.abs(own)).max(axis=0)
    shown = [names.index(name) for name in wanted] or sorted(np.argsort(-largest, kind="stable")[:MOST].tolist())
    ax = axes()
    x = matrices[along].values
    known = np.isfinite(own).any()
    for number, row in enumerate(shown if known else ()):
        ax.plot(x, own[:, row], label=names[row], linewidth=1.7, **line_style(number))
    if not known:
        note(ax, sentence_of(result) or "No stationary covariance here.")
    ax.set_xlabel(axis_label(matrices[along]))
    if len(x) > 1:
        ax.set_xlim(x.min(), x.max())
    tidy(ax)
    legend(ax, title=None if wanted or not known or len(names) <= MOST else f"largest {MOST} of {len(names)}")
    return ax
