"""Which fluctuations go together? A matrix with its signs and names."""

from typing import TYPE_CHECKING, Any

import numpy as np

from largespin.errors import LargespinError
from largespin.plot.inputs import dataset_with, sentence_of, without_axes
from largespin.plot.panels import axes_or_new, note
from largespin.plot.style import TWO_SIGNS, axis_label

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

RESULT = "a result of `stationary_covariance` or `evolve_covariance`"
NUMBERS = 8
"""Rows up to which each number is written into its cell."""
NAMES = 32
"""Rows up to which each has its name; of more, evenly chosen ones have."""
ROWS = (("row", "column"), ("quadrature", "quadrature_2"))
"""Axes of matrices, by their names."""


def covariance(
    result: "xr.Dataset | xr.DataArray", *, variable: str = "covariance", ax: "Axes | None" = None
) -> "Axes":
    """Draw the covariance matrix ``Σ = ½⟨{F, Fᵀ}⟩`` as a map: red above zero, blue below, white at zero.

    Args:
        result: a result of `stationary_covariance`, of `evolve_covariance` or `exact.evolve` at one time, of
            `drift_diffusion` or `canonical_modes`; or a matrix alone, as `initial_covariance` gives it.
        variable: which matrix over (row, column), such as ``"drift"`` or ``"commutator"``.
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes. If the covariance does not exist, the sentence of the result says why.

    Raises:
        LargespinError: another kind of result, no such matrix, or several of them.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> states = ls.stationary_states(model, temperature=2.0, field=0.3)
        >>> ax = ls.plot.covariance(ls.stationary_covariance(model, states.isel(state=0)))
        >>> [text.get_text() for text in ax.get_yticklabels()]
        ['block 0 x', 'block 0 y', 'block 0 z']

    Source: none.
    """
    matrix, sentence = _matrix(result, variable)
    values = matrix.values
    size = float(np.nanmax(np.abs(values), initial=0.0)) or 1.0
    count = len(values)
    inches = float(np.clip(2.6 + 0.28 * count, 3.6, 7.5))
    ax = axes_or_new(ax, size=(inches + 1.6, inches))
    image = ax.imshow(values, cmap=TWO_SIGNS, vmin=-size, vmax=size, interpolation="nearest")
    ax.get_figure(root=False).colorbar(image, ax=ax, label=axis_label(matrix))  # type: ignore[union-attr]
    _name_rows(ax, matrix)
    if not np.isfinite(values).any():
        note(ax, sentence or "No covariance.")
    elif count <= NUMBERS:
        for (row, column), value in np.ndenumerate(values):
            # Rounding at a part in 10⁶ of the largest entry is a zero to readers.
            words = "0" if abs(value) < 1e-6 * size else f"{value:.2g}"
            colour = "white" if abs(value) > 0.6 * size else "black"
            ax.text(column, row, words, ha="center", va="center", color=colour, fontsize=8)
    return ax


def _matrix(result: Any, variable: str) -> "tuple[xr.DataArray, str]":
    """The matrix, and the sentence that goes with it."""
    import xarray as xr

    sentence = ""
    if isinstance(result, xr.DataArray):
        matrix = result
    else:
        dataset_with("result", result, RESULT)
        if variable == "covariance" and variable not in result and "canonical_covariance" in result:
            variable = "canonical_covariance"
        matrix = dataset_with("result", result, RESULT, variable)[variable]
        sentence = sentence_of(result)
    axes = next((pair for pair in ROWS if set(pair) <= set(matrix.dims)), None)
    if axes is None:
        raise LargespinError(
            f"Argument `result` must hold a matrix over `row` and `column`, but it is over {', '.join(map(str, matrix.dims)) or 'nothing'}."
        )
    without_axes("result", matrix, axes, "one matrix")
    return matrix.transpose(*axes), sentence


def _name_rows(ax: "Axes", matrix: "xr.DataArray") -> None:
    for axis, dim, turn in ((ax.xaxis, matrix.dims[1], 90), (ax.yaxis, matrix.dims[0], 0)):
        labels = matrix[dim].values if dim in matrix.coords else np.arange(matrix.sizes[dim])
        places = np.arange(len(labels))[:: -(-len(labels) // NAMES)]
        axis.set_ticks(places, [str(labels[place]) for place in places], rotation=turn, fontsize=8)
    ax.tick_params(length=0)
