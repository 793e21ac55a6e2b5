"""What one sees when models, jumps, particles and modes are shown."""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import largespin as ls
from largespin.model.operator_names import number_text, written


def jump_lines(*jumps: ls.Jump, particles: ls.Particles) -> list[str]:
    text = str(ls.Model(particles, jumps=jumps))
    return [line.strip() for line in text.splitlines() if line.strip().startswith("jump")]


def test_jumps_are_named_by_their_operators() -> None:
    spins = ls.Spins(operators={"own": np.array([[1.0, 2.0], [0.0, 1.0]])})
    gamma = ls.parameter("gamma")
    assert jump_lines(
        ls.Jump(spins.lowering, gamma, name="decay"),
        ls.Jump(spins.raising, gamma, name="raising"),
        ls.Jump(0.5 * spins.z, 0.25),
        ls.Jump(spins.operator("own"), gamma),
        ls.Jump(np.array([[1, 1j], [0, 1]]), gamma),
        particles=spins,
    ) == [
        "jump: decay: lowering × gamma",
        "jump: raising × gamma",
        "jump: 0.5 z × 0.25",
        "jump: own × gamma",
        "jump: [[1, 1i], [0, 1]] × gamma",
    ]


def test_transitions_are_named_by_their_levels() -> None:
    atoms = ls.Particles(3, level_names=("g", "e", "r"))
    model = ls.Model(atoms, jumps=[ls.Jump(atoms.transition("g", "e"), 1), ls.Jump(np.diag([1.0, 2.0], 1), 1)])
    assert "jump: |g⟩⟨e| × 1" in str(model)
    assert "jump: |g⟩⟨e| + 2 |e⟩⟨r| × 1" in str(model)
    assert r"\left(|g\rangle\langle e|\right)^{(i)}" in model.latex()
    assert repr(ls.Jump(ls.transition(3, 1, 3), 0.5)) == "Jump(|1⟩⟨3| × 0.5)"
    assert repr(model) == str(model)


@given(st.integers(0, 10_000), st.sampled_from([2, 3, 4, 6]))
def test_different_jumps_never_print_alike(seed: int, levels: int) -> None:
    """Also where operators differ in the last digits only, or are too large to be written out."""
    generator = np.random.default_rng(seed)
    operator = generator.normal(size=(levels, levels)) + 1j * generator.normal(size=(levels, levels))
    operators = [operator, operator * (1 + 1e-6), operator * (1 + 4e-16), operator.T.copy()]
    jumps = [ls.Jump(matrix, amplitude) for matrix, amplitude in itertools.product(operators, (1, 2))]
    lines = jump_lines(*jumps, particles=ls.Particles(levels))
    assert len(set(lines)) == len(jumps)


def test_equal_jumps_print_alike() -> None:
    spins = ls.Spins()
    lines = jump_lines(ls.Jump(spins.lowering, 1), ls.Jump(spins.lowering, 1), particles=spins)
    assert lines == ["jump: lowering × 1"] * 2


@pytest.mark.parametrize(
    ("thing", "line"),
    [
        (ls.Spins(), "Spins(1 block)"),
        (ls.Particles(3), "Particles(3 levels; 1 block)"),
        (
            ls.Particles(3, [0.25, 0.75], [[1, -1]], {"hop": np.eye(3)}, ("g", "e", "r")),
            "Particles(3 levels g, e, r; 2 blocks of weights 0.25, 0.75; 1 pattern; own operators: hop)",
        ),
        (
            ls.Spins(ls.ideal_large_spins(8)),
            "Spins(128 equal blocks; 8 patterns)",
        ),
        (ls.Mode("a"), "Mode('a')"),
        (ls.modes("a", 2), "(Mode('a_1'), Mode('a_2'))"),
        (ls.CollectiveJump(0.5 * ls.Mode("a").q), "CollectiveJump(√N × 0.5*q_a)"),
        (ls.Jump(ls.Spins().lowering, 1, name="decay"), "Jump(lowering × 1, name='decay')"),
        (ls.random_patterns(2, 10, seed=1), "Patterns(2 patterns of 10 sites, values ±1: pattern 0, pattern 1)"),
        (ls.ideal_large_spins(2), "LargeSpins(2 patterns, 2 blocks, infinitely many sites)"),
    ],
)
def test_everything_shows_one_readable_line(thing: Any, line: str) -> None:
    assert repr(thing) == line


def test_operators_without_a_name() -> None:
    assert written(np.zeros((2, 2), dtype=complex)).text == "0"
    assert written(-ls.transition(3, 1, 2)).text == "- |1⟩⟨2|"
    assert written(np.ones((6, 6), dtype=complex)).text == "[6 × 6 matrix]"
    assert number_text(1 - 0.5j, 4) == "(1-0.5i)"
