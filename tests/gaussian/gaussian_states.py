"""Random physical states and plain formulas for the tests of the Gaussian measures."""

from typing import Any

import numpy as np
from scipy.linalg import expm

from largespin import gaussian

Matrix = Any


def random_symplectic(generator: np.random.Generator, modes: int, size: float = 0.6) -> Matrix:
    """``exp(Ω A)`` with a random symmetric A."""
    a = generator.normal(size=(2 * modes, 2 * modes)) * size
    return expm(gaussian.symplectic_form(modes) @ (a + a.T) / 2)


def random_covariance(seed: int, modes: int, *, pure: bool = False, size: float = 0.6) -> Matrix:
    """``Σ = S D Sᵀ`` with thermal modes D (vacuum ½)."""
    generator = np.random.default_rng(seed)
    n = np.zeros(modes) if pure else generator.exponential(0.8, size=modes)
    s = random_symplectic(generator, modes, size)
    return s @ gaussian.thermal_covariance(n) @ s.T


def entropy(nu: Any) -> Any:
    """The printed formula: ``(ν+1)/2 ln (ν+1)/2 − (ν−1)/2 ln (ν−1)/2``."""
    return (nu + 1) / 2 * np.log((nu + 1) / 2) - (nu - 1) / 2 * np.log((nu - 1) / 2)


def printed_minimum(v: Matrix) -> float:
    """``E_min`` as Adesso and Datta print it (F24 below Eq. 76), measurement on the second mode."""
    a, b, c, d = (np.linalg.det(x) for x in (v[:2, :2], v[2:, 2:], v[:2, 2:], v))
    if (d - a * b) ** 2 <= (1 + b) * c**2 * (a + d):
        root = np.sqrt(c**2 + (b - 1) * (d - a))
        return float((2 * c**2 + (b - 1) * (d - a) + 2 * abs(c) * root) / (b - 1) ** 2)
    root = np.sqrt(c**4 + (d - a * b) ** 2 - 2 * c**2 * (a * b + d))
    return float((a * b - c**2 + d - root) / (2 * b))
