"""Blocks and modes together: sizes, conjugation, trace, numbers of particles, and maps that keep the trace."""

from functools import reduce
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from random_models import library_model, recipe

import largespin as ls
from largespin.exact.generator.system import System
from largespin.exact.space.particle_numbers import block_counts
from largespin.exact.space.space import Space, sizes


def space(counts: tuple[int, ...], fock: tuple[int, ...] = (), levels: int = 2, **more: Any) -> Space:
    particles = ls.Particles(levels, weights=np.array(counts) / sum(counts))
    return Space(ls.Model(particles, modes=[ls.Mode(f"a{i}") for i in range(len(fock))]), counts, fock, **more)


def density_matrix(generator: np.random.Generator, size: int) -> Any:
    root = generator.normal(size=(size, size)) + 1j * generator.normal(size=(size, size))
    return root @ root.conj().T / np.trace(root @ root.conj().T)


MIXED = [((3,), ()), ((2, 1), (3,)), ((1, 1, 2), (2, 3)), ((4,), (2,))]


@pytest.mark.parametrize(("counts", "fock"), MIXED)
def test_rows_and_permutations_are_those_of_the_factors(counts: tuple[int, ...], fock: tuple[int, ...]) -> None:
    where = space(counts, fock)
    assert where.shape == sizes(2, counts, fock) == tuple(f.size for f in where.factors)
    assert where.size == np.prod(where.shape)
    generator = np.random.default_rng(len(counts))
    parts: list[Any] = [generator.normal(size=(f.size, 2)) @ [1, 1j] for f in where.factors]
    joined: Any = reduce(np.kron, parts)
    turned: Any = reduce(np.kron, [part[f.transposed] for part, f in zip(parts, where.factors, strict=True)])
    assert np.allclose(joined[where.transposed], turned)
    traces = np.prod([part[f.diagonal].sum() for part, f in zip(parts, where.factors, strict=True)])
    assert np.isclose(where.trace @ joined, traces)
    logs: Any = reduce(np.kron, [np.exp(f.log_norms) for f in where.factors])
    assert np.allclose(np.exp(where.log_norms), logs)


@pytest.mark.parametrize(("counts", "fock"), MIXED)
def test_maps_of_one_factor_leave_the_others_alone(counts: tuple[int, ...], fock: tuple[int, ...]) -> None:
    where = space(counts, fock)
    generator = np.random.default_rng(1)
    parts: list[Any] = [generator.normal(size=(f.size, 2)) @ [1, 1j] for f in where.factors]
    factors: Any = where.factors
    for block in range(len(counts)):
        a = density_matrix(generator, 2)
        expected: Any = reduce(np.kron, [factors[i].left(a) @ p if i == block else p for i, p in enumerate(parts)])
        assert np.allclose(where.left(block, a).matrix() @ reduce(np.kron, parts), expected)
    for mode, states in enumerate(fock):
        a, place = density_matrix(generator, states), len(counts) + mode
        expected = reduce(np.kron, [factors[i].left(a) @ p if i == place else p for i, p in enumerate(parts)])
        assert np.allclose(where.left_mode(mode, a).matrix() @ reduce(np.kron, parts), expected)


def test_described_moves_bound_what_is_built() -> None:
    where = space((2, 2), (4,))
    generator = np.random.default_rng(2)
    a, b = density_matrix(generator, 2), density_matrix(generator, 4)
    for described in (
        where.left(0, a),
        where.left(1, a) @ where.left_mode(0, b),
        where.left(0, a) + where.left(1, a),
        where.derivation(0, a).conjugated(lambda: where.transposed),
        2j * where.derivation(1, a),
    ):
        built = described.matrix()
        assert np.diff(built.tocsc().indptr).max() <= described.width


@settings(max_examples=12)
@given(st.integers(0, 10_000), st.sampled_from([(2, 1, False), (2, 2, False), (3, 1, False), (2, 1, True)]))
def test_real_generators_keep_the_trace(seed: int, kind: tuple[int, int, bool]) -> None:
    """The sum over the diagonal of every column vanishes; without the last Fock states, where the cut loses some."""
    levels, blocks, mode = kind
    model = library_model(recipe(seed, levels=levels, blocks=blocks, mode=mode))
    values = dict.fromkeys(model.parameters, 0.7)
    fock = 6 if mode else None
    system = System(model, particles=3, fock=fock, parameters=values)
    liouvillian = system.real_liouvillian
    row = liouvillian.basis.row(system.space.trace.astype(complex))
    matrix = liouvillian.real_matrix()
    columns = np.abs(row @ matrix)
    if mode:
        labels = np.indices(system.space.shape)[-1].ravel()
        low = (np.maximum(labels // 6, labels % 6) < 3).astype(complex)
        columns = columns[liouvillian.basis.coordinates(low) > 0]
    assert columns.max() < 1e-10 * max(1.0, abs(matrix).max())


@pytest.mark.parametrize(
    ("weights", "number", "counts"),
    [([1.0], 5, (5,)), ([0.25, 0.75], 8, (2, 6)), ([0.5, 0.5], (3, 3), (3, 3)), ([1 / 3, 2 / 3], 9, (3, 6))],
)
def test_numbers_of_particles_that_fit(weights: list[float], number: Any, counts: tuple[int, ...]) -> None:
    assert block_counts(ls.Particles(2, weights=np.array(weights)), number) == counts


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (6, "the shares are 0.25, 0.75 and N is 6; a multiple of 4 fits"),
        ((4, 4), "the shares are 0.25, 0.75 and N is 8"),
        ((4,), "a tuple of 2 numbers, one per block, but it has 1"),
        (0, "must be at least 1"),
        ((0, 4), "must be at least 1"),
        (4.5, "whole number"),
        (True, "whole number"),
        ("many", "whole number"),
    ],
)
def test_numbers_of_particles_that_do_not_fit(number: Any, sentence: str) -> None:
    with pytest.raises(ls.LargespinError, match=sentence):
        block_counts(ls.Particles(2, weights=np.array([0.25, 0.75])), number)
