"""Colours that colour-blind readers tell apart, and line styles that tell them apart in print too."""

import re
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

# Okabe and Ito, https://jfly.uni-koeln.de/color/, without yellow, which is too pale on white, black last.
OKABE_ITO = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
DASHES = ("-", "--", "-.", ":")
GREY = "#808080"
ONE_SIGN, TWO_SIGNS = "viridis", "RdBu_r"
"""Colour maps of values of one sign, and of values of both signs with white at zero; safe for colour-blind readers."""
LASTING, LOST = OKABE_ITO[0], OKABE_ITO[1]
"""Colours of what attracts and of what does not."""
LONGEST_LEGEND = 12
"""Entries beyond which a legend leaves out the rest: more colours and dashes are not told apart."""


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


def tidy(ax: "Axes") -> None:
    """Take away the frame where it carries no scale."""
    ax.spines[["top", "right"]].set_visible(False)
    ax.grid(True, color="#DDDDDD", linewidth=0.6)
    ax.set_axisbelow(True)


def axis_label(array: "xr.DataArray") -> str:
    """The long name of a variable without formulas, and its units if it has some.

    Example:
        >>> import xarray as xr
        >>> from largespin.plot.style import axis_label
        >>> axis_label(xr.DataArray(0.0, attrs={"long_name": "overlap with pattern, o = Σ_k w_k z_k", "units": "1"}))
        'overlap with pattern'
        >>> axis_label(xr.DataArray(0.0, name="time", attrs={"units": "inverse rate"}))
        'time (inverse rate)'
    """
    units = str(array.attrs.get("units", "1"))
    # A formula is for readers of the dataset; a label has no room for it. Commas inside brackets are no ends.
    words = re.sub(r", (?=[^,]*[Σ=\[⟨]).*$", "", str(array.attrs.get("long_name") or array.name or ""))
    return words + ("" if units in ("1", "") else f" ({units})")


def number(value: Any) -> str:
    """A label of an axis as it is read: four digits of a number, else its words.

    Example:
        >>> from largespin.plot.style import number
        >>> number(0.123456), number("x")
        ('0.1235', 'x')
    """
    return f"{float(value):.4g}" if np.asarray(value).dtype.kind in "fiu" else str(value)
