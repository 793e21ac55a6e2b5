"""Notebooks show patterns as pictures; terminals keep their line."""

import base64
import io
import re
import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

import largespin as ls
from largespin.patterns.thumbnails import LARGEST, png


def pictures(page: str) -> list[np.ndarray]:
    """Every picture of a page, in grey."""
    coded = re.findall(r"data:image/png;base64,([^']+)", page)
    return [np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("L")) for data in coded]


def test_patterns_show_their_pictures_with_names() -> None:
    values = np.random.default_rng(2).choice([-1.0, 1.0], size=(2, 5, 7))
    patterns = ls.patterns_from_array(values, names=["cat", "<boat>"])
    page = patterns._repr_html_()
    for shown, expected in zip(pictures(page), values, strict=True):
        np.testing.assert_array_equal(shown, np.where(expected > 0, 0, 255))
    assert ">cat</div>" in page
    assert "&lt;boat&gt;" in page
    assert "<boat>" not in page
    assert "2 patterns of 5 x 7 sites" in page
    assert repr(patterns).count("\n") == 0


def test_patterns_without_pictures_show_strips() -> None:
    patterns = ls.random_patterns(2, 30, seed=1)
    shown = pictures(patterns._repr_html_())
    assert [picture.shape for picture in shown] == [(1, 30)] * 2
    np.testing.assert_array_equal(shown[1][0] == 0, patterns[1] > 0)


def test_many_and_large_patterns_stay_small() -> None:
    values = np.random.default_rng(0).choice([-1.0, 1.0], size=(40, 500, 700))
    page = ls.patterns_from_array(values)._repr_html_()
    shown = pictures(page)
    assert len(shown) == 12
    assert "… and 28 more" in page
    assert max(max(picture.shape) for picture in shown) <= LARGEST
    assert len(page) < 200_000


def test_values_beyond_one_are_shades() -> None:
    (shown,) = pictures(ls.patterns_from_array([[[0.0, 2.0], [-4.0, 4.0]]])._repr_html_())
    np.testing.assert_array_equal(shown, [[128, 64], [255, 0]])


def test_no_number_is_white() -> None:
    np.testing.assert_array_equal(np.asarray(Image.open(io.BytesIO(png(np.array([[np.nan, 1.0]]))))), [[255, 0]])


def test_showing_loads_no_matplotlib() -> None:
    words = (
        "import sys, largespin as ls; ls.random_patterns(2, 9, seed=1)._repr_html_(); "
        "print('matplotlib' in sys.modules, 'PIL' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", words], capture_output=True, text=True, check=True)
    assert done.stdout == "False True\n"


@pytest.mark.parametrize("pictured", [True, False])
def test_a_retrieval_shows_stored_start_and_end(pictured: bool) -> None:
    rows, columns = 10, 12
    values = np.random.default_rng(5).choice([-1.0, 1.0], size=(2, rows * columns))
    names = ["cat", "boat"]
    patterns = ls.patterns_from_array(values.reshape(2, rows, columns) if pictured else values, names=names)
    result = ls.retrieve(patterns, start=0, seed=3)
    page = result._repr_html_()
    stored, start, *_, end = pictures(page)
    shape = (rows, columns) if pictured else (1, rows * columns)
    np.testing.assert_array_equal(stored == 0, values[0].reshape(shape) > 0)
    for shown, exact in ((start, result.start_picture), (end, result.end_picture)):
        np.testing.assert_allclose(shown, 255 * (1 - exact.reshape(shape)) / 2, atol=0.51)
    assert f"end: {result.outcome}" in page
    assert "stored: cat" in page
    assert repr(result).count("\n") == 0
