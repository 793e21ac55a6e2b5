"""How does a picture file become a pattern, and a pattern a picture file?

One site per pixel. Dark pixels (ink) become +1, light ones (paper) -1; `save_picture` goes the same way back,
+1 black and -1 white, so that a stored picture looks like its file.
"""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from largespin.errors import FloatArray, LargespinError, finite_array, number_in, shown, whole_number
from largespin.patterns.arrays import within_one
from largespin.patterns.patterns import Patterns

if TYPE_CHECKING:
    from PIL import Image

WHITE = 255


def patterns_from_images(
    paths: Sequence[str | os.PathLike[str]],
    *,
    size: int | tuple[int, int] | None = None,
    threshold: float | None = None,
) -> Patterns:
    """`ξ = +1` where a picture is dark (brightness at most the threshold), `-1` where it is light.

    Every picture is turned as its camera noted, laid on white where it is transparent, made grey, resized if
    asked, and cut at the threshold. Of an animation the first picture counts.

    Args:
        paths: picture files, at least one (PNG, JPEG, … whatever Pillow reads), 8 or 16 bits per channel.
        size: n for n x n pixels, or (rows, columns), stretched if the proportions differ; None to keep the
            size, which must then be the same for all.
        threshold: brightness from 0 (black) to 1 (white) below which a pixel is dark; None for Otsu's
            threshold, chosen for each picture so that dark and light differ most.

    Returns:
        The patterns (with picture shape) named after the files: `cat`, and `cat (2)` for another `cat.png`.

    Raises:
        LargespinError: for a missing file, a folder, a file that is no picture, pictures of different sizes
            without `size`, or a picture that is dark or light everywhere after the threshold.

    Example:
        >>> import tempfile, pathlib
        >>> from largespin import patterns_from_images, save_picture
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = save_picture([[1, -1], [-1, -1]], pathlib.Path(folder, "dot.png"), scale=1)
        ...     patterns_from_images([path]).picture("dot")
        array([[ 1., -1.],
               [-1., -1.]])

    Source: Otsu, IEEE Trans. Syst. Man Cybern. 9, 62 (1979), for the threshold.
    """
    listed = isinstance(paths, Sequence) and not isinstance(paths, str | bytes)
    if not listed or len(paths) == 0 or not all(isinstance(path, str | os.PathLike) for path in paths):
        raise LargespinError(f"Argument `paths` must be a list of at least one picture file, but it is {shown(paths)}.")
    shape = _checked_size(size)
    cut = None if threshold is None else number_in("threshold", threshold, 0.0, 1.0)
    files = [Path(path) for path in paths]
    pictures = [_brightness(file, shape) for file in files]
    _check_same_size(files, pictures)
    values = [_ink(file, picture, cut) for file, picture in zip(files, pictures, strict=True)]
    picture_shape = (pictures[0].shape[0], pictures[0].shape[1])
    return Patterns(np.stack(values).reshape(len(files), -1), _different_names(files), picture_shape)


def save_picture(values: npt.ArrayLike, path: str | os.PathLike[str], *, scale: int = 8) -> Path:
    """Brightness `(1 - s)/2`: +1 black, 0 mid grey, -1 white, every site `scale` x `scale` pixels.

    Args:
        values: s in [-1, 1], shape (rows, columns).
        path: the PNG file to write; its folder must exist, an old file is replaced.
        scale: pixels per site and direction, at least 1.

    Returns:
        The path of the file.

    Raises:
        LargespinError: for another shape, values beyond 1, a name without `.png`, or a missing folder.

    Example:
        >>> import tempfile, pathlib
        >>> from largespin import save_picture
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     save_picture([[1, 0, -1]], pathlib.Path(folder, "grey.png")).name
        'grey.png'

    Source: none; the inverse of `patterns_from_images`.
    """
    sites = within_one("values", finite_array("values", values, dimensions=2))
    if sites.size == 0:
        raise LargespinError(f"Argument `values` must hold at least one site, but its shape is {sites.shape}.")
    whole_number("scale", scale, 1)
    if not isinstance(path, str | os.PathLike):
        raise LargespinError(f"Argument `path` must be the name of a file, but it is a {type(path).__name__}.")
    file = Path(path)
    if file.suffix.lower() != ".png":
        raise LargespinError(f"Argument `path` must end in .png, but it is {str(file)!r}.")
    if not file.parent.is_dir():
        raise LargespinError(f"Argument `path` must lie in an existing folder, but there is no {str(file.parent)!r}.")
    from PIL import Image

    brightness = np.rint((1.0 - sites) / 2.0 * WHITE).astype(np.uint8)
    enlarged = np.kron(brightness, np.ones((scale, scale), dtype=np.uint8))
    Image.fromarray(enlarged).save(file, format="PNG")
    return file


def _checked_size(size: Any) -> tuple[int, int] | None:
    if size is None:
        return None
    if isinstance(size, tuple | list):
        if len(size) != 2:
            raise LargespinError(
                f"Argument `size` must be a number or (rows, columns), but it has {len(size)} entries."
            )
        return whole_number("size", size[0], 1), whole_number("size", size[1], 1)
    return whole_number("size", size, 1), size


def _brightness(file: Path, shape: tuple[int, int] | None) -> FloatArray:
    """The picture in grey, from 0 (black) to 255 (white), shape (rows, columns)."""
    if file.is_dir():
        raise LargespinError(f"Argument `paths` must name picture files, but {str(file)!r} is a folder.")
    if not file.exists():
        raise LargespinError(f"Argument `paths` must name existing files, but there is no {str(file)!r}.")
    from PIL import Image, ImageOps

    try:
        with Image.open(file) as opened:
            picture = _grey_on_white(ImageOps.exif_transpose(opened))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        # Pillow has no common error for damaged files; what it raises depends on the format.
        raise LargespinError(
            f"Argument `paths` must name pictures that Pillow can read, but {str(file)!r} is not: {error}."
        ) from error
    if shape is not None:
        picture = picture.resize((shape[1], shape[0]), Image.Resampling.LANCZOS)
    return np.asarray(picture, dtype=np.float64)


def _grey_on_white(picture: "Image.Image") -> "Image.Image":
    from PIL import Image

    if picture.mode.startswith(("I", "F")):
        levels = np.asarray(picture, dtype=np.float64)
        if picture.mode == "F" or levels.min() < 0 or levels.max() > 65535:
            raise ValueError("it has more than 16 bits per pixel")
        # Pillow cuts 16 bits off at 255 instead of scaling them.
        return Image.fromarray(np.rint(levels / 257.0).astype(np.uint8))
    if picture.has_transparency_data:
        colours = picture.convert("RGBA")
        paper = Image.new("RGBA", colours.size, (WHITE, WHITE, WHITE, WHITE))
        picture = Image.alpha_composite(paper, colours)
    return picture.convert("L")


def _check_same_size(files: list[Path], pictures: list[FloatArray]) -> None:
    for file, picture in zip(files, pictures, strict=True):
        if picture.shape != pictures[0].shape:
            rows, columns = picture.shape
            smallest = min(*picture.shape, *pictures[0].shape)
            raise LargespinError(
                f"Argument `paths` must name pictures of one size, but {files[0].name!r} has "
                f"{pictures[0].shape[0]} x {pictures[0].shape[1]} and {file.name!r} has {rows} x {columns} "
                f"pixels; give size= to make them equal, such as size={smallest}."
            )


def _ink(file: Path, brightness: FloatArray, threshold: float | None) -> FloatArray:
    cut = _otsu_threshold(brightness) if threshold is None else threshold * WHITE
    dark = brightness < cut
    if dark.all() or not dark.any():
        where = "dark" if dark.all() else "light"
        raise LargespinError(
            f"Argument `threshold` must leave dark and light pixels in every picture, "
            f"but {file.name!r} is {where} everywhere; its brightness runs from "
            f"{brightness.min() / WHITE:.2f} to {brightness.max() / WHITE:.2f}."
        )
    return np.where(dark, 1.0, -1.0)


def _otsu_threshold(brightness: FloatArray) -> float:
    """The level t with the largest variance `w_d w_l (m_d - m_l)²` between dark (≤ t) and light pixels."""
    levels = np.arange(WHITE + 1)
    histogram = np.bincount(brightness.astype(np.int64).ravel(), minlength=WHITE + 1) / brightness.size
    dark = np.cumsum(histogram)
    dark_sum = np.cumsum(histogram * levels)
    # (m_d - m_l)² w_d w_l = (total·w_d - sum_d)² / (w_d w_l); where one side is empty there is no contrast.
    shares = dark * (1.0 - dark)
    contrast = np.divide((dark_sum[-1] * dark - dark_sum) ** 2, shares, out=np.zeros_like(shares), where=shares > 1e-12)
    # All levels in a gap of the histogram cut the picture alike; their middle is the least sensitive.
    same = np.flatnonzero(dark == dark[np.argmax(contrast)])
    return float(same[0] + same[-1] + 1) / 2.0


def _different_names(files: list[Path]) -> tuple[str, ...]:
    names: list[str] = []
    for file in files:
        name, copy = file.stem, 2
        while name in names:
            name, copy = f"{file.stem} ({copy})", copy + 1
        names.append(name)
    return tuple(names)
