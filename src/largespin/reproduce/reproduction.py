"""What a reproduced figure consists of: a computation, a drawing, and sentences about both."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import xarray as xr

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Reproduction:
    """A published figure that the library computes anew.

    Attributes:
        name: its name on the command line.
        source: paper and figure.
        summary: one line.
        compute: makes the dataset; `points` sets the resolution, the default is the full one.
        draw: makes the figure from the dataset alone.
        report: the numbers worth printing, and where paper and equations part.
    """

    name: str
    source: str
    summary: str
    compute: Callable[..., xr.Dataset]
    draw: "Callable[[xr.Dataset], Figure]"
    report: Callable[[xr.Dataset], list[str]]
