"""The registry of kinds of bifurcations: everything that results name stands in it, and pictures read it."""

from dataclasses import replace

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.markers import MarkerStyle

import largespin as ls
from largespin.bifurcations.kinds import registry
from largespin.bifurcations.kinds.registry import KINDS, OSCILLATING, STEADY, kind_of
from largespin.bifurcations.special import family_of_kind

MODEL = ls.models.hopfield(ls.ideal_large_spins(1))


def test_every_kind_in_a_result_stands_in_the_registry() -> None:
    found = ls.branches(MODEL, [0, 0, 0], between={"field": (0.0, 0.5)}, field=0.1, temperature=0.5)
    lines = ls.boundaries(MODEL, between={"temperature": (0.4, 1.2), "field": (0.0, 0.5)}, cuts=1)
    kinds = {*found.special_kind.values, *lines.kind.values}
    assert {family_of_kind(kind) for kind in kinds} == {"pitchfork", "fold", "Hopf"} | (
        {"double zero"} if "double zero" in kinds else set()
    )
    for kind in kinds - {"double zero"}:
        assert kind_of(kind).curves is not None


def test_kinds_can_be_told_apart_in_pictures() -> None:
    markers = [kind.marker for kind in KINDS.values()]
    assert len(set(markers)) == len(markers)
    lines = [tuple(sorted(style.items())) for kind in KINDS.values() for style in kind.lines.values()]
    assert len(set(lines)) == len(lines)
    for kind in KINDS.values():
        assert all(family_of_kind(words) == kind.name for words in kind.lines)


def test_what_can_be_located_can_be_followed() -> None:
    for kind in (*STEADY, *OSCILLATING):
        assert (kind.locate is None) == (kind.curves is None)


def test_pictures_read_the_registry(monkeypatch: pytest.MonkeyPatch) -> None:
    found = ls.branches(MODEL, [0, 0, 0], between={"field": (0.0, 0.5)}, field=0.1, temperature=0.5)
    lines = ls.boundary_curve(
        MODEL, found.isel(special_point=1), between={"temperature": (0.4, 0.6), "field": (0.1, 0.6)}
    )
    changed = replace(KINDS["fold"], marker="P", lines={"fold": {"color": "#123456", "linestyle": ":"}})
    monkeypatch.setattr(registry, "KINDS", {**KINDS, "fold": changed})
    figure, (left, right) = plt.subplots(1, 2)
    ls.plot.branches(found, ax=left)
    (fold,) = [drawn for drawn in left.collections if drawn.get_label() == "fold"]
    expected = MarkerStyle("P")
    shape = expected.get_path().transformed(expected.get_transform())
    np.testing.assert_allclose(np.asarray(fold.get_paths()[0].vertices), np.asarray(shape.vertices))
    ls.plot.boundary_lines(lines, x="temperature", y="field", ax=right)
    handle = right.lines[0]
    assert (handle.get_color(), handle.get_linestyle()) == ("#123456", ":")
    plt.close(figure)


def test_folds_are_followed_after_what_they_begin_at() -> None:
    assert KINDS["pitchfork"].order < KINDS["fold"].order
