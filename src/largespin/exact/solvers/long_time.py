r"""What is left of a vector after a time: ``e^{Lt}`` as a polynomial in L.

On an ellipse around the spectrum, with centre c and foci ``c ± f``,

    e^{Lτ} = e^{cτ} Σ_k (2 − δ_{k0}) I_k(fτ) T_k((L − c)/f) ,

and no polynomial of the same degree is much better. The degree grows as ``|f| τ`` where the spectrum is tall (fast
oscillations) and only as ``√(f τ)`` where it is flat (fast decay), where Taylor steps need ``‖L‖ τ`` as well. Imaginary f
make Bessel functions J of it, in real arithmetic all the same.
"""

from typing import Any

import numpy as np
from scipy import sparse
from scipy.special import ive, jv

from largespin.errors import FloatArray

THINNEST = 0.01
"""Ratio of the sides of the rectangle: a segment instead of a rectangle would leave no room for rounding."""
ROUNDEST = 0.9
"""Ratio of the axes of the ellipse: a circle has no foci to divide by."""
GROWTH = 7.0
"""Largest exponent of the polynomials beyond the axis, between the ellipse and the spectrum: ``e^7`` costs three digits."""
ACCURACY = 1e-15
"""First neglected term on the ellipse: below rounding after the growth above."""
MOST_TERMS = 800
"""Terms looked at; steps limited by `GROWTH` need fewer than 400."""
FIRST_STEP = 8.0
"""First time tried in units of 1/|f|: modes that decay as fast as any keep ``e^{-16}``, which double precision holds."""


def rectangle(matrix: sparse.csr_array) -> tuple[float, float]:
    """Largest decay rate and largest frequency: the spectrum lies in ``−w ≤ Re λ ≤ 0``, ``|Im λ| ≤ h``.

    Gershgorin's discs of rows and of columns, and those of the symmetric and antisymmetric parts (Bendixson).
    """
    size, diagonal = abs(matrix), matrix.diagonal()
    rates, heights = [], []
    for axis in (0, 1):
        radii = size.sum(axis=axis) - abs(diagonal)
        rates.append(float((radii - diagonal).max()))
        heights.append(float(radii.max()))
    symmetric = 0.5 * (matrix + matrix.T)
    rates.append(float((abs(symmetric).sum(axis=0) - abs(diagonal) - diagonal).max()))
    heights.append(0.5 * float(abs(matrix - matrix.T).sum(axis=0).max()))
    return max(min(rates), 0.0), min(heights)


class LongTime:
    """The map ``x → e^{Lt} x``, linear to the last bit: all vectors go through the same polynomial.

    Args:
        matrix: L, real (n, n), the generator of a contraction: no eigenvalue has a positive real part.
        time: t; one short step if not given.

    Attributes:
        time: t.
        products: products with L that one application takes.
    """

    def __init__(self, matrix: sparse.csr_array, time: float | None = None) -> None:
        width, height = rectangle(matrix)
        centre, (a, b) = -0.5 * width, _ellipse(0.5 * width, height)
        focus = float(np.sqrt(abs(a * a - b * b)))
        self.time = FIRST_STEP / focus if time is None else time
        self._steps = max(1, int(np.ceil(self.time * (centre + a) / GROWTH)))
        self._sign = 1.0 if a > b else -1.0
        self._coefficients = _series(centre, focus, a, b, self.time / self._steps)
        shifted = matrix - centre * sparse.eye_array(matrix.shape[0])
        # Twice the argument of the polynomials, which is what their recurrence wants.
        self._matrix = sparse.csr_array(shifted * (2.0 / focus))
        self.products = self._steps * (len(self._coefficients) - 1)

    def __call__(self, vector: Any) -> Any:
        """``e^{Lt} x`` for one vector (n,) or several (n, b)."""
        for _ in range(self._steps):
            vector = self._step(vector)
        return vector

    def _step(self, vector: FloatArray) -> FloatArray:
        last, now = vector, 0.5 * (self._matrix @ vector)
        total = self._coefficients[0] * last + self._coefficients[1] * now
        for coefficient in self._coefficients[2:]:
            following = self._matrix @ now
            following -= self._sign * last
            total += coefficient * following
            last, now = now, following
        return np.asarray(total)


def _ellipse(half_width: float, half_height: float) -> tuple[float, float]:
    """Semi-axes of the ellipse of smallest capacity ``(a + b)/2`` through the corners of a rectangle."""
    p, q = max(half_width, THINNEST * half_height), max(half_height, THINNEST * half_width)
    scale = np.sqrt(p ** (2 / 3) + q ** (2 / 3))
    a, b = p ** (2 / 3) * scale, q ** (2 / 3) * scale
    if min(a, b) > ROUNDEST * max(a, b):
        # Only the longer axis may grow: the corners stay inside.
        a, b = (b / ROUNDEST, b) if a > b else (a, a / ROUNDEST)
    return float(a), float(b)


def _series(centre: float, focus: float, a: float, b: float, step: float) -> FloatArray:
    """Coefficients down to the accuracy that the ellipse asks for."""
    order, argument = np.arange(MOST_TERMS), focus * step
    if a > b:
        coefficients = np.exp((centre + focus) * step) * ive(order, argument)
    else:
        coefficients = np.exp(centre * step) * jv(order, argument)
    coefficients[1:] *= 2.0
    # On the ellipse a polynomial of degree k is at most ((a + b)/f)^k.
    with np.errstate(divide="ignore"):
        terms = np.log(np.abs(coefficients)) + order * np.log((a + b) / focus)
    return np.asarray(coefficients[: max(3, int(np.flatnonzero(terms >= np.log(ACCURACY))[-1]) + 2)])
