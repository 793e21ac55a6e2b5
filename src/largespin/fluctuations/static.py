r"""Stationary covariance where something is conserved.

Fluctuations of conserved quantities do not decay: they keep the variance that they had at the start. Let T span the
directions that can move and N the others, so that ``J N`` and the noise have no component along N. With ``S`` the
covariance along N at the start, the fluctuations that move follow the conserved ones, ``K = −(TᵀJT)⁻¹ TᵀJN``, and

    Σ = T Σ_T Tᵀ + (N + T K) S (N + T K)ᵀ,      (TᵀJT) Σ_T + Σ_T (TᵀJT)ᵀ + Tᵀ Re C T = 0.
"""

from dataclasses import dataclass

import numpy as np

from largespin.errors import FloatArray
from largespin.fluctuations.existence import judge, none
from largespin.fluctuations.linear import NumericFluctuations, product_covariance
from largespin.fluctuations.lyapunov import solve_lyapunov
from largespin.fluctuations.noise import variable_weights
from largespin.meanfield.conserved import ConservedQuantities
from largespin.stationary.judgement import Judgement
from largespin.stationary.stability import moving_directions

ZERO = 1e-7
"""Size, relative to J, C or Σ, below which an entry that ought to vanish does: the state is found up to 1e-9, the
directions of conserved quantities turn with its error divided by the gaps of its spectrum, and what is meant differs by
much more."""
INDEPENDENT = 1e-10
"""Singular value from which orthonormal directions, scaled by √w, stay independent: block weights differ by less than
1e10."""
DEPENDENT = 1e-9
"""Singular value, relative to the largest, below which gradients of conserved quantities count as dependent: spectra of
pure states have parallel gradients, up to the residual of the state."""


@dataclass(frozen=True, eq=False)
class StaticPart:
    """What a model conserves, and the product state from which fluctuations of linear quantities are taken.

    Attributes:
        functions: J, C and σ of the model.
        conserved: its conserved quantities.
        names: names of the variables.
        like: state vector of a start; None if none was given.
    """

    functions: NumericFluctuations
    conserved: ConservedQuantities
    names: list[str]
    like: FloatArray | None

    def solve(self, u: FloatArray, drift: FloatArray, noise: FloatArray) -> tuple[Judgement, FloatArray]:
        """Σ at one state, and whether it exists.

        Args:
            u: the state vector, shape (n,).
            drift: J, shape (n, n).
            noise: Re C, shape (n, n).
        """
        moving, still = self._directions(u)
        nothing = np.full(drift.shape, np.nan)
        own = moving.T @ drift @ moving
        existence = judge(own, self.names, moving, self._said)
        if not existence.outcome.usable:
            return existence, nothing
        start, reason = self._start(u, still)
        leaks = np.abs(still.T @ drift @ still) > ZERO * max(1.0, np.abs(drift).max())
        noisy = np.abs(still.T @ noise @ still) > ZERO * max(1.0, np.abs(noise).max())
        occupied = np.abs(start) > ZERO
        if not reason and ((leaks.any() and occupied.any()) or noisy.any()):
            reason = (
                "fluctuations of what is conserved on average do not keep their variance; follow the covariance from a start "
                "with `evolve_covariance`"
            )
        if reason:
            return none("undetermined", reason), nothing
        covariance = np.zeros(drift.shape)
        if own.size:
            covariance = moving @ solve_lyapunov(own, moving.T @ noise @ moving) @ moving.T
        if occupied.any():
            slaved = still - moving @ np.linalg.solve(own, moving.T @ drift @ still)
            covariance = covariance + slaved @ start @ slaved.T
        return existence, covariance

    @property
    def _said(self) -> str:
        shown = ", ".join(self.conserved.names[:4]) + (", …" if len(self.conserved) > 4 else "")
        return f"; conserved ({shown}), with the variance of a product state"

    def _directions(self, u: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Orthonormal bases of what can move and of the rest, in the normalisation of the fluctuations."""
        model = self.functions.model
        root = np.sqrt(variable_weights(model))
        tangents = root[:, None] * moving_directions(model, self.conserved, u)
        left, sizes, _ = np.linalg.svd(tangents, full_matrices=True)
        rank = int(np.sum(sizes > INDEPENDENT))
        return left[:, :rank], left[:, rank:]

    def _start(self, u: FloatArray, still: FloatArray) -> tuple[FloatArray, str]:
        """Covariance of the conserved directions at the start, or why it is not known.

        Without linear quantities only spectra of blocks are conserved, and their fluctuations in a product state depend
        on nothing but these spectra, so the stationary state itself serves as start.
        """
        if len(self.conserved.linear) == 0:
            return still.T @ self._product(u) @ still, ""
        if self.like is None:
            return np.zeros((still.shape[1],) * 2), (
                f"{self.conserved.names[-1]} is conserved, and its fluctuations depend on the start; give the start as `like=`"
            )
        root = np.sqrt(variable_weights(self.functions.model))
        here, there = (self.conserved.gradients(x) / root for x in (u, self.like))
        measured = there @ self._product(self.like) @ there.T
        inverse = np.linalg.pinv(here @ still, rcond=DEPENDENT)
        return inverse @ measured @ inverse.T, ""

    def _product(self, u: FloatArray) -> FloatArray:
        model = self.functions.model
        return product_covariance(model, model.split(u)[0])
