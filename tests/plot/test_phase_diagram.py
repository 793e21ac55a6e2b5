"""Drawn phase diagrams show the regions of the dataset, name them where they are, and carry the boundary lines."""

from typing import Any

import numpy as np
import pytest
import xarray as xr
from matplotlib.figure import Figure
from sentences import check_sentence

import largespin as ls
from largespin.plot.charts.phase_diagram import phase_diagram
from largespin.plot.text_places import text_place


def halves(names: tuple[str, ...] = ("left", "right")) -> xr.Dataset:
    x, y = np.linspace(0.0, 2.0, 41), np.linspace(0.0, 1.0, 21)
    numbers = np.repeat((x > 1.0).astype(np.int16)[:, None], len(y), axis=1)
    attrs = {"long_name": "coupling", "units": "rate"}
    flags = {"flag_values": np.arange(len(names)), "flag_meanings": " ".join(name.replace(" ", "_") for name in names)}
    return xr.Dataset({"phase": (("g", "T"), numbers, flags)}, coords={"g": ("g", x, attrs), "T": ("T", y)})


def curves() -> xr.Dataset:
    return xr.Dataset(
        {
            "g": ("point", [1.0, 1.0, 0.5, 0.7, 1.0]),
            "T": ("point", [0.0, 1.0, 0.0, 0.5, 0.5]),
            "curve": ("point", [0, 0, 1, 1, 2]),
            "kind": ("point", ["fold", "fold", "pitchfork (subcritical)", "pitchfork (subcritical)", "double zero"]),
        }
    )


def test_regions_carry_their_names() -> None:
    ax = phase_diagram(halves())
    places = {text.get_text(): text.get_position() for text in ax.texts}
    assert places["left"][0] == pytest.approx(0.5, abs=0.1)
    assert places["right"][0] == pytest.approx(1.5, abs=0.1)
    assert places["left"][1] == pytest.approx(0.5, abs=0.1)
    assert ax.get_legend() is None
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("coupling (rate)", "T")
    assert ax.get_xlim() == (0.0, 2.0)


def test_colours_are_where_the_phases_are() -> None:
    dataset = halves()
    dataset.phase.values[30:, :5] = 0
    mesh = phase_diagram(dataset).collections[0]
    shown = np.asarray(mesh.get_array()).reshape(21, 41)
    assert np.array_equal(shown, dataset.phase.values.T)
    assert mesh.get_coordinates()[0, -1, 0] == pytest.approx(2.025)  # type: ignore[attr-defined]


def test_colours_differ_for_all_eyes() -> None:
    """Also for eyes that cannot tell red from green, which see blue and the mean of the two."""
    names = tuple(f"phase {i}" for i in range(6))
    dataset = halves(names)
    dataset.phase.values[:6, 0] = np.arange(6)
    ax = phase_diagram(dataset)
    colours = ax.collections[0].get_cmap()(np.arange(6))[:, :3]
    for i, j in np.argwhere(np.triu(np.ones((6, 6)), 1)):
        seen = [np.array([0.6 * r + 0.4 * g, b]) for r, g, b in (colours[i], colours[j])]
        assert np.abs(seen[0] - seen[1]).max() > 0.04


def test_names_that_do_not_fit_go_to_the_legend() -> None:
    dataset = halves(("left", "right", "a very long name of a very thin strip"))
    dataset.phase.values[20] = 2
    ax = phase_diagram(dataset)
    assert {text.get_text() for text in ax.texts} == {"left", "right"}
    legend = ax.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["a very long name of a very thin strip"]


def test_a_narrow_region_has_its_name_upright() -> None:
    dataset = halves(("left", "right", "narrow strip"))
    dataset.phase.values[18:23] = 2
    (text,) = [text for text in phase_diagram(dataset).texts if text.get_text() == "narrow strip"]
    assert text.get_rotation() == 90


@pytest.mark.parametrize("kept", [False, True])
def test_boundaries_are_drawn_by_kind(kept: bool) -> None:
    dataset = halves()
    if kept:
        renamed = {f"boundary_{name}": ("boundary_point", curves()[name].values) for name in curves().data_vars}
        ax = phase_diagram(dataset.assign(renamed))
    else:
        ax = phase_diagram(dataset, boundaries=curves())
    lines = {line.get_label(): line for line in ax.get_lines()}
    assert list(lines) == ["fold", "pitchfork (subcritical)", "double zero"]
    assert lines["fold"].get_xdata() == pytest.approx([1.0, 1.0])
    assert lines["fold"].get_color() == "#D55E00"
    assert lines["pitchfork (subcritical)"].get_linewidth() < lines["fold"].get_linewidth()
    assert lines["double zero"].get_marker() == "o"
    legend = ax.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == list(lines)


def test_one_parameter_gives_bands() -> None:
    line = halves().isel(T=0).drop_vars("T").assign(order=("g", np.linspace(0, 1, 41)))
    ax = phase_diagram(line)
    edges = [patch.get_x() for patch in ax.patches] + [ax.patches[-1].get_x() + ax.patches[-1].get_width()]  # type: ignore[attr-defined]
    assert edges == pytest.approx([0.0, 1.025, 2.0])
    legend = ax.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["left", "right"]
    assert any(np.array_equal(drawn.get_ydata(), line.order) for drawn in ax.get_lines())


def test_given_axes_are_used_and_files_written(tmp_path: Any) -> None:
    figure = Figure()
    ax = figure.add_subplot()
    assert ls.plot.phase_diagram(halves(), ax=ax) is ax
    figure.savefig(tmp_path / "diagram.png")
    assert (tmp_path / "diagram.png").stat().st_size > 5000


def test_text_places_are_inside() -> None:
    generator = np.random.default_rng(4)
    x, y = np.linspace(0.0, 1.0, 101), np.linspace(2.0, 5.0, 51)
    for _ in range(10):
        a, b = generator.uniform(0.3, 0.7, size=2)
        region = (x[None, :] > a) & ((y[:, None] - 2) / 3 > b)
        place = text_place(region, (x, y), (0.15, 0.05))
        assert a + 0.075 < place[0] < 1 - 0.074
        assert b + 0.025 < (place[1] - 2) / 3 < 1 - 0.024


def test_refusals() -> None:
    check_sentence(
        lambda: phase_diagram(xr.Dataset()),
        "Argument `diagram` must be a result of `phase_diagram`, which holds `phase`, but it holds nothing.",
    )
    check_sentence(
        lambda: phase_diagram(halves().expand_dims(kappa=[1.0, 2.0])),
        "Argument `diagram` must have one or two parameters, but it has kappa, g, T; choose one value of the others with "
        "`diagram.isel(…)`.",
    )
    check_sentence(
        lambda: phase_diagram(halves(), boundaries=curves().rename(g="h")),
        "Argument `boundaries` must be a result of `boundaries`, which holds `g`, but it holds h, T, curve, kind.",
    )
    check_sentence(
        lambda: phase_diagram(halves().drop_attrs()),
        "Argument `diagram` must be a result of `phase_diagram`, whose `phase` has codes with `flag_meanings`, but it has "
        "none.",
    )


def test_codes_of_any_size_and_order_are_read() -> None:
    """Colours go to the phases that occur; a code without a meaning is undecided."""
    dataset = halves()
    codes = np.where(dataset.phase.values == 0, 7, 3)
    codes[0, 0] = -1
    attrs = {"flag_values": np.array([7, 5, 3]), "flag_meanings": "left_side nowhere right"}
    ax = phase_diagram(dataset.assign(phase=(("g", "T"), codes, attrs)))
    shown = np.asarray(ax.collections[0].get_array()).reshape(21, 41)
    expected = dataset.phase.values.T.copy()
    expected[0, 0] = 2
    assert np.array_equal(shown, expected)
    assert {text.get_text() for text in ax.texts} == {"left side", "right"}
    legend = ax.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["undecided"]
