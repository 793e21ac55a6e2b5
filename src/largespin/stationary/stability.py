"""Is a stationary state stable? Eigenvalues of the exact Jacobian where the state can actually move."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.errors import ComplexArray, FloatArray, LargespinError
from largespin.meanfield.conserved import ConservedQuantities, conserved_quantities
from largespin.meanfield.numeric import numeric_mean_field
from largespin.meanfield.points import call_values, points_from
from largespin.meanfield.results import labelled, provenance, state_variables
from largespin.model.model import Model
from largespin.model.operators import structure_constants
from largespin.model.start import StateLike
from largespin.outcomes import Ending, Outcome
from largespin.stationary.at_rest import at_rest, speeds
from largespin.stationary.judgement import ending_variables
from largespin.stationary.thresholds import NEUTRAL

DEPENDENT = 1e-8
"""Singular value, relative to the largest or 1, below which tangents count as dependent.

Tangents of the unitary orbit are as long as the gaps between the populations of ρ; rounding leaves gaps of 1e-16, and
of equal populations that a search has found up to 1e-9 no more than that."""


@dataclass(frozen=True)
class Verdict:
    """A named judgement of a stationary state.

    Attributes:
        name: ``stable``, ``centre``, ``marginal`` or ``unstable``.
        sentence: why, with the numbers.
    """

    name: str
    sentence: str


def moving_directions(model: Model, conserved: ConservedQuantities, u: FloatArray) -> FloatArray:
    """Orthonormal basis of the directions in which u can move, shape (n, r).

    Without local jumps each ρ_k moves on its unitary orbit, whose tangents are ``−i[v_a, ρ_k]``; of these
    tangents, linear conserved quantities leave those along which they do not change. Nothing conserved: all directions.
    """
    n = len(u)
    tangents = np.eye(n)
    if not model.has_local_jumps:
        tangents = _orbit_tangents(model, u)
    directions, sizes, _ = np.linalg.svd(tangents, full_matrices=False)
    directions = directions[:, sizes > DEPENDENT * max(1.0, float(sizes.max(initial=0.0)))]
    if len(conserved.linear):
        # Of the tangents, those along which the linear quantities do not change either.
        _, slopes, rows = np.linalg.svd(conserved.linear @ directions)
        directions = directions @ rows[int(np.sum(slopes > DEPENDENT)) :].T
    return directions


def _orbit_tangents(model: Model, u: FloatArray) -> FloatArray:
    particles = model.particles
    blocks, components = particles.number_of_blocks, particles.number_of_components
    tangents = np.eye(len(u))
    for k in range(blocks):
        own = slice(k * components, (k + 1) * components)
        tangents[own, own] = np.einsum("abc,c->ab", structure_constants(particles.levels), u[own])
    return tangents


def stability_eigenvalues(model: Model, u: FloatArray, parameters: FloatArray) -> ComplexArray:
    """Eigenvalues of the Jacobian on the moving directions, by falling real part, NaN for conserved ones, shape (…, n).

    Args:
        model: the model.
        u: stationary states, shape (…, n).
        parameters: shape (…, number of parameters).
    """
    jacobians = numeric_mean_field(model).jacobian(u, parameters)
    conserved = conserved_quantities(model)
    if len(conserved) == 0:
        values = np.linalg.eigvals(jacobians).astype(np.complex128)
    else:
        values = np.full(u.shape, complex(np.nan, np.nan))
        for index in np.ndindex(u.shape[:-1]):
            basis = moving_directions(model, conserved, u[index])
            values[(*index, slice(basis.shape[1]))] = np.linalg.eigvals(basis.T @ jacobians[index] @ basis)
    order = np.argsort(np.where(np.isnan(values.real), np.inf, -values.real), axis=-1, kind="stable")
    return np.take_along_axis(values, order, axis=-1)


def verdict(eigenvalues: ComplexArray, conserved: int = 0) -> Verdict:
    """Judge one state by its eigenvalues (NaN entries belong to conserved directions)."""
    values = eigenvalues[~np.isnan(eigenvalues.real)]
    left_out = f"; {conserved} conserved direction(s) left out" if conserved else ""
    if values.size == 0:
        return Verdict("marginal", f"Nothing can move: every direction is conserved{left_out}.")
    scale = max(1.0, float(np.abs(values).max()))
    growth = float(values.real.max())
    if growth > NEUTRAL * scale:
        growing = int(np.sum(values.real > NEUTRAL * scale))
        return Verdict("unstable", f"Unstable: {growing} growing direction(s), fastest at rate {growth:.4g}{left_out}.")
    if growth < -NEUTRAL * scale:
        return Verdict("stable", f"Stable: disturbances decay at least at rate {-growth:.4g}{left_out}.")
    neutral = values[values.real > -NEUTRAL * scale]
    turning = neutral[np.abs(neutral.imag) > NEUTRAL * scale]
    if turning.size:
        slowest = float(np.abs(turning.imag).min())
        return Verdict(
            "centre",
            f"Centre: {turning.size // 2} undamped oscillation(s), slowest frequency {slowest:.4g}; nothing grows{left_out}.",
        )
    return Verdict(
        "marginal", f"Marginal: {neutral.size} direction(s) neither grow nor decay to first order{left_out}."
    )


def stability(
    model: Model,
    start: StateLike,
    *,
    parameters: Mapping[str, Any] | None = None,
    **values: Any,
) -> xr.Dataset:
    r"""Linear stability of given stationary states: eigenvalues of ``J = ∂F/∂u``.

    Args:
        model: the model.
        start: the stationary state or states, checked, because eigenvalues elsewhere mean nothing: a `State`, Bloch
            vectors (…, K, d²−1), density matrices or kets, objects of QuTiP, or a row or an axis of states of a result,
            which brings its modes and its parameters.
        parameters: parameter values as a mapping.
        **values: parameter values by name; arrays become axes.

    Returns:
        Dataset with ``eigenvalue_real`` and ``eigenvalue_imag`` (…, index) by falling real part (NaN for conserved
        directions), ``growth_rate``, ``residual``, ``verdict`` (``stable``, ``centre``, ``marginal``, ``unstable``),
        ``outcome`` (``finished``, ``not stationary``, ``no state``), ``sentence``, ``usable``, and the state variables
        of `evolve`.

    Raises:
        LargespinError: no state is stationary (``|F| > 1e-6``), or the model depends on time.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> result = ls.stability(model, [0.0, 0.0, 0.0], temperature=2.0, field=0.1)
        >>> result.sentence.item()
        'Stable: disturbances decay at least at rate 0.5.'
    """
    chosen = call_values(stability, model, parameters, values)
    refuse_time(model)
    where = points_from(model, start, chosen)
    residual = speeds(numeric_mean_field(model), where)
    resting, said = at_rest(residual, "")
    eigenvalues = np.full(where.starts.shape, complex(np.nan, np.nan))
    eigenvalues[resting] = stability_eigenvalues(model, where.starts[resting], where.parameters[resting])
    variables = state_variables(model, where.starts.reshape(*where.shape, -1), where.dims)
    judged = stability_variables(model, eigenvalues.reshape(*where.shape, -1), where.dims, resting.reshape(where.shape))
    sentences = judged.pop("sentence").values.ravel()
    endings = [said.get(i, Ending(Outcome.FINISHED, sentence)) for i, sentence in enumerate(sentences)]
    variables |= judged | ending_variables(endings, where.shape, where.dims)
    variables["residual"] = xr.DataArray(residual.reshape(where.shape), dims=where.dims)
    return labelled(variables, model, where).assign_attrs(provenance(model, fixed=where.fixed))


def stability_variables(
    model: Model, eigenvalues: ComplexArray, dims: tuple[str, ...], known: npt.NDArray[np.bool_] | None = None
) -> dict[str, xr.DataArray]:
    """Eigenvalues, growth rate, verdict and sentence as labelled arrays; empty words where no state is known.

    Args:
        model: the model.
        eigenvalues: shape (…, n), NaN for conserved directions.
        dims: names of the leading axes.
        known: where there is a state, shape (…,); everywhere if not given.
    """
    shape = eigenvalues.shape[:-1]
    names, sentences = np.full(shape, "", dtype=object), np.full(shape, "", dtype=object)
    for index in np.ndindex(shape):
        if known is None or known[index]:
            left_out = int(np.isnan(eigenvalues[index].real).sum())
            judged = verdict(eigenvalues[index], left_out)
            names[index], sentences[index] = judged.name, judged.sentence
    return {
        "eigenvalue_real": xr.DataArray(eigenvalues.real, dims=(*dims, "index")),
        "eigenvalue_imag": xr.DataArray(eigenvalues.imag, dims=(*dims, "index")),
        "growth_rate": xr.DataArray(eigenvalues.real[..., 0], dims=dims),
        "verdict": xr.DataArray(names, dims=dims),
        "sentence": xr.DataArray(sentences, dims=dims),
    }


def refuse_time(model: Model) -> None:
    """Stationary states need equations without explicit time."""
    if not numeric_mean_field(model).equations.is_autonomous:
        raise LargespinError(
            "The model depends on time explicitly, so it has no stationary states; follow it with `evolve`."
        )
