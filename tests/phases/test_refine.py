"""Refinement against the full grid: the same labels from far fewer evaluations."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from largespin.phases.refine import UNKNOWN, Refined, refine


class Labelled:
    """Labels by a function of places in the unit square; counts what is asked."""

    def __init__(self, function: Any, size: int) -> None:
        self.function, self.size = function, size
        self.asked: list[np.ndarray] = []

    def __call__(self, indices: np.ndarray) -> np.ndarray:
        self.asked.append(indices)
        return np.asarray(self.function(*(indices.T / self.size)), dtype=np.int64)

    def everywhere(self, axes: int) -> np.ndarray:
        shape = (self.size + 1,) * axes
        places = np.argwhere(np.ones(shape, dtype=bool)) / self.size
        return np.asarray(self.function(*places.T), dtype=np.int64).reshape(shape)


def discs(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    disc = (x - 0.5) ** 2 + (y - 0.45) ** 2 < 0.09
    return disc + 2 * (y > 0.3 + 0.3 * np.sin(5 * x))


def check(label: Labelled, found: Refined, axes: int) -> None:
    assert np.array_equal(found.labels, label.everywhere(axes))
    together = np.concatenate(label.asked)
    # Every point once, and those are the ones that count.
    assert len(np.unique(together, axis=0)) == len(together) == found.evaluated.sum() == sum(found.calls)
    assert found.evaluated[tuple(together.T)].all()


def test_two_axes() -> None:
    label = Labelled(discs, 512)
    found = refine(label, (16, 16), 5)
    check(label, found, 2)
    assert found.evaluated.size / found.evaluated.sum() > 20
    assert len(found.calls) < 15


def test_one_axis() -> None:
    label = Labelled(lambda x: (x > 0.5634) + (x > 0.8), 1024)
    found = refine(label, (16,), 6)
    check(label, found, 1)
    assert found.evaluated.sum() < 50


def test_cells_of_different_number() -> None:
    found = refine(lambda indices: (indices[:, 0] + 2 * indices[:, 1] > 40).astype(np.int64), (4, 7), 2)
    i, j = np.indices((17, 29))
    assert np.array_equal(found.labels, i + 2 * j > 40)


def test_no_levels_is_the_grid_itself() -> None:
    found = refine(lambda indices: indices.sum(axis=1) % 2, (3, 3), 0)
    assert found.evaluated.all()
    assert found.calls == (16,)


def test_uniform_needs_the_coarse_grid_only() -> None:
    found = refine(lambda indices: np.zeros(len(indices), dtype=np.int64), (4, 4), 5)
    assert found.calls == (25,)
    assert np.all(found.labels == 0)


def test_a_tongue_is_followed_to_its_tip() -> None:
    """Its tip ends between the points of every coarser grid."""
    label = Labelled(lambda x, y: np.abs(y - 0.47) < 0.05 * np.maximum(x - 0.21, 0.0), 512)
    check(label, refine(label, (16, 16), 5), 2)


def test_a_strip_thinner_than_the_coarse_cells_between_two_phases() -> None:
    label = Labelled(lambda x, y: (y > 0.4 + 0.1 * x).astype(int) + (y > 0.405 + 0.1 * x), 512)
    found = refine(label, (8, 8), 6)
    check(label, found, 2)
    assert set(np.unique(found.labels)) == {0, 1, 2}


def test_labels_that_a_neighbour_shows_split_the_coarser_cell() -> None:
    """A boundary that leaves a split cell through the middle of an edge of an unsplit one."""

    def bump(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        return y > 0.5 + 0.12 * np.exp(-(((x - 0.3) / 0.01) ** 2))

    label = Labelled(bump, 256)
    check(label, refine(label, (8, 8), 5), 2)


@given(st.integers(0, 10_000))
@settings(max_examples=15)
def test_random_half_planes(seed: int) -> None:
    generator = np.random.default_rng(seed)
    normals, offsets = generator.normal(size=(2, 2)), generator.uniform(-0.5, 0.5, size=2)

    def sides(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        places = np.stack([x - 0.5, y - 0.5], axis=-1)
        return (places @ normals.T > offsets * np.linalg.norm(normals, axis=1)) @ [1, 2]

    label = Labelled(sides, 256)
    found = refine(label, (8, 8), 5)
    # Corners that a line cuts off from a coarse cell may be missed; all else is right.
    wrong = found.labels != label.everywhere(2)
    assert wrong.mean() < 0.005
    assert not np.any(found.labels == UNKNOWN)


@pytest.mark.parametrize("level", [1, 3])
def test_islands_beside_boundaries_are_found(level: int) -> None:
    """An island in the middle of a cell that touches a split one."""
    size = 8 * 2**level
    middle = (3 + 0.5) / 8

    def island(x: np.ndarray, y: np.ndarray) -> np.ndarray:
        inside = (np.abs(x - middle) < 0.26 / 8) & (np.abs(y - middle) < 0.26 / 8)
        return (x > 4.02 / 8) + 2 * inside

    label = Labelled(island, size)
    check(label, refine(label, (8, 8), level), 2)
