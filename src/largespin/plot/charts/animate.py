"""A retrieval as an animated GIF: the configuration of the sites in time, and the overlaps below it."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from largespin.errors import FloatArray, LargespinError, finite_array, whole_number
from largespin.patterns.arrays import within_one
from largespin.plot.style import OKABE_ITO

if TYPE_CHECKING:
    from PIL import Image

SECONDS = 4.0
"""Length of the moving part."""
HOLD = 1200
"""Milliseconds for which the first frame (half of it) and the last one stand still."""
GREYS = 200
ROW = 18
"""Pixels per bar below the picture."""
NARROWEST = 240
"""Pixels that names and bars need."""


def animate(
    values: npt.ArrayLike,
    path: str | os.PathLike[str],
    *,
    scale: int = 8,
    overlaps: npt.ArrayLike | None = None,
    names: Sequence[str] = (),
    times: npt.ArrayLike | None = None,
) -> Path:
    """Write frames as a GIF that loops in about five seconds: +1 black, 0 grey, -1 white.

    Args:
        values: z of each site in time, shape (frames, rows, columns), values in [-1, 1].
        path: the GIF file; its folder must exist, an old file is replaced.
        scale: pixels per site and direction, at least 1.
        overlaps: overlaps at the frames, shape (frames, patterns), drawn as bars from -1 to 1; None for no bars.
        names: one per pattern, written beside the bars.
        times: time of each frame, written below the picture; None for no times.

    Returns:
        The path of the file.

    Raises:
        LargespinError: for other shapes, values beyond 1, a name without `.gif`, or a missing folder.

    Example:
        >>> import tempfile, pathlib, largespin as ls
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = ls.plot.animate([[[1, -1]], [[1, 1]]], pathlib.Path(folder, "two.gif"))
        ...     path.name
        'two.gif'

    Source: none.
    """
    sites = within_one("values", finite_array("values", values, dimensions=3))
    if sites.size == 0:
        raise LargespinError(f"Argument `values` must hold at least one site, but its shape is {sites.shape}.")
    bars = None if overlaps is None else _of_length("overlaps", overlaps, len(sites), 2)
    moments = None if times is None else _of_length("times", times, len(sites), 1)
    if names and (bars is None or len(names) != bars.shape[1]):
        raise LargespinError("Argument `names` must have one entry per column of `overlaps`, but it does not.")
    file = _checked_path(path)
    palette = _palette()
    drawn = [
        _frame(
            sites[n],
            whole_number("scale", scale, 1),
            None if bars is None else bars[n],
            names,
            moments,
            n,
            palette,
        )
        for n in range(len(sites))
    ]
    durations = [max(20, round(SECONDS * 1000 / len(drawn)))] * len(drawn)
    durations[0] += HOLD // 2
    durations[-1] += HOLD
    drawn[0].save(file, format="GIF", save_all=True, append_images=drawn[1:], duration=durations, loop=0)
    return file


def _of_length(name: str, value: Any, length: int, dimensions: int) -> FloatArray:
    array = finite_array(name, value, dimensions=dimensions)
    if len(array) != length:
        raise LargespinError(f"Argument `{name}` must have one row per frame ({length}), but it has {len(array)}.")
    return array


def _checked_path(path: str | os.PathLike[str]) -> Path:
    file = Path(path)
    if file.suffix.lower() != ".gif":
        raise LargespinError(f"Argument `path` must end in .gif, but it is {str(file)!r}.")
    if not file.parent.is_dir():
        raise LargespinError(f"Argument `path` must lie in an existing folder, but there is no {str(file.parent)!r}.")
    return file


def _palette() -> list[int]:
    """Greys from black to white, then the colours of the bars: one palette for all frames, so nothing flickers."""
    greys = np.rint(np.linspace(0, 255, GREYS)).astype(int).repeat(3).tolist()
    colours = [int(colour[start : start + 2], 16) for colour in OKABE_ITO for start in (1, 3, 5)]
    return [*greys, *colours]


def _frame(
    sites: FloatArray,
    scale: int,
    bars: FloatArray | None,
    names: Sequence[str],
    times: FloatArray | None,
    number: int,
    palette: list[int],
) -> "Image.Image":
    from PIL import Image, ImageDraw

    shades = np.rint((1.0 - sites) / 2.0 * (GREYS - 1)).astype(np.uint8)
    enlarged = np.kron(shades, np.ones((scale, scale), dtype=np.uint8))
    lines = (0 if times is None else 1) + (0 if bars is None else len(bars))
    wide = max(enlarged.shape[1], NARROWEST if lines else 0)
    canvas = np.full((enlarged.shape[0] + ROW * lines, wide), GREYS - 1, dtype=np.uint8)
    left = (wide - enlarged.shape[1]) // 2
    canvas[: enlarged.shape[0], left : left + enlarged.shape[1]] = enlarged
    image = Image.fromarray(canvas).convert("L")
    image = Image.frombytes("P", image.size, image.tobytes())
    image.putpalette(palette)
    draw = ImageDraw.Draw(image)
    y = enlarged.shape[0]
    if times is not None:
        _write(draw, 4, y, f"time {times[number]:.2f}")
        y += ROW
    for pattern, value in enumerate(() if bars is None else bars):
        _bar(draw, y + pattern * ROW, wide, float(value), pattern, names)
    return image


def _bar(draw: Any, y: int, wide: int, value: float, pattern: int, names: Sequence[str]) -> None:
    """A bar from zero to the overlap, its name before and its number behind it."""
    first, last = round(0.34 * wide), wide - 44
    zero, half = (first + last) // 2, (last - first) // 2
    name = names[pattern] if names else f"pattern {pattern}"
    letters = max(4, (first - 8) // 7)
    _write(draw, 4, y, name if len(name) <= letters else name[: letters - 1] + "…")
    draw.line([(first, y + ROW // 2), (last, y + ROW // 2)], fill=round(0.8 * GREYS))
    end = zero + round(half * value)
    draw.rectangle([min(zero, end), y + 4, max(zero, end), y + ROW - 4], fill=GREYS + pattern % len(OKABE_ITO))
    draw.line([(zero, y + 1), (zero, y + ROW - 2)], fill=0)
    _write(draw, last + 4, y, f"{value:+.2f}")


def _write(draw: Any, x: int, y: int, words: str) -> None:
    from PIL import ImageFont

    draw.text((x, y + 1), words, fill=0, font=ImageFont.load_default(13))
