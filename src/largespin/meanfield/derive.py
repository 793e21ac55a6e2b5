r"""From a model to its mean-field equations: a few scalar expressions and small numeric matrices.

With ``φ_p = ∂h/∂s_p − Im Σ_ℓ ℓ* ∂ℓ/∂s_p`` for every average ``s_p = Σ_k w_k e_pk ⟨A_p⟩_k``:

    B_{k,b}  = Σ_p e_pk A_pb φ_p
    ṁ_{k,a}  = Σ_bc f_abc B_{k,b} m_{k,c} + Σ_b D_ab(Δ_k) m_{k,b} + D_a0(Δ_k),   D = Σ_jumps Γ²(Δ_k) M^j
    q̇ =  ∂h/∂p − Im Σ_ℓ ℓ* ∂ℓ/∂p,   ṗ = −∂h/∂q + Im Σ_ℓ ℓ* ∂ℓ/∂q

Nothing here depends on the number of blocks: the linear forms carry it. Sources: CL21 Eq. 7, FMLC23 Lemma 3.
"""

from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
import sympy as sp

from largespin.errors import FloatArray
from largespin.model.model import Model
from largespin.model.operators import dissipator_matrix, expansion
from largespin.model.rates import roots_of_rates
from largespin.model.symbols import TIME, Average, LocalField, Parameter, Quadrature, resolve


@dataclass(frozen=True, eq=False)
class DriftTerm:
    """One entry of the local drift: ``ṁ_a += factor · rate · (m_b, or 1 if b = 0)``.

    Attributes:
        component: a, counted from 0.
        source: b counted from 1, or 0 for the constant term.
        factor: the number in front.
        rate: index into `MeanField.rates`.
    """

    component: int
    source: int
    factor: float
    rate: int


@dataclass(frozen=True, eq=False)
class MeanField:
    """The mean-field equations of a model in the factored form of this module's head.

    Attributes:
        model: the model.
        averages: ``s_p`` in the order of all arrays with an axis P.
        local_fields: block-dependent symbols in the jump amplitudes.
        forces: ``φ_p``, one expression per average (0 where the average acts through rates only).
        mode_rates: ``(q̇_μ, ṗ_μ)`` as expressions.
        rates: distinct combinations of the ``Γ²``, simplified.
        drift: the entries of D in terms of `rates`.
    """

    model: Model
    averages: tuple[Average, ...]
    local_fields: tuple[LocalField, ...]
    forces: tuple[sp.Expr, ...]
    mode_rates: tuple[tuple[sp.Expr, sp.Expr], ...]
    rates: tuple[sp.Expr, ...]
    drift: tuple[DriftTerm, ...]

    @cached_property
    def coefficients(self) -> FloatArray:
        """``e_pk``, shape (P, K)."""
        blocks = self.model.particles.number_of_blocks
        return np.array([s.data.coefficients for s in self.averages]).reshape(-1, blocks)

    @cached_property
    def operators(self) -> FloatArray:
        """``A_pa`` with the identity part in column 0, shape (P, d²)."""
        size = self.model.particles.levels**2
        return np.array([expansion(s.data.operator).real for s in self.averages]).reshape(-1, size)

    @cached_property
    def forms(self) -> FloatArray:
        """``∂s_p/∂m_{k,a} = w_k e_pk A_pa``, shape (P, K(d²−1))."""
        weighted = self.coefficients * self.model.particles.weights
        forms = weighted[:, :, None] * self.operators[:, None, 1:]
        return forms.reshape(len(forms), forms.shape[1] * forms.shape[2])

    @cached_property
    def offsets(self) -> FloatArray:
        """``s_p`` where all Bloch vectors vanish, shape (P,)."""
        return (self.coefficients * self.model.particles.weights).sum(axis=1) * self.operators[:, 0]

    def values_of_averages(self, u: FloatArray) -> FloatArray:
        """``s_p`` at state vectors (…, n), shape (…, P)."""
        return u[..., : self.forms.shape[1]] @ self.forms.T + self.offsets

    @cached_property
    def drift_matrices(self) -> FloatArray:
        """The matrix of each of the `rates` in the local drift, shape (R, d²−1, d²)."""
        particles = self.model.particles
        matrices = np.zeros((len(self.rates), particles.number_of_components, particles.levels**2))
        for term in self.drift:
            matrices[term.rate, term.component, term.source] += term.factor
        return matrices

    @cached_property
    def parameters(self) -> tuple[Parameter, ...]:
        """Parameters in the order of every numeric parameter vector."""
        return tuple(self.model.parameters.values())

    @cached_property
    def quadratures(self) -> tuple[Quadrature, ...]:
        """``q_1, p_1, q_2, …`` in the order of the state vector."""
        return tuple(x for mode in self.model.modes for x in (mode.q, mode.p))

    def field_matrix(self, field: LocalField) -> FloatArray:
        """``E_kp`` of a local field on all averages, shape (K, P)."""
        matrix = np.zeros((self.model.particles.number_of_blocks, len(self.averages)))
        columns = [self.averages.index(s) for s in field.data.averages]
        matrix[:, columns] = field.data.matrix
        return matrix

    @cached_property
    def has_steady_noise(self) -> bool:
        """Whether time does not occur explicitly in any jump, also where it does not act on averages."""
        amplitudes = [jump.amplitude for jump in self.model.jumps]
        amplitudes += [jump.amplitude for jump in self.model.collective_jumps]
        return not any(TIME in resolve(amplitude).free_symbols for amplitude in amplitudes)

    @cached_property
    def is_autonomous(self) -> bool:
        """Whether time does not occur explicitly."""
        scalars = [*self.forces, *self.rates, *(x for pair in self.mode_rates for x in pair)]
        return not any(TIME in resolve(expression).free_symbols for expression in scalars)


@lru_cache(maxsize=64)
def mean_field(model: Model) -> MeanField:
    """The mean-field equations of `model`, derived once and remembered.

    Example:
        >>> import largespin as ls
        >>> from largespin.meanfield.derive import mean_field
        >>> equations = mean_field(ls.models.hopfield(ls.ideal_large_spins(1)))
        >>> equations.rates
        (cosh(DeltaE*beta), sinh(DeltaE*beta))
    """
    averages = model.averages
    forces = tuple(_force(model, s) for s in averages)
    mode_rates = tuple((_force(model, mode.p), -_force(model, mode.q)) for mode in model.modes)
    rates, drift = _local_drift(model)
    fields = tuple(s for s in model.symbols if isinstance(s, LocalField))
    return MeanField(model, averages, fields, forces, mode_rates, rates, drift)


def _force(model: Model, variable: sp.Symbol) -> sp.Expr:
    """``∂h/∂x − Im Σ_ℓ ℓ* ∂ℓ/∂x`` for an average or quadrature x."""
    total = sp.diff(model.energy, variable)
    for jump in model.collective_jumps:
        derivative = sp.diff(jump.amplitude, variable)
        if derivative != 0:
            total -= conjugate_product(jump.amplitude, derivative)[1]
    return total if not total.has(sp.I) else sp.expand(total)


def conjugate_product(first: sp.Expr, second: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Real and imaginary part of ``a* b``, where roots of rates count as real: ``√κ* √κ`` is κ, not ``|√κ|²``.

    Negative rates are refused whenever values are given, and moduli would cost the fast integrator.
    """
    roots = roots_of_rates(first) | roots_of_rates(second)
    known = {root: sp.Dummy("root", nonnegative=True) for root in roots}
    parts = real_and_imaginary(sp.conjugate(first.xreplace(known)) * second.xreplace(known))
    back = {dummy: root for root, dummy in known.items()}
    return parts[0].xreplace(back), parts[1].xreplace(back)


def real_and_imaginary(expression: sp.Expr) -> tuple[sp.Expr, sp.Expr]:
    """Real and imaginary part of an expression in real symbols.

    Exponentials stay whole: ``e^{−20(t−50)²}`` written out as a product of three would overflow.
    """
    real, imaginary = sp.expand(expression, power_exp=False).as_real_imag()
    return real, imaginary


def _local_drift(model: Model) -> tuple[tuple[sp.Expr, ...], tuple[DriftTerm, ...]]:
    """Collect ``Σ_jumps Γ² M^j`` into as few distinct, simplified rate expressions as possible.

    Exponential Hopfield rates become cosh and sinh: what the papers print, and two functions to integrate, not four.
    """
    squares = [sp.powsimp(sp.expand(jump.amplitude**2)) for jump in model.jumps]
    acting = np.array([square != 0 for square in squares], dtype=bool)
    # Where particles have many levels, one rate per jump is fewer than one per entry.
    size = (model.particles.number_of_components, model.particles.levels**2, len(squares))
    matrices = [dissipator_matrix(jump.operator) for jump in model.jumps]
    columns = np.stack(matrices, axis=-1) * acting if matrices else np.zeros(size)
    places = [(a, b) for a, b in np.ndindex(*size[:2]) if np.any(columns[a, b])]
    entries = [(a, b, *_normalised(columns[a, b])) for a, b in places]
    if len({key for *_, key in entries}) > len(squares):
        units = [tuple(row) for row in np.eye(len(squares))]
        entries = [(a, b, float(columns[a, b, n]), units[n]) for a, b in places for n in np.flatnonzero(columns[a, b])]
    keys = list(dict.fromkeys(key for *_, key in entries))
    rates = tuple(
        _simplified(sp.Add(*(_number(c) * s for c, s in zip(key, squares, strict=True) if c))) for key in keys
    )
    drift = [DriftTerm(a, b, factor, keys.index(key)) for a, b, factor, key in entries]
    return rates, tuple(term for term in drift if rates[term.rate] != 0)


def _normalised(column: FloatArray) -> tuple[float, tuple[float, ...]]:
    """The first entry that is not zero, and the column divided by it."""
    factor = float(column[np.flatnonzero(column)[0]])
    return factor, tuple(np.round(column / factor, 14) + 0.0)


def _number(value: float) -> sp.Expr:
    return sp.Integer(round(value)) if value == round(value) else sp.Float(value)


def _simplified(expression: sp.Expr) -> sp.Expr:
    """The shorter of the expression and its simplification (with exponentials as hyperbolic functions)."""
    if not expression.has(sp.exp, sp.cosh, sp.sinh):
        return expression
    joined = sp.expand(expression.replace(sp.exp, lambda x: sp.cosh(x) + sp.sinh(x)))
    _, function = joined.as_coeff_Mul()
    if isinstance(function, sp.cosh | sp.sinh) and all(x.is_Atom for x in sp.Mul.make_args(function.args[0])):
        # Nothing is shorter; and `simplify` loads all units of physics when first called, which takes longer than a run.
        return joined
    hyperbolic = sp.expand(expression.rewrite(sp.cosh) if not expression.has(sp.cosh) else expression)
    candidates = [expression, hyperbolic, sp.simplify(expression)]
    return min(candidates, key=lambda e: (sp.count_ops(e), len(str(e))))


def resolved(expressions: tuple[sp.Expr, ...]) -> tuple[sp.Expr, ...]:
    """Expressions with abbreviations such as β = 1/T replaced."""
    return tuple(resolve(expression) for expression in expressions)
