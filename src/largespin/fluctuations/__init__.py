"""Fluctuations around the mean field: drift and diffusion, covariance, spectra, limit cycles."""

from largespin.fluctuations.canonical import canonical_modes
from largespin.fluctuations.drift_diffusion import drift_diffusion
from largespin.fluctuations.evolve import evolve_covariance, initial_covariance
from largespin.fluctuations.floquet import floquet
from largespin.fluctuations.linear import numeric_fluctuations
from largespin.fluctuations.spectrum import correlations, output_spectrum, spectrum
from largespin.fluctuations.stationary import stationary_covariance

__all__ = [
    "canonical_modes",
    "correlations",
    "drift_diffusion",
    "evolve_covariance",
    "floquet",
    "initial_covariance",
    "numeric_fluctuations",
    "output_spectrum",
    "spectrum",
    "stationary_covariance",
]
