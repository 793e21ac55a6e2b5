"""Measures of Gaussian states: entropies, discord, entanglement, steering, squeezing. Knows nothing of models.

Covariances are ``Σ_xy = ½⟨{r_x, r_y}⟩`` with ``[q, p] = i`` (vacuum ½) in the order ``q_1, p_1, q_2, …`` unless the
arguments `vacuum` and `ordering` say otherwise; leading axes are grids.
"""

from largespin.gaussian.convention import (
    convert,
    from_qutip,
    from_thewalrus,
    symplectic_form,
    to_qutip,
    to_thewalrus,
)
from largespin.gaussian.measures.discord import classical_correlation, discord
from largespin.gaussian.measures.entanglement import log_negativity, steering
from largespin.gaussian.measures.entropy import (
    mutual_information,
    purity,
    renyi2_entropy,
    von_neumann_entropy,
)
from largespin.gaussian.measures.hybrid import mutual_information_with_classical
from largespin.gaussian.measures.squeezing import squeezing, squeezing_decibel
from largespin.gaussian.physicality import check_physical, is_physical, uncertainty
from largespin.gaussian.states import (
    direct_sum,
    squeezed_covariance,
    thermal_covariance,
    two_mode_squeezed_covariance,
    vacuum_covariance,
)
from largespin.gaussian.symplectic import partial_transpose, reduced, symplectic_eigenvalues, williamson

__all__ = [
    "check_physical",
    "classical_correlation",
    "convert",
    "direct_sum",
    "discord",
    "from_qutip",
    "from_thewalrus",
    "is_physical",
    "log_negativity",
    "mutual_information",
    "mutual_information_with_classical",
    "partial_transpose",
    "purity",
    "reduced",
    "renyi2_entropy",
    "squeezed_covariance",
    "squeezing",
    "squeezing_decibel",
    "steering",
    "symplectic_eigenvalues",
    "symplectic_form",
    "thermal_covariance",
    "to_qutip",
    "to_thewalrus",
    "two_mode_squeezed_covariance",
    "uncertainty",
    "vacuum_covariance",
    "von_neumann_entropy",
    "williamson",
]
