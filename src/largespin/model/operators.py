r"""Which matrices describe one particle: bases, named operators and the action of one jump.

A particle has ``d`` levels. Its Hermitian basis is ``v_0 = 1, v_1 … v_{d²-1}`` with
``tr(v_a v_b) = d δ_ab`` and ``[v_a, v_b] = i Σ_c f_abc v_c``. For ``d = 2`` these are the Pauli matrices,
for ``d > 2`` the generalised Gell-Mann matrices times ``√(d/2)``. Level 0 is the excited state of spin ½.
"""

from functools import lru_cache
from itertools import combinations
from typing import Any, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from largespin.errors import ComplexArray, FloatArray, LargespinError, read_only, whole_number


@runtime_checkable
class HasFull(Protocol):
    """A quantum object of QuTiP, or anything else that gives its matrix by ``full()``."""

    def full(self) -> npt.NDArray[Any]:
        """The matrix as a NumPy array."""
        ...


OperatorLike = npt.ArrayLike | HasFull
"""A matrix of numbers: a NumPy array, nested lists, or an operator of QuTiP."""


@lru_cache(maxsize=32)
def hermitian_basis(levels: int) -> ComplexArray:
    """Basis ``v_0 = 1, v_1 …`` with ``tr(v_a v_b) = d δ_ab``.

    Args:
        levels: number of levels ``d``, at least 2.

    Returns:
        Read-only array of shape (d², d, d); for ``d = 2`` the order is 1, x, y, z.

    Example:
        >>> from largespin.model.operators import hermitian_basis
        >>> hermitian_basis(2)[3].real
        array([[ 1.,  0.],
               [ 0., -1.]])
    """
    whole_number("levels", levels, 2)
    symmetric, antisymmetric, diagonal = [], [], []
    for i, j in combinations(range(levels), 2):
        one = np.zeros((levels, levels), dtype=np.complex128)
        one[i, j] = 1.0
        symmetric.append(one + one.T)
        antisymmetric.append(-1j * (one - one.T))
    for rank in range(1, levels):
        entries = np.zeros(levels)
        entries[:rank], entries[rank] = 1.0, -rank
        diagonal.append(np.diag(entries * np.sqrt(2.0 / (rank * (rank + 1)))).astype(np.complex128))
    traceless = np.sqrt(levels / 2.0) * np.array(symmetric + antisymmetric + diagonal)
    basis = np.concatenate([np.eye(levels, dtype=np.complex128)[None], traceless])
    basis.setflags(write=False)
    return basis


@lru_cache(maxsize=32)
def component_names(levels: int, level_names: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Names of ``v_1 … v_{d²-1}``: x, y, z for spin ½, otherwise s12 (symmetric), a12, … and d1 (diagonal).

    Args:
        levels: d.
        level_names: what the levels are called; 1 … d if not given.

    Example:
        >>> from largespin.model.operators import component_names
        >>> component_names(3)
        ('s12', 's13', 's23', 'a12', 'a13', 'a23', 'd1', 'd2')
        >>> component_names(3, ("g", "e", "r"))[:3]
        ('sge', 'sgr', 'ser')
    """
    if levels == 2:
        return ("x", "y", "z")
    names, joint = _levels_in_names(levels, level_names)
    pairs = [f"{joint}{one}{joint}{other}" for one, other in combinations(names, 2)]
    return (
        *(f"s{pair}" for pair in pairs),
        *(f"a{pair}" for pair in pairs),
        *(f"d{rank}" for rank in range(1, levels)),
    )


def _levels_in_names(levels: int, level_names: tuple[str, ...]) -> tuple[tuple[str, ...], str]:
    """The names of the levels, and what stands before each of them in names of operators."""
    numbers = tuple(str(level) for level in range(1, levels + 1))
    names = level_names or numbers
    # Names of several letters would run into each other: "s" + "ab" + "c" or "s" + "a" + "bc".
    return names, "" if names == numbers or all(len(name) == 1 for name in names) else "_"


@lru_cache(maxsize=32)
def structure_constants(levels: int) -> FloatArray:
    """``f_abc = tr([v_a, v_b] v_c) / (i d)`` for a, b, c = 1 … d²-1 (``2 ε_abc`` for spin ½).

    Example:
        >>> from largespin.model.operators import structure_constants
        >>> float(structure_constants(2)[0, 1, 2])
        2.0
    """
    basis = hermitian_basis(levels)[1:]
    products = np.einsum("aij,bjk->abik", basis, basis)
    commutators = products - products.swapaxes(0, 1)
    constants = np.einsum("abij,cji->abc", commutators, basis) / (1j * levels)
    result = np.ascontiguousarray(constants.real)
    result[np.abs(result) < 1e-14] = 0.0
    result.setflags(write=False)
    return result


def expansion(operator: npt.ArrayLike) -> ComplexArray:
    """Coefficients ``A_a = tr(A v_a)/d`` of ``A = A_0 + Σ_a A_a v_a``, shape (…, d²).

    Example:
        >>> from largespin.model.operators import expansion
        >>> expansion([[0, 1], [0, 0]]).round(1) + 0.0  # raising = (x + i y)/2
        array([0. +0.j , 0.5+0.j , 0. +0.5j, 0. +0.j ])
    """
    matrix = np.asarray(operator, dtype=np.complex128)
    levels = matrix.shape[-1]
    return np.einsum("...ij,aji->...a", matrix, hermitian_basis(levels)) / levels


def dissipator_matrix(jump: npt.ArrayLike) -> FloatArray:
    """Real matrix of ``D_j[v_a] = ½([j†, v_a] j + j† [v_a, j]) = M_a0 + Σ_b M_ab v_b``.

    Args:
        jump: the single-particle jump operator ``j``, shape (d, d).

    Returns:
        Array of shape (d²-1, d²); column 0 belongs to the identity. Source: FMLC23 Lemma 3.

    Example:
        >>> from largespin.model.operators import dissipator_matrix
        >>> dissipator_matrix([[0, 1], [0, 0]])  # raising: z relaxes to +1 at rate 1, x and y at rate ½
        array([[ 0. , -0.5,  0. ,  0. ],
               [ 0. ,  0. , -0.5,  0. ],
               [ 1. ,  0. ,  0. , -1. ]])
    """
    j = np.asarray(jump, dtype=np.complex128)
    dagger = j.conj().T
    x = hermitian_basis(j.shape[0])[1:]
    image = dagger @ x @ j - 0.5 * (dagger @ j @ x + x @ dagger @ j)
    result = expansion(image).real
    result[np.abs(result) < 1e-14 * np.abs(result).max()] = 0.0
    return result + 0.0


@lru_cache(maxsize=32)
def named_operators(levels: int, level_names: tuple[str, ...] = ()) -> dict[str, ComplexArray]:
    """Operators that carry a name: basis elements; raising, lowering, up and down of spin ½; populations p1 … of d levels."""
    basis = hermitian_basis(levels)
    operators = {"identity": basis[0], **dict(zip(component_names(levels, level_names), basis[1:], strict=True))}
    if levels == 2:
        operators |= {
            "raising": transition(2, 0, 1),
            "lowering": transition(2, 1, 0),
            "up": transition(2, 0, 0),
            "down": transition(2, 1, 1),
        }
    else:
        names, joint = _levels_in_names(levels, level_names)
        operators |= {f"p{joint}{name}": transition(levels, i, i) for i, name in enumerate(names)}
    return {name: read_only(operator) for name, operator in operators.items()}


def transition(levels: int, to: int, source: int) -> ComplexArray:
    """The operator ``|to⟩⟨source|`` in the library's own arrays, whose levels count from 0 (`largespin.transition`: from 1).

    Example:
        >>> from largespin.model.operators import transition
        >>> transition(3, 0, 2).real
        array([[0., 0., 1.],
               [0., 0., 0.],
               [0., 0., 0.]])
    """
    whole_number("to", to, 0, levels - 1)
    whole_number("source", source, 0, levels - 1)
    operator = np.zeros((levels, levels), dtype=np.complex128)
    operator[to, source] = 1.0
    return operator


def as_matrix(name: str, value: OperatorLike, levels: int | None = None) -> ComplexArray:
    """The matrix of an operator, square, finite and read-only, or one sentence that says what is wrong.

    Args:
        name: what the argument is called in messages.
        value: a matrix of numbers in any form: NumPy, nested lists, SymPy, SciPy's sparse arrays, QuTiP's `Qobj`.
        levels: d, if it is known.

    Raises:
        LargespinError: kets and bras, names, other shapes, NaN.

    Example:
        >>> from largespin.model.operators import as_matrix
        >>> as_matrix("operator", [[0, 1], [0, 0]]).real
        array([[0., 1.],
               [0., 0.]])
    """
    if isinstance(value, str):
        raise LargespinError(
            f"Argument `{name}` must be a matrix, but it is the name {value!r}; `particles.operator({value!r})` is its matrix."
        )
    for method in ("full", "toarray"):
        if callable(dense := getattr(value, method, None)) and not isinstance(value, type):
            value = dense()
            break
    try:
        matrix = np.array(value, dtype=np.complex128)
    except (TypeError, ValueError) as error:
        shown = f"a {type(value).__name__}" if len(repr(value)) > 60 or "\n" in repr(value) else repr(value)
        raise LargespinError(f"Argument `{name}` must be a matrix of numbers, but {shown} is not.") from error
    if matrix.ndim == 1 or (matrix.ndim == 2 and 1 in matrix.shape and matrix.size > 1):
        raise LargespinError(
            f"Argument `{name}` must be a matrix, but it is a state vector of shape {matrix.shape}; the projector on it is "
            "`np.outer(v, v.conj())`, or `ket.proj()` in QuTiP."
        )
    size = matrix.shape[-1] if levels is None and matrix.ndim == 2 else levels
    if matrix.shape != (size, size):
        square = "a square" if levels is None else f"a {levels} × {levels}"
        reason = "" if levels is None else f" because the particles have {levels} levels"
        raise LargespinError(f"Argument `{name}` must be {square} matrix{reason}, but its shape is {matrix.shape}.")
    if not np.all(np.isfinite(matrix)):
        raise LargespinError(f"Argument `{name}` must be finite, but it contains NaN or infinity.")
    return np.asarray(read_only(matrix))


def is_hermitian(matrix: ComplexArray) -> bool:
    """Whether ``A = A†`` to rounding."""
    return bool(np.abs(matrix - matrix.conj().T).max() <= 1e-13 * max(float(np.abs(matrix).max()), 1e-300))
