"""Where in a region of a picture does a text fit?"""

from typing import Any

import numpy as np

from largespin.errors import FloatArray

MARGIN = 1.15
"""Room around a text, in parts of its size."""


def text_place(inside: Any, coordinates: tuple[FloatArray, FloatArray], size: tuple[float, float]) -> Any:
    """The place in the region that is farthest from its edge and has room for a text; None if there is none.

    Args:
        inside: which grid points belong to the region, shape (rows, columns); rows along y, columns along x.
        coordinates: x (columns,) and y (rows,) of the grid points, rising.
        size: width and height of the text, in parts of the picture.

    Returns:
        ``(x, y)`` of the middle of the text, or None.

    Example:
        >>> import numpy as np
        >>> from largespin.plot.text_places import text_place
        >>> region = np.zeros((11, 11), dtype=bool)
        >>> region[:, 6:] = True
        >>> x = np.linspace(0.0, 1.0, 11)
        >>> place = text_place(region, (x, x), (0.3, 0.1))
        >>> bool(0.7 < place[0] < 0.8), text_place(region, (x, x), (0.6, 0.1))
        (True, None)
    """
    from scipy.ndimage import distance_transform_edt

    columns, rows = (_fractions(values) for values in coordinates)
    width, height = MARGIN * size[0], MARGIN * size[1]
    # On an even raster, one cell of which is a small part of the text, and with the outside all round.
    steps = (max(2, round(8.0 / height)), max(2, round(8.0 / width)))
    raster = [(np.arange(min(n, 400)) + 0.5) / min(n, 400) for n in steps]
    nearest = [_nearest(grid, wanted) for grid, wanted in zip((rows, columns), raster, strict=True)]
    picture = np.pad(np.asarray(inside, dtype=bool)[np.ix_(*nearest)], 1)
    cells = width * len(raster[1]), height * len(raster[0])
    room = _fits(picture, (int(np.ceil(cells[0])), int(np.ceil(cells[1]))))
    if not room.any():
        return None
    # In units of the text, so that a wide text seeks a wide place.
    distance = distance_transform_edt(picture, sampling=(1.0 / cells[1], 1.0 / cells[0]))
    best = np.where(room, distance, -1.0)
    ties = np.argwhere(best >= best.max() - 1e-9)
    row, column = ties[np.argmin(np.linalg.norm(ties - ties.mean(axis=0), axis=1))]
    x, y = raster[1][column - 1], raster[0][row - 1]
    return tuple(
        round(float(np.interp(part, grid, values)), 12)
        for part, grid, values in ((x, columns, coordinates[0]), (y, rows, coordinates[1]))
    )


def _fractions(values: FloatArray) -> FloatArray:
    span = float(values[-1] - values[0])
    return (np.asarray(values) - values[0]) / span if span > 0 else np.zeros(len(values))


def _nearest(grid: FloatArray, wanted: FloatArray) -> Any:
    """Index of the grid point nearest to each wanted place."""
    if len(grid) == 1:
        return np.zeros(len(wanted), dtype=int)
    return np.searchsorted(0.5 * (grid[1:] + grid[:-1]), wanted)


def _fits(picture: Any, box: tuple[int, int]) -> Any:
    """Centres of boxes (columns, rows) that lie inside the picture altogether."""
    from scipy.ndimage import minimum_filter

    return minimum_filter(picture.astype(np.uint8), size=(box[1], box[0]), mode="constant").astype(bool)
