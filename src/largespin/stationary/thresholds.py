"""When is a state at rest, when has a search found one, and when does a direction neither grow nor decay? Each limit
once."""

MOVING = 1e-6
"""``|du/dt|`` above which a state is not called stationary.

A run of the default tolerance 1e-9 comes to rest at about 1e-8, and a state copied from paper with seven digits moves
at about 1e-7; both are meant to be stationary."""
FOUND = 1e-9
"""Norm of the residual below which a search has found a state.

Regular states end near rounding, 1e-13. At a bifurcation, where the equations are flat, a residual of 1e-9 leaves an
error of its square root, 3e-5, or of its cube root, 1e-3, which is told from a neighbour by the smallest slope."""
NEUTRAL = 1e-7
"""Growth rate, relative to the size of the Jacobian, below which a direction neither grows nor decays.

A double eigenvalue 0 with a single eigenvector comes out of rounding as ±√(2e-16) ≈ ±1.5e-8; ten times that is 0."""
