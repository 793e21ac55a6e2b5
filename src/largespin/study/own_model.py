"""Which model do the formulas of a study define? The same one as in Python, piece by piece."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import sympy as sp

from largespin.model import CollectiveJump, Jump, Mode, Model, Particles
from largespin.model.checks import check_symbols, checked_amplitude, real_part
from largespin.model.operators import named_operators
from largespin.model.symbols import Average, LocalField, Quadrature
from largespin.patterns.blocks import LargeSpins
from largespin.study.names import Names, names_of
from largespin.study.operators import matrix_of
from largespin.study.patterns import blocks_of
from largespin.study.pieces import Piece, call
from largespin.study.problems import Problems
from largespin.study.schema import JumpTable, OwnModelTable

STATE = (Average, Quadrature)
"""What energies and collective jumps may depend on."""


def own_model(table: OwnModelTable, folder: Path, problems: Problems) -> tuple[Model, LargeSpins | None] | None:
    """The model that a study defines, and its patterns; None if there were problems.

    Args:
        table: the definition.
        folder: folder of the study.
        problems: where problems are noted.
    """
    before = len(problems.found)
    large_spins, particles = _particles(table, folder, problems)
    if particles is None:
        return None
    modes = tuple(Mode(mode.name) for mode in table.modes)
    names = names_of(table, particles, modes, problems)
    energy = names.read(table.energy, "model.energy") or Piece(sp.Integer(0))
    with problems.at("model.energy"):
        check_symbols("formula", energy.expression, particles, modes, STATE)
        real_part("formula", energy.expression)
    jumps = _jumps(table, particles, modes, names)
    collective = _collective_jumps(table, particles, modes, names)
    if len(problems.found) > before:
        return None
    with problems.at("model"):
        model = Model(particles, energy.expression, jumps, collective, modes, table.name)
        return model, large_spins
    return None


def _particles(table: OwnModelTable, folder: Path, problems: Problems) -> tuple[LargeSpins | None, Particles | None]:
    large_spins: LargeSpins | None = None
    known: Mapping[str, Any] = named_operators(table.levels)
    operators = {}
    for name, given in table.operators.items():
        with problems.at(f"model.operators.{name}"):
            operators[name] = matrix_of(given, table.levels, known)
    blocks: dict[str, Any] = {}
    if table.patterns is not None:
        with problems.at("model.patterns"):
            large_spins = blocks_of(table.patterns, folder)
        if large_spins is None:
            return None, None
        blocks = {"weights": large_spins.weights, "coefficients": large_spins.coefficients}
    elif table.weights is not None:
        blocks = {"weights": np.array(table.weights)}
    with problems.at("model"):
        return large_spins, Particles(table.levels, operators=operators, **blocks)
    return None, None


def _jumps(table: OwnModelTable, particles: Particles, modes: tuple[Mode, ...], names: Names) -> list[Jump]:
    jumps = []
    for number, entry in enumerate(table.jumps, start=1):
        key, problems = f"model.jumps[{number}]", names.problems
        piece, part = _strength(entry, key, names)
        operator = None
        with problems.at(f"{key}.operator"):
            operator = matrix_of(entry.operator, particles.levels, particles.operators)
        if piece is not None:
            with problems.at(f"{key}.{part}"):
                check_symbols("formula", piece.expression, particles, modes, (Average, LocalField))
                amplitude = checked_amplitude("amplitude", piece.expression)
                if operator is not None:
                    jumps.append(Jump(operator, amplitude, entry.name))
    return jumps


def _strength(entry: JumpTable, key: str, names: Names) -> tuple[Piece | None, str]:
    """The amplitude of a jump, and the key that gives it."""
    if entry.rate is None:
        return names.read(entry.amplitude or "1", f"{key}.amplitude"), "amplitude"
    rate = names.read(entry.rate, f"{key}.rate")
    return rate and call("sqrt", rate), "rate"


def _collective_jumps(
    table: OwnModelTable, particles: Particles, modes: tuple[Mode, ...], names: Names
) -> list[CollectiveJump]:
    jumps = []
    for number, entry in enumerate(table.collective_jumps, start=1):
        key = f"model.collective_jumps[{number}].amplitude"
        piece = names.read(entry.amplitude, key)
        if piece is not None:
            with names.problems.at(key):
                check_symbols("formula", piece.expression, particles, modes, STATE)
                jumps.append(CollectiveJump(piece.expression, entry.name))
    for number, (entry_of_mode, mode) in enumerate(zip(table.modes, modes, strict=True), start=1):
        if entry_of_mode.loss is not None:
            key = f"model.modes[{number}].loss"
            piece = names.read(entry_of_mode.loss, key)
            if piece is not None:
                with names.problems.at(key):
                    check_symbols("formula", piece.expression, particles, modes, ())
                    jumps.append(mode.loss(piece.expression))
    return jumps
