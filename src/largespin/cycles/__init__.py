"""Limit cycles: found from runs and Hopf points, followed in a parameter until they end, and why they do."""
