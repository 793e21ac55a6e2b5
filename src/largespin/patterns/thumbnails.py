"""Small pictures of patterns and states for notebooks: one pixel a site, enlarged by the browser."""

import base64
import html
import io
from collections.abc import Sequence

import numpy as np

from largespin.errors import FloatArray

SIDE = 96
"""Length of the longer side of a picture in a notebook, in pixels."""
LARGEST = 192
"""Sites along one side of a picture; larger pictures are thinned, for notebooks keep every picture."""
STRIP = 14
"""Height of one row of sites that form no picture, in pixels."""


def png(values: FloatArray, largest: float = 1.0) -> bytes:
    """Brightness ``(1 − s/largest)/2`` as a PNG file: as `save_picture` writes it, one pixel a site.

    Args:
        values: shape (rows, columns); no number (NaN) is white.
        largest: the value that is black.

    Example:
        >>> import numpy as np
        >>> from largespin.patterns.thumbnails import png
        >>> png(np.array([[1.0, -1.0]]))[1:4]
        b'PNG'
    """
    from PIL import Image

    rows, columns = values.shape
    thin = values[:: -(-rows // LARGEST), :: -(-columns // LARGEST)]
    shades = np.nan_to_num((1.0 - thin / largest) / 2.0, nan=1.0)
    file = io.BytesIO()
    Image.fromarray(np.rint(255 * np.clip(shades, 0.0, 1.0)).astype(np.uint8)).save(file, format="PNG", optimize=True)
    return file.getvalue()


def gallery(words: str, pictures: Sequence[FloatArray], names: Sequence[str], *, more: int = 0) -> str:
    """HTML with a sentence and pictures side by side, each with its name.

    Args:
        words: the sentence.
        pictures: shape (rows, columns) each, or (sites,).
        names: one for each.
        more: how many are left out.
    """
    largest = max([1.0, *(float(np.nanmax(np.abs(picture), initial=0.0)) for picture in pictures)])
    figures = [_figure(picture, name, largest) for picture, name in zip(pictures, names, strict=True)]
    rest = f"<div style='align-self:center'>… and {more} more</div>" if more else ""
    row = "".join(figures)
    return (
        f"<div>{html.escape(words)}</div>"
        f"<div style='display:flex;flex-wrap:wrap;gap:10px;margin-top:6px;align-items:flex-end'>{row}{rest}</div>"
    )


def _figure(picture: FloatArray, name: str, largest: float) -> str:
    flat = picture.ndim == 1
    array = picture[None] if flat else picture
    scale = SIDE / max(array.shape)
    width, height = (3 * SIDE, STRIP) if flat else (round(scale * array.shape[1]), round(scale * array.shape[0]))
    data = base64.b64encode(png(array, largest)).decode()
    label = html.escape(name)
    shape = f"width:{max(width, 1)}px;height:{max(height, 1)}px"
    look = f"{shape};image-rendering:pixelated;border:1px solid #999"
    caption = f"<div style='font-size:80%;text-align:center;max-width:{max(width, SIDE)}px'>{label}</div>"
    return f"<div><img alt='{label}' src='data:image/png;base64,{data}' style='{look}'/>{caption}</div>"
