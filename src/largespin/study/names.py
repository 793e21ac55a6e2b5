"""What may formulas of a model of one's own call by name? Averages, modes, parameters, definitions."""

from dataclasses import dataclass, field

import numpy as np
import sympy as sp

from largespin.errors import LargespinError
from largespin.model import Mode, Particles, derived_parameter, parameter
from largespin.model.symbols import TIME, Average, Parameter
from largespin.study.expressions import read_expression
from largespin.study.operators import matrix_of
from largespin.study.pieces import Piece, name_piece
from largespin.study.problems import Problems, shown
from largespin.study.schema import AverageTable, LocalFieldTable, OwnModelTable

TIME_NAME = "t"
"""How formulas call the time."""
DEEPEST_DEFINITIONS = 10
"""Abbreviations that build on each other; telling models apart takes twice as long with each."""


@dataclass
class Names:
    """Names with their meaning, each defined once; what has one name and two meanings is a problem."""

    problems: Problems
    known: dict[str, Piece] = field(default_factory=dict)

    def define(self, name: str, piece: Piece, key: str) -> None:
        """Add a name that `key` of the study defines."""
        if name in self.known:
            self.problems.add(key, f"must have another name, because `{name}` has a meaning already.")
        else:
            self.known[name] = piece

    def define_anyhow(self, name: str) -> None:
        """Let a name that could not be defined stand for something, so that formulas with it are not wrong as well."""
        self.known.setdefault(name, name_piece(parameter(name)))

    def read(self, text: str, key: str) -> Piece | None:
        """The meaning of a formula; a problem of `key` if it has none."""
        with self.problems.at(key):
            return read_expression(text, self.known)
        return None


def names_of(table: OwnModelTable, particles: Particles, modes: tuple[Mode, ...], problems: Problems) -> Names:
    """All names that formulas of the model may use.

    Averages of named operators are ``m_x``, ``m_lowering`` …; overlaps with stored patterns ``o_1`` …; of a mode ``a``
    ``q_a``, ``p_a``, ``amplitude_a``, ``conjugate_a``, ``number_a`` and ``field_a``; the time is ``t``.
    """
    names = Names(problems, {TIME_NAME: name_piece(TIME)})
    for operator in particles.operators:
        names.define(f"m_{operator}", name_piece(particles.average(operator)), f"model.operators.{operator}")
    for symbol in particles.overlaps() if len(particles.coefficients) else ():
        names.define(symbol.name, name_piece(symbol), "model.patterns")
    for number, mode in enumerate(modes, start=1):
        for what in ("q", "p", "amplitude", "conjugate", "number", "field"):
            names.define(f"{what}_{mode.name}", name_piece(getattr(mode, what)), f"model.modes[{number}].name")
    for name, entry in table.parameters.items():
        key = f"model.parameters.{name}"
        with problems.at(key):
            names.define(name, name_piece(parameter(name, **entry.model_dump())), key)
    _define_averages(table, particles, names)
    depths: dict[sp.Expr, int] = {}
    for name, formula in table.definitions.items():
        key = f"model.definitions.{name}"
        piece = names.read(formula, key)
        if piece is not None:
            short = _abbreviated(name, piece)
            depth = 1 + max((depths.get(symbol, 0) for symbol in piece.expression.free_symbols), default=0)
            depths[short.expression] = depth
            if depth > DEEPEST_DEFINITIONS:
                problems.add(
                    key, f"must build on at most {DEEPEST_DEFINITIONS} others in a row, but it is number {depth}."
                )
                short = name_piece(parameter(name))
            names.define(name, short, key)
        names.define_anyhow(name)
    return names


def _abbreviated(name: str, piece: Piece) -> Piece:
    """A definition in parameters alone stays visible in printed equations; others are written out."""
    symbols = piece.expression.free_symbols
    if not symbols or not all(isinstance(s, Parameter) or s == TIME for s in symbols):
        return piece
    symbol = derived_parameter(name, piece.expression)
    return Piece(symbol, None, piece.degree, piece.terms, piece.growing)


def _define_averages(table: OwnModelTable, particles: Particles, names: Names) -> None:
    for name, average in table.averages.items():
        key = f"model.averages.{name}"
        with names.problems.at(key):
            names.define(name, name_piece(_average(name, average, particles)), key)
    for name, values in table.per_block.items():
        key = f"model.per_block.{name}"
        with names.problems.at(key):
            names.define(name, name_piece(particles.per_block(values, symbol=name)), key)
    for name, local in table.local_fields.items():
        key = f"model.local_fields.{name}"
        with names.problems.at(key):
            averages = _averages_of(local, names, particles, key)
            if averages is not None:
                field = particles.local_field(averages, matrix=local.matrix, symbol=name)
                names.define(name, name_piece(field), key)
    for name in (*table.averages, *table.per_block, *table.local_fields):
        names.define_anyhow(name)


def _average(name: str, table: AverageTable, particles: Particles) -> sp.Expr:
    operator = matrix_of(table.operator, particles.levels, particles.operators)
    coefficients = table.coefficients
    if table.block is not None:
        alone = np.zeros(particles.number_of_blocks)
        if coefficients is not None:
            raise LargespinError("must have `block` or `coefficients`, but it has both.")
        if table.block >= len(alone):
            words = f"it has block {table.block}; there are {len(alone)}, counted from 0"
            raise LargespinError(f"must be an average over blocks that exist, but {words}.")
        alone[table.block] = 1.0 / particles.weights[table.block]
        return particles.average(operator, coefficients=alone, symbol=name)
    return particles.average(operator, coefficients=coefficients, symbol=name)


def _averages_of(
    table: LocalFieldTable, names: Names, particles: Particles, key: str
) -> list[Average] | tuple[Average, ...] | None:
    if table.averages is None:
        return particles.overlaps()
    found: list[Average] = []
    for name in table.averages:
        symbol = names.known.get(name)
        if symbol is None or not isinstance(symbol.expression, Average):
            names.problems.add(
                f"{key}.averages", f"must name averages such as `m_z` or `o_1`, but {shown(name)} is none."
            )
            return None
        found.append(symbol.expression)
    return found
