"""What FMLC23 guarantees: an upper bound of the error of mean field for local jumps with operator-valued rates."""

from collections.abc import Mapping
from typing import Any

from largespin.bounds.calls.one_run import one_point
from largespin.bounds.rigorous import RigorousBound
from largespin.bounds.rigorous_rates import rate_constants
from largespin.exact.generator.system import single_values
from largespin.meanfield.points import call_values
from largespin.model.model import Model
from largespin.model.start import StateLike


def rate_bound(
    model: Model, start: StateLike, *, parameters: Mapping[str, Any] | None = None, **values: Any
) -> RigorousBound:
    r"""The bound of FMLC23 for local jumps ``j Γ(Δ)`` and energies that are at most quadratic in averages.

    ``E_N(t) ≤ e^{C_1 t} E_N(0) + d C_2 (e^{C_1 t} − 1)/(C_1 N)`` with, for K blocks of d-level particles and q jumps,

        C_1 = K d² C_0,    C_0 = 2(d² A + 2K d⁴ B + q d² M max[γ² + 2δγγ']),
        C_2 = K d² (C_P + 4C_L),    C_L = d⁸ h_max a_max² + q C_v.

    For one block these are the paper's constants, freed of misprints; for more the proof is the same with
    ``m_{k,α} = (1/N_k) Σ_{i∈k} v_α^{(i)}`` in place of ``m_α``. Γ must be a sum of products of exponentials and
    polynomials in Δ, for which ``γ(δ) = Σ_n |c_n| δⁿ`` is summed, or a Glauber rate, ``Γ² = 1/(a + b e^{−λΔ})``, for
    which section 5 of the paper replaces Lemmas 1 and 5.

    Args:
        model: a model without modes, collective jumps and explicit time.
        start: the initial mean-field state; the constants do not depend on it.
        parameters: parameter values as a mapping.
        **values: parameter values by name, one number each; defaults apply.

    Returns:
        `RigorousBound` with the constants A, B, M, q, K, d, a_max, h_max, delta, gamma, C_P, C_v, C_L, C_0, C_1, C_2,
        and gamma', gamma'' (entire Γ) or C_sigma and R (Glauber).

    Raises:
        LargespinError: the model is outside the class; the sentence says which assumption fails.

    Source: FMLC23 Eqs. 32, 47–49, (A.13), section 5 Eqs. 60–65 and 75–78.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> round(ls.bounds.rate_bound(model, [0, 0, 0.5], temperature=0.5, field=0.2).growth, 1)
        2085.5
    """
    where, _ = one_point(model, start, call_values(rate_bound, model, parameters, values))
    constants = rate_constants(model, single_values(model, where.fixed))
    return RigorousBound("FMLC23", constants, constants["C_1"], constants["d"] * constants["C_2"])
