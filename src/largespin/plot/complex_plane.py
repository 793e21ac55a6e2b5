"""Eigenvalues of one or several points as marks in the complex plane."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np

from largespin.errors import ComplexArray
from largespin.plot.inputs import parameter_axes, place_of, point_words
from largespin.plot.missing import lost_to
from largespin.plot.style import OKABE_ITO, axis_label

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

MARKERS = ("o", "x", "^", "s", "+", "D", "v")
FEW = len(MARKERS)
"""Points that are told apart by name; more are coloured along the axis."""


@runtime_checkable
class HasEigenvalues(Protocol):
    """The spectrum of one system, as `exact.liouvillian_spectrum_of` gives it."""

    @property
    def eigenvalues(self) -> ComplexArray:
        """Complex, shape (count,)."""
        ...


@dataclass(frozen=True)
class Points:
    """Complex numbers of every point of a grid.

    Attributes:
        values: shape (points, numbers); NaN where there is none.
        words: which point each is.
        lost: the outcome of each point without a result, "" of the others.
        places: a number of each point, for colours; None if the grid has not exactly one axis of numbers.
        label: of these numbers.
    """

    values: ComplexArray
    words: list[str]
    lost: list[str]
    places: Any
    label: str


def points_of(real: "xr.DataArray", imaginary: "xr.DataArray", own: str, whole: "xr.Dataset") -> Points:
    """The numbers ``real + i imaginary`` along `own`, for every point of the other axes, with outcomes of `whole`."""
    grid = parameter_axes(real, own)
    shape = tuple(real.sizes[dim] for dim in grid)
    values = (real.transpose(*grid, own).values + 1j * imaginary.transpose(*grid, own).values).reshape(
        -1, real.sizes[own]
    )
    spots = [dict(zip(grid, index, strict=True)) for index in np.ndindex(shape)]
    words = [point_words(real, spot) for spot in spots]
    lost = [lost_to(whole, spot) for spot in spots]
    places, label = None, ""
    if len(grid) == 1:
        name = place_of(real, grid[0])
        if name in real.coords and real[name].dtype.kind in "fiu":
            places, label = real[name].values, axis_label(real[name])
    return Points(values, words, lost, places, label)


def draw_points(ax: "Axes", points: Points) -> str | None:
    """Few points with names, many with colours along their axis and a scale.

    Returns:
        A title for the legend if it leaves out points.
    """
    count = len(points.values)
    if count <= FEW or points.places is None:
        for number in range(count):
            own = points.values[number]
            style: dict[str, Any] = {"marker": MARKERS[number % FEW], "color": OKABE_ITO[number % len(OKABE_ITO)]}
            why = f": {points.lost[number]}" if points.lost[number] else ""
            label = points.words[number] + why if count > 1 and number < FEW else None
            ax.plot(own.real, own.imag, linestyle="none", markersize=6.5, markeredgewidth=1.5, label=label, **style)
        return f"first {FEW} of {count}" if count > FEW else None
    own = points.values
    colours = np.repeat(points.places[:, None].astype(float), own.shape[1], axis=1)
    dots = ax.scatter(own.real, own.imag, c=colours, cmap="viridis", s=22, zorder=3)
    ax.get_figure(root=False).colorbar(dots, ax=ax, label=points.label)  # type: ignore[union-attr]
    lost = [why for why in points.lost if why]
    for why in sorted(set(lost)):
        ax.plot([], [], linestyle="none", label=f"{why} ({lost.count(why)})")
    return None
