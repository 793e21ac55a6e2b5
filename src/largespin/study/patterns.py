"""Which patterns does a study store? Ideal ones, random ones, or pictures, as large spins."""

import warnings
from pathlib import Path
from typing import Any

from largespin.errors import LargespinError
from largespin.patterns.blocks import LargeSpins
from largespin.patterns.images import patterns_from_images
from largespin.patterns.large_spins import ideal_large_spins, large_spins
from largespin.patterns.patterns import random_patterns
from largespin.study.schema import PatternsTable

MOST_PIXELS = 20_000_000
"""Pixels of a picture, more than cameras of telephones have: a few kilobytes of file may claim to hold far more."""


def blocks_of(table: PatternsTable, folder: Path) -> LargeSpins:
    """The large spins of the patterns.

    Args:
        table: what the study says.
        folder: the folder of the study, to which paths of pictures are relative.

    Raises:
        LargespinError: pictures that are not there or cannot be read, or more blocks than the library takes.
    """
    # What is not given is the library's default, which differs between the two.
    gauge: dict[str, Any] = {} if table.gauge is None else {"gauge": table.gauge}
    if table.ideal is not None:
        return ideal_large_spins(table.ideal, **gauge)
    if table.pictures is not None:
        files = [_picture(folder / name) for name in table.pictures]
        return large_spins(patterns_from_images(files, size=table.size), **gauge)
    assert table.random is not None
    assert table.sites is not None
    return large_spins(random_patterns(table.random, table.sites, seed=table.seed), **gauge)


def _picture(file: Path) -> Path:
    # Devices and pipes would be read for ever.
    if not file.is_file():
        raise LargespinError(f"must name picture files beside the study, but there is no {str(file)!r}.")
    pixels = _pixels(file)
    if pixels > MOST_PIXELS:
        raise LargespinError(f"must name pictures of at most {MOST_PIXELS} pixels, but {str(file)!r} has more.")
    return file


def _pixels(file: Path) -> int:
    """The size that a picture claims to have; zero if it is none, which the library says when it reads it."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(file) as picture:
                return int(picture.width * picture.height)
    except Image.DecompressionBombError:
        return MOST_PIXELS * 10
    except Exception:
        return 0
