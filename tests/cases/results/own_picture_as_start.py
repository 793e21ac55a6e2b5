"""A hand-damaged picture presented to the memory: `ls.retrieve(patterns, start=probe)` with an array of +-1.

The core can do it (`large_spins(patterns, start=probe)`); the front door asks for an index and prints the whole
array. With 15 % of the sites flipped and two stored patterns the memory must return pattern 0.
"""

import numpy as np

import largespin as ls


def check() -> tuple[bool, str]:
    patterns = ls.random_patterns(2, 200, seed=3)
    probe = np.array(patterns.values[0], dtype=float).ravel()
    probe[:30] *= -1
    result = ls.retrieve(patterns, start=probe)
    sentence = str(result)
    return "pattern 0" in sentence and "etrieved" in sentence, sentence.splitlines()[0][:120]


WANT = "pattern 0 retrieved"
