"""How is a stored pattern damaged, to see whether the system repairs it?"""

import numpy as np
import numpy.typing as npt

from largespin.errors import FloatArray, LargespinError, finite_array, number_in, whole_number


def corrupt(configuration: npt.ArrayLike, share: float, *, seed: int) -> FloatArray:
    """`s_i → -s_i` on exactly `round(share·N)` randomly chosen sites.

    The overlap of a stored pattern with itself falls from 1 to about 1 - 2·share. With one seed, the sites
    flipped for a smaller share are among those flipped for a larger one, so that a scan over `share` damages
    the same configuration more and more.

    Args:
        configuration: s, shape (N,).
        share: the share of the sites to flip, in [0, 1].
        seed: whole number; the same seed chooses the same sites.

    Returns:
        A new configuration, shape (N,).

    Raises:
        LargespinError: if the configuration is not a single row, or `share` lies outside [0, 1].

    Example:
        >>> from largespin import corrupt
        >>> int(corrupt([1.0] * 10, 0.3, seed=1).sum())
        4

    Source: CL21, Fig. 1 (an initial state with errors that the dynamics repairs).
    """
    damaged = finite_array("configuration", configuration)
    if damaged.ndim != 1:
        raise LargespinError(
            "Argument `configuration` must be one row of sites, shape (N,), "
            f"but its shape is {damaged.shape}; np.ravel makes a row of a picture."
        )
    flips = round(number_in("share", share, 0.0, 1.0) * len(damaged))
    generator = np.random.default_rng(whole_number("seed", seed, 0))
    damaged[generator.permutation(len(damaged))[:flips]] *= -1.0
    return damaged
