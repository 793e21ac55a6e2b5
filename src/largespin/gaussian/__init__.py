"""Measures of Gaussian states: entropies, discord, entanglement, steering, squeezing. Knows nothing of models.

Covariances are ``Σ_xy = ½⟨{r_x, r_y}⟩`` with ``[q, p] = i`` (vacuum ½) in the order ``q_1, p_1, q_2, …`` unless the
arguments `vacuum` and `ordering` say otherwise; leading axes are grids. A new measure is one file in `measures`, with
`@measure` above its function, and one line in `__init__.pyi`.
"""

import lazy_loader

# Names and their homes stand in `__init__.pyi`, once, for type checkers and for this.
__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
