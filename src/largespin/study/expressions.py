"""What does a formula in a study file mean? Text becomes a SymPy expression piece by piece; nothing is evaluated as code.

Python's own grammar reads the text into a tree. Of that tree, numbers, names, ``+ - * / **``, brackets and calls of a
few functions are translated; anything else is refused with its place. Names mean what the caller says and nothing else.
"""

import ast
import difflib
import unicodedata
import warnings
from collections.abc import Callable, Mapping
from typing import NoReturn

import sympy as sp

from largespin.errors import LargespinError
from largespin.study.pieces import FUNCTIONS, Piece, RefusedError, add, call, multiply, number_piece, power

LONGEST = 2000
"""Characters of an expression; longer ones belong in several definitions."""
MOST_PIECES = 1000
"""Numbers, names and operations of an expression."""
DEEPEST = 150
"""Nesting; a sum of n terms is nested n deep. Python's own recursion ends at a thousand."""
MOST_LISTED = 20
"""Names that a message lists."""
CONSTANTS = {"pi": Piece(sp.pi, 3.141592653589793), "I": Piece(sp.I, 1j)}
"""Names that mean the same everywhere."""
RESERVED = frozenset({*FUNCTIONS, *CONSTANTS, "t"})
"""Names that nothing else may have."""

_CHARACTERS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_+-*/()., \t\r\n")
_ALLOWED = f"numbers, names, + - * / ** ( ) and the functions {', '.join(FUNCTIONS)}"
_MINUS_ONE = Piece(sp.Integer(-1), -1.0)
_OPERATIONS: dict[type[ast.operator], Callable[[Piece, Piece], Piece]] = {
    ast.Add: add,
    ast.Sub: lambda a, b: add(a, multiply(_MINUS_ONE, b)),
    ast.Mult: multiply,
    ast.Div: lambda a, b: multiply(a, power(b, _MINUS_ONE)),
    ast.Pow: power,
}
_CURES = {"^": "powers are written with **", "=": "an expression has no equals sign", "#": "comments belong outside"}
_WORDS: dict[type[ast.AST], str] = {
    ast.Attribute: "a name with a dot",
    ast.Tuple: "a comma between values",
    ast.IfExp: "a condition",
    ast.BoolOp: "a condition",
    ast.Compare: "a comparison",
    ast.Starred: "a star before a value",
    ast.FloorDiv: "the operator //",
    ast.Not: "a condition",
    ast.Await: "the word await",
}


class ExpressionError(LargespinError):
    """A formula that cannot be read, in words that follow the name of its key."""


def read_expression(text: str, names: Mapping[str, Piece]) -> Piece:
    """The meaning of a formula such as ``"exp(-beta*dE/2)/sqrt(2)"``.

    Args:
        text: the formula: numbers (also ``1e-3`` and ``2j``), names, ``+ - * / **``, brackets, functions.
        names: what names stand for; ``pi`` and ``I`` (imaginary unit) are known already.

    Returns:
        The expression, with its size.

    Raises:
        ExpressionError: anything else, with its place and what is allowed.

    Limits: `LONGEST` characters, `MOST_PIECES` pieces, `DEEPEST` levels, and the sizes of `largespin.study.pieces`.

    Example:
        >>> import sympy as sp
        >>> from largespin.study.expressions import read_expression
        >>> from largespin.study.pieces import name_piece
        >>> read_expression("exp(-x/2)/sqrt(2)", {"x": name_piece(sp.Symbol("x"))}).expression
        sqrt(2)*exp(-x/2)/2
    """
    _check_text(text)
    return _Reader(text, {**names, **CONSTANTS}).read()


def _check_text(text: str) -> None:
    if not text.strip():
        raise ExpressionError("must be an expression, but it is empty.")
    if len(text) > LONGEST:
        raise ExpressionError(f"must have at most {LONGEST} characters, but it has {len(text)}; split it up.")
    for place, letter in enumerate(text, start=1):
        if letter not in _CHARACTERS:
            name = unicodedata.name(letter, f"U+{ord(letter):04X}")
            cure = _CURES.get(letter, f"allowed are {_ALLOWED}")
            shown = letter if letter.isprintable() else ascii(letter)[1:-1]
            raise ExpressionError(f"must not contain {shown!r} ({name}), but does at column {place}; {cure}.")


class _Reader:
    """One expression on its way from text to SymPy."""

    def __init__(self, text: str, names: Mapping[str, Piece]) -> None:
        # Line ends mean nothing inside a formula, but much to Python.
        self._text = "".join(" " if letter.isspace() else letter for letter in text)
        self._shift = len(self._text) - len(self._text.lstrip())
        self._names = names

    def read(self) -> Piece:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = ast.parse(self._text.strip(), mode="eval").body
        except SyntaxError as error:
            place = f"column {error.offset + self._shift}" if error.offset else "its end"
            raise ExpressionError(f"must be an expression, but {_syntax(error.msg)} at {place}.") from None
        except (ValueError, MemoryError, RecursionError):
            raise ExpressionError("must be an expression, but it is nested too deeply to be read.") from None
        pieces = sum(1 for _ in ast.walk(tree))
        if pieces > MOST_PIECES:
            raise ExpressionError(f"must have at most {MOST_PIECES} pieces, but it has {pieces}; split it up.")
        return self._piece(tree, 0)

    def _piece(self, node: ast.expr, depth: int) -> Piece:
        if depth > DEEPEST:
            raise ExpressionError(
                f"must be nested at most {DEEPEST} deep, but it is deeper; use brackets or split it up."
            )
        try:
            match node:
                case ast.Constant(value=int() | float() | complex() as value) if not isinstance(value, bool):
                    return number_piece(value)
                case ast.Name():
                    return self._named(node)
                case ast.UnaryOp(op=ast.UAdd(), operand=operand):
                    return self._piece(operand, depth + 1)
                case ast.UnaryOp(op=ast.USub(), operand=operand):
                    return multiply(_MINUS_ONE, self._piece(operand, depth + 1))
                case ast.BinOp(op=op) if type(op) in _OPERATIONS:
                    return _OPERATIONS[type(op)](self._piece(node.left, depth + 1), self._piece(node.right, depth + 1))
                case ast.Call(func=ast.Name(id=name), args=[argument], keywords=[]) if name in FUNCTIONS:
                    return call(name, self._piece(argument, depth + 1))
        except RefusedError as error:
            raise ExpressionError(f"must be small enough to work with, but in {self._at(node)} {error}.") from None
        self._refuse(node)

    def _named(self, node: ast.Name) -> Piece:
        if node.id in self._names:
            return self._names[node.id]
        where = self._at(node)
        if node.id in FUNCTIONS:
            raise ExpressionError(f"must be an expression, but the function {where} has no brackets: {node.id}(…).")
        close = difflib.get_close_matches(node.id, [*self._names, *FUNCTIONS], n=1)
        listed = sorted(self._names)
        more = f" and {len(listed) - MOST_LISTED} more" if len(listed) > MOST_LISTED else ""
        cure = f"did you mean `{close[0]}`?" if close else f"known are {', '.join(listed[:MOST_LISTED])}{more}."
        raise ExpressionError(f"must use known names, but {where} is not one of them; {cure}")

    def _refuse(self, node: ast.expr) -> NoReturn:
        where = self._at(node)
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id in FUNCTIONS:
                raise ExpressionError(f"must give `{node.func.id}` one value, but {where} does not.")
            if isinstance(node.func, ast.Name) and node.func.id in self._names:
                raise ExpressionError(f"must have an operator before the bracket in {where}, but it has none; write *.")
            known = ", ".join(FUNCTIONS)
            raise ExpressionError(f"must call known functions only, but {where} is not one of {known}.")
        kind: ast.AST = node.op if isinstance(node, ast.BinOp | ast.UnaryOp) else node
        what = _WORDS.get(type(kind), "something else")
        raise ExpressionError(f"must be arithmetic, but {where} is {what}; allowed are {_ALLOWED}.")

    def _at(self, node: ast.expr) -> str:
        """The piece as it was written, with its column."""
        words = ast.get_source_segment(self._text.strip(), node) or ""
        shown = words if len(words) <= 40 else f"{words[:37]}…"
        return f"`{shown}` at column {node.col_offset + self._shift + 1}"


def _syntax(message: str) -> str:
    """Python's complaint in our words, which do not change with its version."""
    if "nested" in message:
        return "it is nested too deeply"
    if "never closed" in message or "unmatched" in message:
        return "a bracket has no partner"
    return "something is missing or too much (perhaps a *)"
