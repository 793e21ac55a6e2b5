"""Which share of the starts does each attractor collect?"""

from typing import TYPE_CHECKING, Any

import numpy as np

from largespin.errors import LargespinError
from largespin.plot.inputs import dataset_with, parameter_axes
from largespin.plot.panels import axes_or_new, legend
from largespin.plot.style import OKABE_ITO, axis_label, tidy

if TYPE_CHECKING:
    import xarray as xr
    from matplotlib.axes import Axes

RESULT = "a result of `find_attractors`"
MARKERS = ("o", "s", "^", "D", "v", "P", "X")
NAMED = 12
"""Attractors up to which each has its name below its bar; more have numbers."""


def attractor_shares(found: "xr.Dataset", *, ax: "Axes | None" = None) -> "Axes":
    """Draw the share of the starts that each attractor collects, with its 95 % interval, coloured by kind.

    Args:
        found: a result of `find_attractors`: at one point drawn as bars, over one parameter as marks.
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes.

    Raises:
        LargespinError: another kind of result, or two parameters.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> found = ls.find_attractors(model, samples=64, temperature=0.5, field=0.2)
        >>> ax = ls.plot.attractor_shares(found)
        >>> len(ax.patches), ax.get_ylabel()
        (2, 'share of the starts')

    Source: none.
    """
    dataset_with("found", found, RESULT, "share", "share_low", "share_high", "kind")
    if "attractor" not in found.share.dims:
        raise LargespinError(f"Argument `found` must be {RESULT}, with the axis `attractor`, but it has none.")
    axes = parameter_axes(found.share, "attractor")
    if len(axes) > 1:
        raise LargespinError(
            f"Argument `found` must have one parameter, but it has {', '.join(axes)}; choose one value with "
            f"`found.isel({axes[1]}=0)`."
        )
    kinds = found.kind.transpose(*axes, "attractor").values.astype(str)
    told = list(dict.fromkeys(kind for kind in kinds.ravel().tolist() if kind))
    share, low, high = (
        found[name].transpose(*axes, "attractor").values for name in ("share", "share_low", "share_high")
    )
    errors = np.stack([share - low, high - share])
    ax = axes_or_new(ax)
    if axes:
        places = np.broadcast_to(found[axes[0]].values[:, None], share.shape)
        ax.set_xlabel(axis_label(found[axes[0]]))
    else:
        places = np.arange(share.size)
        _name_bars(ax, kinds, np.isfinite(share))
    for number, kind in enumerate(told):
        own = (kinds == kind) & np.isfinite(share)
        colour = OKABE_ITO[number % len(OKABE_ITO)]
        bars: dict[str, Any] = {"yerr": np.maximum(errors[:, own], 0.0), "capsize": 3}
        if axes:
            style: dict[str, Any] = {"marker": MARKERS[number % len(MARKERS)], "linestyle": "none", "color": colour}
            ax.errorbar(places[own], share[own], label=kind, **style, **bars)
        else:
            ax.bar(places[own], share[own], color=colour, alpha=0.75, label=kind, ecolor="black", **bars)
    highest = float(np.nanmax(high, initial=0.0))
    ax.set(ylim=(0.0, 1.08 * highest if highest else 1.0), ylabel="share of the starts")
    tidy(ax)
    legend(ax)
    return ax


def _name_bars(ax: "Axes", kinds: Any, known: Any) -> None:
    count = int(known.sum())
    if count <= NAMED:
        ax.set_xticks(np.arange(count))
    ax.set_xlabel("attractor")
    ax.set_xlim(-0.6, max(count, 1) - 0.4)
