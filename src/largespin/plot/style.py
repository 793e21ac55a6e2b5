"""Colours that colour-blind readers tell apart, and line styles that tell them apart in print too."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

# Okabe and Ito, https://jfly.uni-koeln.de/color/, without yellow, which is too pale on white, black last.
OKABE_ITO = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
DASHES = ("-", "--", "-.", ":")
GREY = "#808080"


def line_style(number: int) -> dict[str, Any]:
    """Colour and dashes of curve `number`; 28 curves differ.

    Example:
        >>> from largespin.plot.style import line_style
        >>> line_style(0)
        {'color': '#0072B2', 'linestyle': '-'}
    """
    return {
        "color": OKABE_ITO[number % len(OKABE_ITO)],
        "linestyle": DASHES[(number + number // (len(OKABE_ITO) * len(DASHES))) % len(DASHES)],
    }


def axes_or_new(ax: "Axes | None") -> "Axes":
    """`ax`, or the Axes of a new figure that no window manager keeps alive."""
    if ax is not None:
        return ax
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, 3.8), layout="constrained")
    return figure.add_subplot()


def tidy(ax: "Axes") -> None:
    """Take away the frame where it carries no scale."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(True, color="#DDDDDD", linewidth=0.6)
    ax.set_axisbelow(True)


def axis_label(array: "xr.DataArray") -> str:
    """The long name of a variable, and its units if it has some."""
    units = array.attrs.get("units", "1")
    return str(array.attrs.get("long_name", array.name)) + ("" if units in ("1", "") else f" ({units})")
