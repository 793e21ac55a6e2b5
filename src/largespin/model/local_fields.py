"""Quantities that differ from block to block: local fields of averages, and given numbers."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from largespin.errors import FloatArray, LargespinError, finite_array, shown
from largespin.model.symbols import Average, BlockForm, LocalField


def checked_averages(averages: Any, count: int) -> tuple[Average, ...]:
    """The averages from which a local field is made, one per pattern."""
    known = isinstance(averages, Sequence) and all(isinstance(s, Average) for s in averages)
    if not known or len(averages) != count:
        raise LargespinError(
            f"Argument `averages` must be one average per pattern ({count}), but it is {shown(averages)}."
        )
    return tuple(averages)


def local_field(
    coefficients: FloatArray,
    averages: tuple[Average, ...],
    matrix: npt.ArrayLike | None,
    matrix_name: str,
    symbol: str,
) -> LocalField:
    """``Δ_k = Σ_μν e_{μ,k} A_μν s_ν``, the identity for A where no `matrix` is given."""
    count, blocks = len(averages), coefficients.shape[1]
    if matrix is None:
        mixing = np.eye(count)
        definition = _mixed(averages, "", "mu")
    else:
        mixing = finite_array("matrix", matrix, dimensions=2)
        if mixing.shape != (count, count):
            raise LargespinError(
                f"Argument `matrix` must have shape {(count, count)}, but its shape is {mixing.shape}."
            )
        definition = _mixed(averages, f"{matrix_name}_", "nu")
    return LocalField(symbol, BlockForm(averages, coefficients.T @ mixing, np.zeros(blocks), definition))


def per_block(values: npt.ArrayLike, blocks: int, symbol: str) -> LocalField:
    """Given numbers ``c_k``, one per block."""
    constants = finite_array("values", values, dimensions=1)
    if constants.size != blocks:
        raise LargespinError(
            f"Argument `values` must have one entry per block ({blocks}), but it has {constants.size}."
        )
    return LocalField(symbol, BlockForm((), np.zeros((blocks, 0)), constants, f"{symbol}_{{k}} given"))


def _mixed(averages: Sequence[Average], matrix: str, letter: str) -> str:
    """How ``Δ_k = Σ_μν e_{μ,k} A_μν s_ν`` is written: with Σ for a family, term by term otherwise."""
    families = {s.family.name if s.family else None for s in averages}
    name = families.pop() if len(families) == 1 else None
    if name is not None:
        return (
            f"Σ_mu e_{{mu,k}} {name}_mu"
            if not matrix
            else f"Σ_mu,{letter} e_{{mu,k}} {matrix}{{mu,{letter}}} {name}_{letter}"
        )
    if not matrix:
        return " + ".join(f"e_{{{i},k}} {s.name}" for i, s in enumerate(averages, start=1))
    return " + ".join(f"Σ_mu e_{{mu,k}} {matrix}{{mu,{i}}} {s.name}" for i, s in enumerate(averages, start=1))
