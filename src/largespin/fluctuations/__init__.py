"""Fluctuations around the mean field: drift and diffusion, covariance, spectra, limit cycles."""
