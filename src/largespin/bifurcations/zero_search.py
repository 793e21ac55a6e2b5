"""Where along a step does a function change its sign? The Illinois method, for functions that may fail next to the zero."""

from collections.abc import Callable

SEARCH_STEPS = 60
"""Trials of a search; halving alone would reach rounding within these."""
ROUGH = 1e-6
"""Accuracy, relative to the step, after which Newton's method takes over: it needs a guess better than 1e-3."""
CONVERGED = 1e-3
"""Value at a trial, relative to those at the ends and to the accuracy asked for, at which the search for a zero ends."""


def zero_between(
    function: Callable[[float], float | None], length: float, first: float, last: float, accuracy: float = ROUGH
) -> float:
    """A zero of a function with values of opposite signs at 0 and `length`, by the Illinois method.

    The function may fail (None) next to the zero, where branches meet; then the last estimate is as good as any.
    """
    low, high, f_low, f_high = 0.0, length, first, last
    guess, kept = 0.5 * length, 0
    for _ in range(SEARCH_STEPS):
        guess = (low * f_high - high * f_low) / (f_high - f_low)
        value = function(guess)
        if value is None or not abs(value) > 0.0 or abs(high - low) < accuracy * length:
            break
        if value * f_low > 0.0:
            low, f_low = guess, value
            f_high *= 0.5 if kept == 1 else 1.0
            kept = 1
        else:
            high, f_high = guess, value
            f_low *= 0.5 if kept == -1 else 1.0
            kept = -1
        if abs(value) < CONVERGED * accuracy * max(abs(first), abs(last)):
            break
    return guess
