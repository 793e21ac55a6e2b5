r"""Mutual information of parties that own modes and classical variables.

With classical variables x and modes r the covariance is ``(V, C; Cᵀ, X)``. At given x the modes are in the state
``V_r|x = V − C X⁻¹ Cᵀ``, and the entropy is ``S(V_r|x) + ½ ln det X`` up to the unit of x. In the mutual information
the units cancel and what is left is

    I(A : B) = S(V_A|x_A) + S(V_B|x_B) − S(V_AB|x) − ½ Σ_j ln(1 − ρ_j²),

ρ being the canonical correlations of x_A and x_B: the singular values of ``X_A^{−1/2} X_AB X_B^{−1/2}``.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from largespin.errors import FloatArray, LargespinError, number_in
from largespin.gaussian.labels import (
    Modes,
    Party,
    items,
    quadratures,
    refuse_overlap,
    unknown_label,
    unpacked,
)
from largespin.gaussian.measures.entropy import mode_entropy
from largespin.gaussian.physicality import (
    TOLERANCE,
    UNCERTAINTY,
    cholesky,
    refuse,
    refuse_asymmetry,
    refuse_uncertainty,
    size,
)
from largespin.gaussian.symplectic import eigenvalues

if TYPE_CHECKING:
    import xarray as xr

RANK = 1e-12
"""Variance, relative to their own, below which classical variables are functions of each other."""


def mutual_information_with_classical(
    covariance: "xr.DataArray | xr.Dataset",
    first: Party,
    second: Party,
    *,
    vacuum: float = 0.5,
    tolerance: float = TOLERANCE,
) -> "xr.DataArray":
    """``I = S(A) + S(B) − S(AB)`` of parties that also own classical variables, such as a spin's fluctuation along m.

    The entropy of classical variables x and modes r is ``½ ln det X`` (constants cancel) plus the von Neumann entropy
    of the modes at given x, whose covariance is ``V − C X⁻¹ Cᵀ``. The units of x do not matter. Classical variables
    without variance are constants, which tell nothing.

    Args:
        covariance: labelled, with rows of kind ``classical``, as ``canonical_modes(…, classical="keep")`` makes it;
            without any such row the result is that of `mutual_information`.
        first: a party: labels of modes or classical rows, or mode numbers; a mode comes with the classical rows of its
            ``mode``.
        second: the other party, named in the same ways; parties must not share a row.
        vacuum: variance of a vacuum quadrature, if the covariance has no attribute ``vacuum``.
        tolerance: violation of the uncertainty relation at given x, relative to the largest entry of 2Σ (at least 1),
            that passes as rounding.

    Returns:
        On the axes of the grid, in nats; infinite where classical variables of both parties determine each other.

    Raises:
        LargespinError: a plain array, a matrix that is no covariance, or parties that do not exist or overlap.

    Source: Weedbrook and others, Rev. Mod. Phys. 84, 621 (2012), Sec. II, for the Gaussian parts.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1, gauge=False))
        >>> states = ls.stationary_states(model, temperature=0.6, field=0.2)
        >>> modes = ls.canonical_modes(ls.stationary_covariance(model, states.isel(state=0)), classical="keep")
        >>> round(float(ls.gaussian.mutual_information_with_classical(modes, "spin 0", "spin 1")), 4)
        0.0915
    """
    number_in("tolerance", tolerance, 0.0)
    modes = unpacked(covariance, vacuum, "qpqp")
    if modes.source is None:
        raise LargespinError("Argument `covariance` must be labelled to tell classical rows, but it is a plain array.")
    one, two = (_share(modes, name, value) for name, value in (("first", first), ("second", second)))
    names = [modes.mode_name(m) for m in one.modes if m in two.modes]
    refuse_overlap([*names, *(f"classical row {row}" for row in one.classical if row in two.classical)])
    state = _state(modes, one, two, tolerance)
    known = np.asarray(np.isfinite(state).all(axis=(-1, -2)))
    value = _information(np.where(known[..., None, None], state, np.eye(state.shape[-1])), one, two, tolerance)
    return modes.on_grid(np.where(known, value, np.nan), "mutual information with classical variables", "nat")


@dataclass(frozen=True)
class _Share:
    """What a party owns: modes, and rows of the labelled covariance."""

    modes: list[int]
    classical: list[int]


def _share(modes: Modes, name: str, value: Party) -> _Share:
    owned: list[int] = []
    rows: list[int] = []
    for item in items(name, value):
        labels = modes.labels
        if isinstance(item, str):
            mine = [int(row) for row in modes.classical if any(own[row] == item for own in modes.along.values())]
            if item not in labels and not mine:
                every = [own[row] for own in modes.along.values() for row in modes.classical]
                unknown_label(name, item, dict.fromkeys([*labels, *every]), plain=False)
            numbers = labels.get(item, [])
        else:
            numbers = modes.modes_of(name, item)
            own_names = modes.along.get("mode", [])
            mine = [int(r) for r in modes.classical if own_names and own_names[r] == own_names[modes.quantum[2 * item]]]
        owned += [mode for mode in numbers if mode not in owned]
        rows += [row for row in mine if row not in rows]
    return _Share(owned, rows)


def _state(modes: Modes, one: _Share, two: _Share, tolerance: float) -> FloatArray:
    """Symmetric covariance of modes (vacuum 1), then of classical variables, of variance 1 unless constant."""
    assert modes.source is not None
    quantum = modes.quantum[quadratures(one.modes + two.modes)]
    rows = np.array([*quantum, *one.classical, *two.classical], dtype=int)
    state = np.asarray(modes.source.values[..., rows[:, None], rows], dtype=float) / modes.vacuum
    if np.isinf(state).any():
        raise LargespinError("Argument `covariance` must not contain infinity, but it does.")
    refuse_asymmetry(state, tolerance)
    variances = np.diagonal(state, axis1=-2, axis2=-1)[..., len(quantum) :]
    negative = variances.min(axis=-1, initial=0.0)
    words = "have classical variances of at least zero"
    refuse(negative < -tolerance * size(state), words, "one is {:.3g}", negative)
    scale = np.ones(state.shape[:-1])
    scale[..., len(quantum) :] = 1.0 / np.sqrt(np.where(variances > 0.0, variances, 1.0))
    return np.asarray(0.5 * (state + np.swapaxes(state, -1, -2)) * scale[..., :, None] * scale[..., None, :])


def _information(state: FloatArray, one: _Share, two: _Share, tolerance: float) -> FloatArray:
    a, b = 2 * len(one.modes), 2 * len(two.modes)
    cut, x_a = a + b, a + b + len(one.classical)
    rows = np.arange(state.shape[-1])
    r_a, r_b, r_ab, c_a, c_b, c_ab = rows[:a], rows[a:cut], rows[:cut], rows[cut:x_a], rows[x_a:], rows[cut:]
    _check(state, cut, tolerance)
    total = np.zeros(state.shape[:-2])
    for sign, own, given in ((1.0, r_a, c_a), (1.0, r_b, c_b), (-1.0, r_ab, c_ab)):
        if own.size:
            total = total + sign * mode_entropy(eigenvalues(_given(state, own, given))).sum(axis=-1)
    if not c_a.size or not c_b.size:
        return total
    w_a, w_b = _whitener(_block(state, c_a, c_a)), _whitener(_block(state, c_b, c_b))
    rho = np.linalg.svd(w_a @ _block(state, c_a, c_b) @ np.swapaxes(w_b, -1, -2), compute_uv=False)
    with np.errstate(divide="ignore"):
        shared = -0.5 * np.log1p(-np.where(rho * rho > 1.0 - RANK, 1.0, rho * rho)).sum(axis=-1)
    return np.asarray(total + shared)


def _check(state: FloatArray, cut: int, tolerance: float) -> None:
    """Classical variables have a covariance, explain no more than there is, and leave a quantum state."""
    allowed = tolerance * size(state)
    smallest = np.linalg.eigvalsh(state)[..., 0]
    refuse(smallest < -allowed, "be positive definite", "the smallest eigenvalue is {:.3g}", smallest)
    if cut:
        rows = np.arange(state.shape[-1])
        left = _given(state, rows[:cut], rows[cut:])
        cholesky(left)
        refuse_uncertainty(left, allowed, f"{UNCERTAINTY} at given classical variables")


def _given(state: FloatArray, own: Any, given: Any) -> FloatArray:
    """Covariance of rows at given classical ones, ``V − C X⁻¹ Cᵀ``."""
    half = _block(state, own, given) @ np.swapaxes(_whitener(_block(state, given, given)), -1, -2)
    return _block(state, own, own) - half @ np.swapaxes(half, -1, -2)


def _whitener(x: FloatArray) -> FloatArray:
    """W with ``Wᵀ W = X⁻¹``, on the variables that are not functions of each other."""
    values, vectors = np.linalg.eigh(x)
    kept = values > RANK
    scale = np.where(kept, 1.0 / np.sqrt(np.where(kept, values, 1.0)), 0.0)
    return np.asarray(np.swapaxes(vectors * scale[..., None, :], -1, -2))


def _block(state: FloatArray, rows: Any, columns: Any) -> FloatArray:
    return state[..., rows[:, None], columns]
