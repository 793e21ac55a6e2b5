"""What does `largespin retrieve` write? Pictures, a plot, an animation, and the numbers."""

import re
from pathlib import Path

from largespin.errors import LargespinError
from largespin.patterns.images import save_picture
from largespin.plot import animate, overlaps, pictures
from largespin.plot.charts.pictures import picture_size
from largespin.retrieval import Retrieval

PIXELS = 384
"""Length of the longer side of a picture, about."""
MOST_SHOWN = 10
"""Stored pictures that the overview shows at most."""


def write_results(result: Retrieval, folder: Path, sources: list[str], size: int | None) -> list[Path]:
    """Write all files of a retrieval into `folder`, which must exist, and return their paths.

    Args:
        result: the retrieval.
        folder: where to write.
        sources: the picture files, kept in the attributes of run.nc.
        size: the size to which they were brought, or None.

    Returns:
        The paths, the overview first.

    Raises:
        LargespinError: if the patterns are no pictures.
        OSError: if a file cannot be written.
    """
    from matplotlib.figure import Figure

    shape = result.patterns.picture_shape
    if shape is None:
        raise LargespinError("Argument `result` must be a retrieval of pictures, but its sites form none.")
    scale = max(1, round(PIXELS / max(shape)))
    written = [_overview(result, folder / "overview.png")]
    for number, name in enumerate(result.patterns.names):
        file = folder / f"stored_{number}_{_plain(name)}.png"
        written.append(save_picture(result.patterns.picture(number), file, scale=scale))
    written.append(save_picture(result.start_picture, folder / "start.png", scale=scale))
    written.append(save_picture(result.end_picture, folder / "end.png", scale=scale))
    curves = folder / "overlaps.png"
    # Figures of files are none of pyplot's, which would keep every one.
    figure = Figure(figsize=(6.8, 4.0), layout="constrained")
    overlaps(result.dataset, ax=figure.add_subplot())
    figure.savefig(curves, dpi=130)
    written.append(curves)
    written.append(
        animate(
            result.frames,
            folder / "retrieval.gif",
            scale=scale,
            overlaps=result.frame_overlaps[:, :MOST_SHOWN],
            names=result.patterns.names[:MOST_SHOWN],
            times=result.frame_times,
        )
    )
    written.append(_numbers(result, folder / "run.nc", sources, size))
    return written


def _overview(result: Retrieval, file: Path) -> Path:
    from matplotlib.figure import Figure

    names = result.patterns.names[:MOST_SHOWN]
    stored = [result.patterns.picture(number) for number in range(len(names))]
    titles = [
        *names,
        "start" if result.is_own_start else f"start: {result.patterns.names[result.start]}, damaged",
        f"end: {result.outcome}",
    ]
    figure = Figure(figsize=picture_size(len(titles)), layout="constrained")
    pictures([*stored, result.start_picture, result.end_picture], titles=titles, figure=figure)
    figure.savefig(file, dpi=130)
    return file


def _numbers(result: Retrieval, file: Path, sources: list[str], size: int | None) -> Path:
    dataset = result.dataset.assign_attrs(
        retrieval_pictures=", ".join(sources), retrieval_size="as they are" if size is None else size
    )
    # HDF5 refuses to replace a file that another program, such as a notebook, has open; a new one is always allowed.
    file.unlink(missing_ok=True)
    compressed = {name: {"zlib": True} for name in ("m", "stored", "start_sites", "block_of_site")}
    dataset.to_netcdf(file, engine="h5netcdf", encoding=compressed)
    return file


def _plain(name: str) -> str:
    """A name that every file system takes."""
    return re.sub(r"[^\w.-]+", "_", name).strip("_")[:60] or "picture"
