"""What CL21 guarantees: an upper bound of the error of mean field for open multimode Dicke models."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from largespin.bounds.calls.one_run import one_point
from largespin.bounds.rigorous import RigorousBound
from largespin.bounds.rigorous_dicke import dicke_class, dicke_constants
from largespin.exact.generator.system import single_values
from largespin.meanfield.points import call_values
from largespin.model.model import Model
from largespin.model.start import StateLike


def dicke_bound(
    model: Model, start: StateLike, *, parameters: Mapping[str, Any] | None = None, **values: Any
) -> RigorousBound:
    r"""The bound of CL21 for open multimode Dicke models.

    ``E ≤ e^{(2M d_0 + 3K c_0)t} E(0)`` for ``E = Σ_spins + K Σ_modes``, with ``g = g_0/√K`` and

        c_0 = 12|Ω| + 24M|g| + 12M|g|β̄,    β̄ = 2 max_μ(√K |α_μ(0)| + 2√3 K|g|/κ_μ),
        d_0 = 2(max_μ(|Ω_μ| + κ_μ/2) + K|g|).

    K is the number of blocks (2^{M−1} in the paper, whose proof uses no other property of it). The paper scales modes
    by the spins of one block, the library by all: ``E_lib ≤ E ≤ K E_lib``, hence the factor K.

    Args:
        model: a model whose expressions are those of CL21 Eqs. 1–3, whatever its name.
        start: the initial mean-field state.
        parameters: parameter values as a mapping.
        **values: parameter values by name, one number each; defaults apply.

    Returns:
        `RigorousBound` with the constants c_0, d_0, beta_bar, Gamma, g, M, K.

    Raises:
        LargespinError: the model is outside the class; the sentence says which assumption fails.

    Source: CL21 supplement, Theorem 1, Lemmata 3 and 4 (d_0 as derived there, not as stated).

    Example:
        >>> import largespin as ls
        >>> model = ls.models.dicke(ls.ideal_large_spins(1), mode_frequencies=1.0)
        >>> start = model.state([0.0, 0.0, 1.0], modes=0)
        >>> round(ls.bounds.dicke_bound(model, start, field=0.5, coupling=1.0).growth, 1)
        349.4
    """
    where, state = one_point(model, start, call_values(dicke_bound, model, parameters, values))
    dicke = dicke_class(model, single_values(model, where.fixed))
    constants = dicke_constants(dicke, np.abs(state.amplitudes))
    growth = 2 * constants["M"] * constants["d_0"] + 3 * constants["K"] * constants["c_0"]
    return RigorousBound("CL21", constants, growth, 0.0, constants["K"])
