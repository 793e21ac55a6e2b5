"""What does a state of large spins look like on the sites?"""

from typing import TYPE_CHECKING

import numpy as np

from largespin.errors import LargespinError
from largespin.model.start import StateLike
from largespin.patterns.blocks import LargeSpins
from largespin.plot.panels import axes_or_new
from largespin.plot.states import bloch_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes

ONE_ROW = 40
"""Sites in one row if they form no picture; more fill a rectangle twice as wide as high."""


def sites(spins: LargeSpins, state: StateLike, *, ax: "Axes | None" = None) -> "Axes":
    """Paint ``s_i = gauge_i z_{k(i)}``, the z component of every block on its sites: +1 black, 0 grey, -1 white.

    Args:
        spins: the large spins, made from patterns with `large_spins`.
        state: anything that can be a start: a row of `evolve` (one time), `stationary_states`, `branch` …, a `State`, Bloch
            vectors (K, 3), or one of them for all blocks.
        ax: where to draw; a new pyplot figure if not given.

    Returns:
        The Axes. Sites that form no picture are painted row after row, as a text is written.

    Raises:
        LargespinError: blocks without sites, another number of blocks, or several states.

    Example:
        >>> import largespin as ls
        >>> spins = ls.large_spins(ls.patterns_from_array([[[1, -1], [-1, 1]]]))
        >>> ax = ls.plot.sites(spins, spins.near_pattern(0, flipped=0.1))
        >>> ax.get_images()[0].get_array().tolist()
        [[0.8, -0.8], [-0.8, 0.8]]

    Source: CL21, Fig. 2.
    """
    if not isinstance(spins, LargeSpins):
        raise LargespinError(
            "Argument `spins` must be large spins, as `large_spins(patterns)` makes them, but it is a "
            f"{type(spins).__name__}."
        )
    vectors, moving = bloch_of("state", state, spins.number_of_blocks)
    if moving or vectors.ndim > 2:
        raise LargespinError(
            f"Argument `state` must be one state, but it holds several, shape {vectors.shape[:-2]}; choose one, for instance "
            "with `.isel(…)`."
        )
    painted = np.asarray(spins.paint(vectors[:, 2]))
    ax = axes_or_new(ax, size=(4.6, 3.8))
    if painted.ndim == 1:
        columns = len(painted) if len(painted) <= ONE_ROW else round((2 * len(painted)) ** 0.5)
        rows = -(-len(painted) // columns)
        # What is no site at the end of the last row stays empty.
        painted = np.append(painted, np.full(rows * columns - len(painted), np.nan)).reshape(rows, columns)
    image = ax.imshow(painted, cmap="gray_r", vmin=-1.0, vmax=1.0, interpolation="nearest")
    ax.set_xticks([])
    ax.set_yticks([])
    bar = ax.get_figure(root=False).colorbar(image, ax=ax, ticks=[-1, 0, 1])  # type: ignore[union-attr]
    bar.set_label("⟨σ_z⟩ of each site")
    return ax
