"""Pictures of results: each function takes a result (and an `ax` if you have one) and returns what it drew.

Without `ax` a chart draws into a new pyplot figure, which notebooks and ``plt.show()`` show; with `ax` it draws there and
pyplot learns nothing of it. A chart of one panel returns its Axes, one of several panels its Figure.

In time
    `overlaps`, `averages`, `bloch_components`, `populations`, `occupations`
    `trajectory`      one quantity against another along a run
    `bloch_sphere`    states, runs and cycles in the Bloch sphere
Stationary states
    `stationary_states`         along one parameter, stable and unstable told apart
    `number_of_stable_states`, `growth_rate`    over two parameters
    `branches`, `boundary_lines`, `phase_diagram`
Cycles and attractors
    `limit_cycle`, `cycle_branch`, `floquet_multipliers`
    `attractor_shares`, `basins`, `lyapunov_exponents`
Fluctuations
    `covariance`, `spectrum`, `correlations`, `output_spectrum`, `output_squeezing`
Finite N
    `distribution`, `liouvillian_spectrum`, `mean_field_error`, `reduced_state_error`
On the sites
    `patterns`, `sites`, `pictures`, `animate`
Anything
    `line`, `heat_map`          any variable of any result over one or two axes

Matplotlib and Pillow are loaded when a function is called, not when this package is imported.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
