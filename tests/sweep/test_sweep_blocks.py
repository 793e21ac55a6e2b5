"""Blocks tile the grid exactly, lie in one piece, and have a sensible size."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from largespin.sweeps.blocks import MOST_BLOCKS, MOST_POINTS, Blocks, points_per_block, points_per_call

SHAPES = st.lists(st.integers(1, 7), min_size=1, max_size=4).map(tuple)


@given(SHAPES, st.integers(1, 60))
def test_blocks_tile_the_grid(shape: tuple[int, ...], points: int) -> None:
    blocks = Blocks.of(shape, points)
    every = [index for members in blocks for index in members]
    assert sorted(every) == list(range(math.prod(shape)))
    for block in range(len(blocks)):
        members = blocks.indices(block)
        assert 1 <= len(members) <= points
        places = itertools.product(*(range(part.start, part.stop) for part in blocks.region(block)))
        flat = [sum(at * math.prod(shape[axis + 1 :]) for axis, at in enumerate(place)) for place in places]
        assert flat == list(members)
        assert {blocks.block_of(index) for index in members} == {block}


@given(SHAPES, st.integers(1, 60))
def test_blocks_are_chunks(shape: tuple[int, ...], points: int) -> None:
    blocks = Blocks.of(shape, points)
    for block in range(len(blocks)):
        for part, edge, length in zip(blocks.region(block), blocks.box, shape, strict=True):
            assert part.start % edge == 0
            assert part.stop == min(part.start + edge, length)


@pytest.mark.parametrize(
    ("shape", "points", "box"),
    [((10, 4), 1, (1, 1)), ((10, 4), 3, (1, 3)), ((10, 4), 9, (2, 4)), ((10, 4), 99, (10, 4)), ((5,), 2, (2,))],
)
def test_boxes(shape: tuple[int, ...], points: int, box: tuple[int, ...]) -> None:
    assert Blocks.of(shape, points).box == box


def test_sizes_follow_the_work() -> None:
    assert points_per_block(10_000, 2, seconds=1e-6) == 625, "every worker gets eight blocks"
    assert points_per_block(10_000_000, 2, seconds=1e-6) == MOST_POINTS
    assert points_per_block(1000, 2, seconds=0.1) == 10, "about a second"
    assert points_per_block(1000, 2, seconds=100.0) == 1
    assert points_per_block(1000, 1, seconds=1e-6, size=1e6) == 32, "about 32 MB"
    assert points_per_block(100_000, 2, seconds=100.0) == 100_000 // MOST_BLOCKS
    assert points_per_call(20, 2) == 10
    assert points_per_call(1000, 2) == 62
    assert points_per_call(100, 2) == 16
