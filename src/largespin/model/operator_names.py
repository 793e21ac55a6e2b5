"""How operators, jumps and particles are written in one line: by name where they have one, else by levels or numbers."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import sympy as sp

from largespin.errors import ComplexArray
from largespin.model.operators import named_operators

if TYPE_CHECKING:
    from largespin.model.jumps import Jump
    from largespin.model.particles import Particles

MOST_TRANSITIONS = 3
"""Transitions that a sum shows; operators with more of them are written as matrices."""
LARGEST_SHOWN = 4
"""Levels up to which a matrix is written out; a larger one would fill the screen."""
DIGITS = (4, 9, 17)
"""Digits of the numbers, tried in turn until different jumps look different; 17 tell all numbers apart."""
MOST_WEIGHTS = 4

_LATEX = {
    "x": r"\sigma_{x}",
    "y": r"\sigma_{y}",
    "z": r"\sigma_{z}",
    "raising": r"\sigma_{+}",
    "lowering": r"\sigma_{-}",
    "identity": r"\mathbb{1}",
}


@dataclass(frozen=True)
class Written:
    """An operator in both notations; `single` is true for one symbol that needs no brackets."""

    text: str
    latex: str
    single: bool = True


def written(
    matrix: ComplexArray,
    operators: Mapping[str, ComplexArray] | None = None,
    level_names: Sequence[str] = (),
    digits: int = DIGITS[0],
) -> Written:
    """The name of an operator, a sum of few transitions, or its matrix.

    Args:
        matrix: the operator, shape (d, d).
        operators: operators with a name; those of every particle with d levels if not given.
        level_names: what the levels are called; 1 … d if not given.
        digits: digits of numbers.

    Example:
        >>> import largespin as ls
        >>> from largespin.model.operator_names import written
        >>> written(ls.Spins().lowering).text, written(2 * ls.transition(3, 1, 3)).text
        ('lowering', '2 |1⟩⟨3|')
    """
    levels = len(matrix)
    known = named_operators(levels) if operators is None else operators
    names = tuple(level_names) or tuple(str(level) for level in range(1, levels + 1))
    if not np.any(matrix):
        return Written("0", "0")
    for name, named in known.items():
        factor = _ratio(matrix, named)
        # Populations read better by levels: |2⟩⟨2|.
        if factor is not None and (levels == 2 or np.count_nonzero(named) > 1):
            front = _factor(factor, digits)
            symbol = _LATEX[name] if name in _LATEX else rf"\mathrm{{{name.replace('_', chr(92) + '_')}}}"
            return Written(f"{front} {name}".strip(), rf"{front}\, {symbol}" if front else symbol, not front)
    places = np.argwhere(matrix)
    if len(places) <= MOST_TRANSITIONS and levels > 2:
        parts = [(_factor(complex(matrix[i, j]), digits), names[i], names[j]) for i, j in places]
        text = " + ".join(f"{c} |{a}⟩⟨{b}|".strip() for c, a, b in parts).replace("+ -", "- ")
        latex = " + ".join(rf"{c} |{a}\rangle\langle {b}|".strip() for c, a, b in parts).replace("+ -", "- ")
        return Written(text, latex, False)
    return _as_matrix(matrix, digits)


def _ratio(matrix: ComplexArray, named: ComplexArray) -> complex | None:
    """``c`` if the matrix is exactly c times a named one."""
    place = np.unravel_index(int(np.argmax(np.abs(named))), named.shape)
    factor = complex(matrix[place] / named[place])
    return factor if factor and np.array_equal(factor * named, matrix) else None


def _factor(value: complex, digits: int) -> str:
    """A number in front of an operator: nothing for 1."""
    return "" if value == 1 else "-" if value == -1 else number_text(value, digits)


def number_text(value: complex, digits: int) -> str:
    """A number with so many digits, imaginary ones with i.

    Example:
        >>> from largespin.model.operator_names import number_text
        >>> number_text(0.5 - 1j, 4), number_text(1j, 4)
        ('(0.5-1i)', '1i')
    """
    if value.imag == 0:
        return f"{value.real:.{digits}g}"
    if value.real == 0:
        return f"{value.imag:.{digits}g}i"
    return f"({value.real:.{digits}g}{value.imag:+.{digits}g}i)"


def _as_matrix(matrix: ComplexArray, digits: int) -> Written:
    if len(matrix) > LARGEST_SHOWN:
        size = f"{len(matrix)} × {len(matrix)}"
        return Written(f"[{size} matrix]", rf"[\text{{{size} matrix}}]")
    rows = [[number_text(complex(entry), digits) for entry in row] for row in matrix]
    text = "[" + ", ".join("[" + ", ".join(row) + "]" for row in rows) + "]"
    return Written(text, r"\begin{pmatrix}" + r" \\ ".join(" & ".join(row) for row in rows) + r"\end{pmatrix}")


def jump_lines(jumps: "Sequence[Jump]", particles: "Particles") -> list[tuple[str, str]]:
    """Every local jump as a line of text and as the right-hand side in LaTeX; different jumps always look different."""
    lines: list[tuple[str, str]] = []
    for digits in DIGITS:
        lines = [_jump_line(jump, particles, digits) for jump in jumps]
        if all(_told_apart(jumps, [line[form] for line in lines]) for form in (0, 1)):
            return [(f"jump: {text}", latex) for text, latex in lines]
    return [(f"jump {n}: {text}", rf"{latex} \quad ({n})") for n, (text, latex) in enumerate(lines, start=1)]


def _told_apart(jumps: "Sequence[Jump]", lines: list[str]) -> bool:
    return len(set(lines)) == len(set(zip(lines, jumps, strict=True)))


def _jump_line(jump: "Jump", particles: "Particles", digits: int) -> tuple[str, str]:
    operator = written(jump.operator, particles.operators, particles.level_names, digits)
    name = f"{jump.name}: " if jump.name and jump.name != operator.text else ""
    symbol = operator.latex if operator.single else rf"\left({operator.latex}\right)"
    return (
        f"{name}{operator.text} × {amplitude_text(jump.amplitude)}",
        rf"{symbol}^{{(i)}}\, {sp.latex(jump.amplitude)}",
    )


def amplitude_text(amplitude: sp.Expr) -> str:
    """An amplitude in SymPy's notation, numbers without the zeros at their end."""
    return str(sp.sstr(amplitude, full_prec=False))


def particles_text(particles: "Particles") -> str:
    """Particles in one line.

    Example:
        >>> import largespin as ls
        >>> ls.Particles(3)
        Particles(3 levels; 1 block)
    """
    blocks, patterns = particles.number_of_blocks, len(particles.coefficients)
    parts = [f"{blocks} block" + ("s" if blocks > 1 else "")]
    if blocks > 1 and np.ptp(particles.weights) == 0:
        parts[0] = f"{blocks} equal blocks"
    elif blocks > 1:
        shown = ", ".join(f"{w:.4g}" for w in particles.weights[:MOST_WEIGHTS])
        parts[0] += f" of weights {shown}" + (", …" if blocks > MOST_WEIGHTS else "")
    if patterns:
        parts.append(f"{patterns} pattern" + ("s" if patterns > 1 else ""))
    own = [name for name in particles.operators if name not in named_operators(particles.levels, particles.level_names)]
    if own:
        parts.append(f"own operators: {', '.join(own)}")
    if type(particles).__name__ != "Spins":
        numbered = particles.level_names == tuple(str(level) for level in range(1, particles.levels + 1))
        names = "" if numbered else " " + ", ".join(particles.level_names)
        parts.insert(0, f"{particles.levels} levels{names}")
    return f"{type(particles).__name__}({'; '.join(parts)})"
