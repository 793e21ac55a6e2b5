r"""The constants of FMLC23's proof that mean field is exact for local jumps ``j Γ(Δ)``.

Everything is written for the paper's basis, ``tr(v_α v_β) = δ_αβ``, which is the library's divided by √d, and for K
blocks of ``w_k N`` particles; one block gives the paper's constants. An operator x of one particle in block k meets the
rates of block l through ``‖[Γ_l, x]‖ ≤ (2/(w_k N)) first_lk ‖x‖`` (Lemma 1).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import sympy as sp

from largespin.bounds.majorants import ExponentialPolynomial, X, evaluated, exponential_polynomial, majorant
from largespin.bounds.rigorous_dicke import NOTHING, polynomial
from largespin.errors import FloatArray, LargespinError
from largespin.meanfield.derive import MeanField, mean_field
from largespin.model.checks import linear_field
from largespin.model.jumps import Jump
from largespin.model.model import Model
from largespin.model.operators import dissipator_matrix, hermitian_basis, structure_constants
from largespin.model.symbols import TIME, Average, LocalField, Parameter, resolve

Numbers = Mapping[sp.Symbol, float]


@dataclass(frozen=True, eq=False)
class RateConstants:
    """What the proof needs to know about one jump ``j Γ_l(Δ_l)`` in every block l.

    Attributes:
        norm: ``‖j‖``.
        dissipation: ``max |M_α^β|``.
        size: ``‖Γ_l‖ ≤ γ``, shape (K,).
        drift: ``γ² + 2δγγ'``: how much the mean-field terms may grow, shape (K,).
        first: Lemma 1, entry (l, k) as in this module's head; ``δ_lk γ'``, shape (K, K).
        second: ``2γ δ_ll δ_lk γ''`` of (A.8) and (A.10), shape (K, K).
        named: constants under the paper's symbols.
    """

    norm: float
    dissipation: float
    size: FloatArray
    drift: FloatArray
    first: FloatArray
    second: FloatArray
    named: dict[str, float]

    def local_remainder(self, weights: FloatArray) -> FloatArray:
        """``C_v`` of Lemma 2 for averages of each block, shape (K,)."""
        own = np.diag(self.first)
        inner = 3.0 * self.size * own + (self.first * own[:, None] + self.second).sum(axis=0)
        outer = (weights[:, None] * self.first**2).sum(axis=0)
        return np.asarray(2.0 * self.norm**2 * (inner / weights + outer / weights**2))

    def product_remainder(self, weights: FloatArray, commutator: float) -> FloatArray:
        """The share of ``C_P``, Eq. 32, in averages of each block; `commutator` is ``d² a_max``. Shape (K,)."""
        brackets = 2.0 * self.first + commutator * np.diag(self.size)
        return np.asarray(self.norm**2 * (weights[:, None] * brackets**2).sum(axis=0) / weights**2)


def rate_constants(model: Model, numbers: Numbers) -> dict[str, float]:
    """Every constant of FMLC23's Theorem 1 under its symbol there, for K blocks.

    Raises:
        LargespinError: an assumption fails, or a constant overflows.
    """
    _check_frame(model)
    d, blocks = model.particles.levels, model.particles.number_of_blocks
    weights = model.particles.weights
    drifts = _hamiltonian_constants(model, numbers)
    acting = [j for j in model.jumps if np.any(j.operator) and not resolve(j.amplitude).subs(numbers).is_zero]
    with np.errstate(over="ignore", invalid="ignore"):
        rates = [_jump_constants(model, jump, numbers) for jump in acting]
        a_max = float(np.abs(structure_constants(d)).max() / np.sqrt(d))
        largest = max((float(rate.drift.max()) for rate in rates), default=0.0)
        m = max((rate.dissipation for rate in rates), default=0.0)
        c_v = max((float(rate.local_remainder(weights).max()) for rate in rates), default=0.0)
        c_p = float(sum((rate.product_remainder(weights, d**2 * a_max) for rate in rates), np.zeros(blocks)).max())
        q = float(len(rates))
        c_l = d**8 * drifts["h_max"] * a_max**2 + q * c_v
        c_0 = 2.0 * (d**2 * drifts["A"] + 2.0 * blocks * d**4 * drifts["B"] + q * d**2 * m * largest)
        constants = {**drifts, "M": m, "q": q, "K": float(blocks), "d": float(d), "a_max": a_max}
        for name, value in (item for rate in rates for item in rate.named.items()):
            constants[name] = max(constants.get(name, 0.0), value)
        constants |= {"C_P": c_p, "C_v": c_v, "C_L": c_l, "C_0": c_0}
        constants |= {"C_1": blocks * d**2 * c_0, "C_2": blocks * d**2 * (c_p + 4.0 * c_l)}
    return constants


def _refuse(reason: str) -> LargespinError:
    return LargespinError(f"Argument `model` must be in the class of FMLC23 for its bound, but {reason}.")


def _check_frame(model: Model) -> None:
    if model.modes:
        raise _refuse("it has bosonic modes")
    if any(jump.amplitude != 0 for jump in model.collective_jumps):
        raise _refuse("it has collective jumps")
    if any(TIME in resolve(e).free_symbols for e in (model.energy, *(jump.amplitude for jump in model.jumps))):
        raise _refuse("it depends on time explicitly")


def _hamiltonian_constants(model: Model, numbers: Numbers) -> dict[str, float]:
    """``A``, ``B`` and ``h_max`` (here divided by ``w_k²``) of ``H = N(Σ ε m + Σ h m m)``. Source: FMLC23 Lemma 3."""
    equations = mean_field(model)
    linear, quadratic = np.zeros(len(equations.averages)), np.zeros((len(equations.averages),) * 2)
    places = {s: p for p, s in enumerate(equations.averages)}
    for symbols, coefficient in polynomial(model.energy, numbers, list(equations.averages), "energy"):
        indices = [places[s] for s in symbols]
        if len(indices) > 2:
            raise _refuse("its energy is more than quadratic in averages")
        if len(indices) == 1:
            linear[indices[0]] += coefficient.real
        elif indices:
            quadratic[tuple(indices)] += coefficient.real / 2.0
            quadratic[tuple(reversed(indices))] += coefficient.real / 2.0
    d, weights = model.particles.levels, model.particles.weights
    shape = (len(weights), d**2 - 1)
    f = structure_constants(d)
    # The identity parts of the averages turn products into single-particle terms.
    epsilon = (equations.forms.T @ (linear + 2.0 * quadratic @ equations.offsets)).reshape(shape)
    h = (equations.forms.T @ quadratic @ equations.forms).reshape(*shape, *shape)
    a = np.abs(np.einsum("bac,kb->kac", f, epsilon)).max(axis=(1, 2)) / weights
    # Σ_b f_bac h_kblx has K² d⁶ entries: one block l at a time.
    b = np.zeros(len(weights))
    for other in range(len(weights)) if quadratic.any() else ():
        b = np.maximum(b, np.abs(np.einsum("bac,kbx->kacx", f, h[:, :, other])).max(axis=(1, 2, 3)))
    own = d * np.abs(np.einsum("kbkx->kbx", h)).max(axis=(1, 2))
    maxima = a.max(), (2.0 * np.sqrt(d) * b / weights).max(), (own / weights**2).max()
    return dict(zip(("A", "B", "h_max"), map(float, maxima), strict=True))


def _jump_constants(model: Model, jump: Jump, numbers: Numbers) -> RateConstants:
    """The constants of one jump from its function Γ and the coefficients r of its Δ in every block."""
    blocks, levels = model.particles.number_of_blocks, model.particles.levels
    amplitude = resolve(jump.amplitude)
    linear = linear_field("amplitude", amplitude)
    uniform = [s for s in amplitude.free_symbols if isinstance(s, LocalField) and not s.data.averages]
    fields = sorted((s for s in linear.free_symbols if not isinstance(s, Parameter) and s not in uniform), key=str)
    # Γ as a function of x = Σ ratio · field: the first field carries x (see `linear_field`), the others vanish.
    function = amplitude.subs({**dict.fromkeys(fields, 0), fields[0]: X}) if fields else amplitude
    entire = exponential_polynomial(function)
    inverse = None if entire else exponential_polynomial(function**-2)
    size, drift = np.zeros(blocks), np.zeros(blocks)
    first, second = np.zeros((blocks, blocks)), np.zeros((blocks, blocks))
    named: dict[str, float] = {}
    for block in range(blocks):
        known = {**numbers, **{s: float(s.data.constants[block]) for s in uniform}}
        ratios = [float(sp.diff(linear, field).subs(known)) for field in fields]
        shift, slopes = _form(mean_field(model), fields, ratios, block)
        reach = np.sqrt(levels) * np.abs(slopes).sum()
        if entire is not None:
            found = _entire(evaluated(entire, known), shift, slopes, float(reach), block)
        else:
            found = _glauber(jump, inverse, known, shift, slopes)
        if not all(np.all(np.isfinite(value)) for value in found[:4]):
            raise LargespinError("Argument `values` must give constants below 1e308, but the rates are too steep.")
        size[block], drift[block], first[block], second[block] = found[:4]
        for name, value in {"delta": float(reach), "gamma": float(size[block]), **found[4]}.items():
            named[name] = max(named.get(name, 0.0), value)
    norm, largest = float(np.linalg.norm(jump.operator, 2)), float(np.abs(dissipator_matrix(jump.operator)).max())
    return RateConstants(norm, largest, size, drift, first, second, named)


def _form(equations: MeanField, fields: list[sp.Symbol], ratios: list[float], block: int) -> tuple[float, FloatArray]:
    """``x = shift + Σ_{l,a} slopes_la m_la`` in the library's basis, for the rates of one block."""
    weights_of_averages, shift = np.zeros(len(equations.averages)), 0.0
    for field, ratio in zip(fields, ratios, strict=True):
        if isinstance(field, Average):
            weights_of_averages[equations.averages.index(field)] += ratio
        else:
            weights_of_averages += ratio * equations.field_matrix(field)[block]
            shift += ratio * float(field.data.constants[block])
    shift += float(weights_of_averages @ equations.offsets)
    return shift, (weights_of_averages @ equations.forms).reshape(equations.model.particles.number_of_blocks, -1)


# size, drift, first and second of one block, and named constants
Found = tuple[float, float, FloatArray, FloatArray, dict[str, float]]


def _entire(terms: ExponentialPolynomial, shift: float, slopes: FloatArray, reach: float, block: int) -> Found:
    """Constants of Assumption 1 and Lemmas 1, 2 and 5."""
    gamma, one, two = majorant(terms, shift, reach)
    shares = np.abs(slopes).sum(axis=1)
    shares = shares / shares.sum() if reach > 0.0 else shares
    named = {"gamma'": one / reach, "gamma''": two / reach**2} if reach > 0.0 else {"gamma'": 0.0, "gamma''": 0.0}
    second = 2.0 * gamma * two * shares[block] * shares
    return gamma, gamma * (gamma + 2.0 * one), one * shares, second, named


def _glauber(
    jump: Jump,
    inverse: dict[tuple[int, sp.Expr], sp.Expr] | None,
    known: Numbers,
    shift: float,
    slopes: FloatArray,
) -> Found:
    """Constants of section 5 for ``Γ² = 1/(a + b e^{−λx})``, with ``a, b > 0``.

    ``|dΓ/dx| ≤ |λ|/(3√(3a))`` replaces Lemma 1 (whose C_σ the paper does not write out) and
    ``sinh(|λ|ξ)/(4ξ a)``, ξ = ‖x − shift‖, the constant of Lemma 5, Eq. 78 with ``‖R‖ = 1/2``.
    """
    terms = evaluated(inverse, known) if inverse else {}
    constant, rest = terms.pop((0, 0j), 0j), list(terms.items())
    if len(rest) != 1 or rest[0][0][0] != 0 or min(constant.real, rest[0][1].real) <= 0.0 or rest[0][0][1].imag != 0.0:
        raise _refuse(
            f"no constants are known for the amplitude {jump.amplitude}: it must be made of exponentials and "
            "polynomials, or be a Glauber rate"
        )
    _check_classical(jump, slopes)
    a, steepness = constant.real, abs(rest[0][0][1].real)
    along = np.abs(slopes[:, -1])
    xi = float(along.sum())
    # Γ² grows or falls monotonically, so its largest value is at an end of the range.
    ends = [a + rest[0][1].real * np.exp(rest[0][0][1].real * (shift + x)) for x in (-xi, xi)]
    size = float(1.0 / np.sqrt(min(ends)))
    ratio = np.sinh(steepness * xi) / (4.0 * xi * a) if xi > 0.0 else steepness / (4.0 * a)
    first = steepness / (3.0 * np.sqrt(3.0 * a)) * along
    drift = size**2 + float(np.sqrt(2.0) * xi * ratio)
    named = {"C_sigma": 2.0 * float(first.max()), "R": 0.5}
    return size, drift, first, np.zeros(len(along)), named


def _check_classical(jump: Jump, slopes: FloatArray) -> None:
    """Section 5 needs spins ½, Δ of σ_z alone, and ``j†j`` that commutes with it."""
    number = jump.operator.conj().T @ jump.operator
    matrices = np.einsum("ka,aij->kij", slopes, hermitian_basis(len(jump.operator))[1:])
    off = ~np.eye(len(jump.operator), dtype=bool)
    if len(jump.operator) != 2 or max(np.abs(x).max() for x in (matrices[:, off], number[off])) > NOTHING:
        raise _refuse(
            f"the Glauber amplitude {jump.amplitude} needs spins ½, a field of σ_z alone and jumps with diagonal j†j"
        )
