"""Pictures become patterns and patterns become pictures."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from largespin import patterns_from_images, save_picture
from largespin.errors import LargespinError
from largespin.patterns.images import _otsu_threshold

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "pictures").glob("*.png"))


def _write(path: Path, levels: Any, **options: Any) -> Path:
    Image.fromarray(np.array(levels, dtype=np.uint8)).save(path, **options)
    return path


def test_dark_is_plus_one_and_light_minus_one(tmp_path: Path) -> None:
    file = _write(tmp_path / "ink.png", [[0, 255, 255], [40, 200, 30]])
    patterns = patterns_from_images([file])
    assert patterns.picture("ink").tolist() == [[1, -1, -1], [1, -1, 1]]
    assert patterns.picture_shape == (2, 3)


@pytest.mark.parametrize(
    ("threshold", "expected"),
    [(0.1, [1, -1, -1, -1]), (0.5, [1, 1, -1, -1]), (1.0, [1, 1, 1, -1]), (None, [1, 1, -1, -1])],
)
def test_threshold_by_hand(tmp_path: Path, threshold: float | None, expected: list[int]) -> None:
    file = _write(tmp_path / "steps.png", [[0, 60, 200, 255]])
    assert patterns_from_images([file], threshold=threshold)[0].tolist() == expected


@given(st.lists(st.integers(0, 255), min_size=2, max_size=30))
def test_otsu_threshold_has_the_largest_variance_between_the_classes(levels: list[int]) -> None:
    brightness = np.array(levels, dtype=float)

    def contrast(cut: float) -> float:
        dark, light = brightness[brightness < cut], brightness[brightness >= cut]
        if len(dark) == 0 or len(light) == 0:
            return 0.0
        return float(len(dark) * len(light) * (dark.mean() - light.mean()) ** 2)

    best = max(contrast(cut) for cut in np.arange(0.5, 255.5))
    assert contrast(_otsu_threshold(brightness)) == pytest.approx(best, rel=1e-9)


def test_otsu_cuts_in_the_middle_of_a_gap() -> None:
    assert _otsu_threshold(np.array([10.0, 20.0, 200.0, 210.0])) == pytest.approx(110.0)


def test_transparent_pixels_are_paper(tmp_path: Path) -> None:
    pixels = np.zeros((1, 3, 4), dtype=np.uint8)
    pixels[0, :, 3] = [255, 0, 100]
    Image.fromarray(pixels, "RGBA").save(tmp_path / "glass.png")
    # Black at 100/255 on white gives brightness 155/255 = 0.61.
    assert patterns_from_images([tmp_path / "glass.png"], threshold=0.6)[0].tolist() == [1, -1, -1]
    assert patterns_from_images([tmp_path / "glass.png"], threshold=0.62)[0].tolist() == [1, -1, 1]


def test_colour_palette_and_sixteen_bit_pictures(tmp_path: Path) -> None:
    colours = Image.fromarray(np.array([[[255, 255, 0], [0, 0, 128]]], dtype=np.uint8))
    colours.save(tmp_path / "colour.png")
    colours.convert("P").save(tmp_path / "palette.gif")
    colours.convert("CMYK").save(tmp_path / "print.tif")
    # The first is dark only if 16 bits are scaled to 8; Pillow alone cuts both off at 255.
    Image.fromarray(np.array([[50_000, 9_000]], dtype=np.uint16)).save(tmp_path / "deep.png")
    files = [tmp_path / name for name in ("colour.png", "palette.gif", "print.tif", "deep.png")]
    for threshold in (None, 0.5):
        patterns = patterns_from_images(files, threshold=threshold)
        assert patterns.values.tolist() == [[-1, 1]] * 4


def test_cameras_note_how_they_were_held(tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turn clockwise by a quarter to see it upright
    file = _write(tmp_path / "turned.png", [[0, 255, 255]], exif=exif)
    assert patterns_from_images([file]).picture(0).tolist() == [[1], [-1], [-1]]


def test_resize_to_a_square_or_to_rows_and_columns(tmp_path: Path) -> None:
    levels = np.full((20, 40), 255)
    levels[:, :20] = 0
    file = _write(tmp_path / "half.png", levels)
    assert patterns_from_images([file], size=8).picture_shape == (8, 8)
    patterns = patterns_from_images([file], size=(4, 6))
    assert patterns.picture(0).tolist() == [[1, 1, 1, -1, -1, -1]] * 4


def test_names_come_from_the_files_and_differ(tmp_path: Path) -> None:
    for folder in ("one", "two", "three"):
        (tmp_path / folder).mkdir()
        _write(tmp_path / folder / "cat.png", [[0, 255]])
    other = _write(tmp_path / "cat (2).png", [[0, 255]])
    files = [other, *(tmp_path / folder / "cat.png" for folder in ("one", "two", "three"))]
    assert patterns_from_images(files).names == ("cat (2)", "cat", "cat (3)", "cat (4)")
    assert patterns_from_images([str(file) for file in files[1:]]).names == ("cat", "cat (2)", "cat (3)")


def test_saved_pictures_have_the_promised_brightness_and_size(tmp_path: Path) -> None:
    path = save_picture([[1.0, 0.0, -1.0], [0.5, -0.5, 1 + 1e-9]], tmp_path / "out.png", scale=3)
    with Image.open(path) as picture:
        assert picture.mode == "L"
        levels = np.asarray(picture)
    assert levels.shape == (6, 9)
    assert levels[::3, ::3].tolist() == [[0, 128, 255], [64, 191, 0]]
    assert np.array_equal(levels, np.repeat(np.repeat(levels[::3, ::3], 3, axis=0), 3, axis=1))


@given(st.integers(1, 6), st.integers(2, 6), st.integers(1, 3), st.integers(0, 10_000))
def test_saved_patterns_are_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: int, columns: int, scale: int, seed: int
) -> None:
    values = np.random.default_rng(seed).choice([-1.0, 1.0], size=(rows, columns))
    values[0, :2] = 1, -1
    path = save_picture(values, tmp_path_factory.mktemp("round") / "trip.png", scale=scale)
    read = patterns_from_images([path]).picture(0)
    assert np.array_equal(read[::scale, ::scale], values)


@pytest.mark.parametrize("size", [None, 32, 48])
def test_example_pictures_differ_from_each_other_and_are_alike(size: int | None) -> None:
    patterns = patterns_from_images(EXAMPLES, size=size)
    assert len(patterns) >= 4
    assert size is not None or patterns.picture_shape == (64, 64)
    between = patterns.correlations[np.triu_indices(len(patterns), k=1)]
    assert between.min() > 0.2
    assert between.max() < 0.7


def _refusal(call: Any) -> str:
    with pytest.raises(LargespinError) as caught:
        call()
    return str(caught.value)


def test_refusals_of_files_say_what_is_allowed(tmp_path: Path) -> None:
    text = tmp_path / "notes.png"
    text.write_text("not a picture")
    missing = tmp_path / "missing.png"
    broken = tmp_path / "broken.png"
    whole = _write(tmp_path / "whole.png", np.arange(10_000).reshape(100, 100) % 256)
    broken.write_bytes(whole.read_bytes()[:200])
    assert _refusal(lambda: patterns_from_images([])) == (
        "Argument `paths` must be a list of at least one picture file, but it is []."
    )
    assert _refusal(lambda: patterns_from_images("cat.png")) == (
        "Argument `paths` must be a list of at least one picture file, but it is 'cat.png'."
    )
    assert _refusal(lambda: patterns_from_images([missing])) == (
        f"Argument `paths` must name existing files, but there is no {str(missing)!r}."
    )
    assert _refusal(lambda: patterns_from_images([tmp_path])) == (
        f"Argument `paths` must name picture files, but {str(tmp_path)!r} is a folder."
    )
    for file in (text, broken):
        assert _refusal(lambda file=file: patterns_from_images([file])).startswith(
            f"Argument `paths` must name pictures that Pillow can read, but {str(file)!r} is not: "
        )


def test_floating_point_pictures_are_refused(tmp_path: Path) -> None:
    Image.fromarray(np.array([[0.0, 0.5]], dtype=np.float32)).save(tmp_path / "float.tif")
    assert "it has more than 16 bits per pixel." in _refusal(lambda: patterns_from_images([tmp_path / "float.tif"]))


def test_refusals_of_sizes_say_what_is_allowed(tmp_path: Path) -> None:
    one = _write(tmp_path / "one.png", [[0, 0, 255], [0, 0, 255]])
    two = _write(tmp_path / "two.png", [[0, 0, 255, 255], [0, 0, 255, 0]])
    assert _refusal(lambda: patterns_from_images([one, one, two])) == (
        "Argument `paths` must name pictures of one size, but 'one.png' has 2 x 3 and 'two.png' has 2 x 4 "
        "pixels; give size= to make them equal, such as size=2."
    )
    assert patterns_from_images([one, two], size=2).picture_shape == (2, 2)
    assert _refusal(lambda: patterns_from_images([one], size=0)) == ("Argument `size` must be at least 1, but it is 0.")
    assert _refusal(lambda: patterns_from_images([one], size=(2, 2.5))) == (  # type: ignore[arg-type]
        "Argument `size` must be a whole number, but 2.5 is not."
    )
    assert _refusal(lambda: patterns_from_images([one], size=(2, 2, 2))) == (  # type: ignore[arg-type]
        "Argument `size` must be a number or (rows, columns), but it has 3 entries."
    )


def test_uniform_pictures_are_refused_by_name(tmp_path: Path) -> None:
    fine = _write(tmp_path / "fine.png", [[0, 255]])
    white = _write(tmp_path / "white.png", [[255, 255]])
    black = _write(tmp_path / "black.png", [[0, 0]])
    start = "Argument `threshold` must leave dark and light pixels in every picture, but"
    assert _refusal(lambda: patterns_from_images([fine, white])) == (
        f"{start} 'white.png' is light everywhere; its brightness runs from 1.00 to 1.00."
    )
    assert _refusal(lambda: patterns_from_images([black])) == (
        f"{start} 'black.png' is dark everywhere; its brightness runs from 0.00 to 0.00."
    )
    assert _refusal(lambda: patterns_from_images([fine], threshold=0)) == (
        f"{start} 'fine.png' is light everywhere; its brightness runs from 0.00 to 1.00."
    )
    assert _refusal(lambda: patterns_from_images([fine], threshold=2)) == (
        "Argument `threshold` must lie in [0, 1], but it is 2."
    )


def test_refusals_of_saving_say_what_is_allowed(tmp_path: Path) -> None:
    missing = str(tmp_path / "no")
    expected = {
        "Argument `values` must have 2 dimension(s), but its shape is (2,).": lambda: save_picture(
            [1, 1], tmp_path / "a.png"
        ),
        "Argument `values` must have values in [-1, 1], but one has the size 255.": lambda: save_picture(
            [[0, 255]], tmp_path / "a.png"
        ),
        "Argument `values` must hold at least one site, but its shape is (0, 3).": lambda: save_picture(
            np.zeros((0, 3)), tmp_path / "a.png"
        ),
        f"Argument `path` must end in .png, but it is {str(tmp_path / 'a.jpg')!r}.": lambda: save_picture(
            [[1]], tmp_path / "a.jpg"
        ),
        f"Argument `path` must lie in an existing folder, but there is no {missing!r}.": lambda: save_picture(
            [[1]], tmp_path / "no" / "a.png"
        ),
        "Argument `scale` must be at least 1, but it is 0.": lambda: save_picture([[1]], tmp_path / "a.png", scale=0),
    }
    for sentence, call in expected.items():
        assert _refusal(call) == sentence
    assert list(tmp_path.iterdir()) == []
