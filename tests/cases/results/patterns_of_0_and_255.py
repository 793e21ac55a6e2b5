"""Patterns of 0 and 255 (a black and white picture read with another library) stored in the network.

A mistake in the patterns must be named as one: by `patterns_from_array`, `large_spins` or the model, with the cure
(values +-1), as truth values are. "The amplitude of jump raising must be finite for every state" leads astray.
"""

import numpy as np

import largespin as ls


def check() -> tuple[bool, str]:
    array = 255 * np.random.default_rng(0).integers(0, 2, (2, 100))
    try:
        ls.models.hopfield(ls.large_spins(ls.patterns_from_array(array)))
    except ls.LargespinError as error:
        return "amplitude" not in str(error), f"refused: {str(error)[:100]!r}"
    return True, "accepted as a network with large values"


WANT = "a sentence about the values of the patterns, or a network that works"
