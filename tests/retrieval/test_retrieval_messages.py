"""Wrong numbers stop before the run, each with one clear line."""

from typing import Any

import numpy as np
import pytest

import largespin as ls
from largespin import retrieve
from largespin.errors import LargespinError

PATTERNS = ls.random_patterns(2, 400, seed=1)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ({"model": "ising"}, "Argument `model` must be one of hopfield, dicke, but it is 'ising'."),
        ({"rates": "fast"}, "Argument `rates` must be one of exponential, glauber, but it is 'fast'."),
        ({"learning": "none"}, "Argument `learning` must be one of hebb, projection, but it is 'none'."),
        ({"temperature": 0.0}, "Argument `temperature` must be above 0, but it is 0."),
        ({"temperature": np.nan}, "Argument `temperature` must be finite, but it contains NaN or infinity."),
        ({"corruption": 1.5}, "Argument `corruption` must lie in [0, 1], but it is 1.5."),
        ({"start": 2}, "Argument `start` must lie in [0, 1], but it is 2."),
        (
            {"start": "cat"},
            "Argument `start` must be one of pattern 0, pattern 1, a number, or the sites themselves, but it is 'cat'.",
        ),
        ({"time": 0.0}, "Argument `time` must lie in (0, 100000], but it is 0."),
        ({"frames": 1}, "Argument `frames` must be at least 2, but it is 1."),
        ({"seed": 0.5}, "Argument `seed` must be a whole number, but 0.5 is not."),
        ({"tolerance": 1.0}, "Argument `tolerance` must lie in [1e-15, 0.01], but it is 1."),
        (
            {"model": "dicke", "coupling": 100.0, "time": 2e4},
            "Argument `time` must be at most 10000 with a rate as large as 100, but it is 20000.",
        ),
        (
            {"model": "dicke", "temperature": 1.0},
            "Argument `temperature` must be left out for the Dicke model, which has field, coupling, mode_frequency, "
            "loss, relaxation, time only.",
        ),
        (
            {"temperature": 0.02, "learning": "projection"},
            "Argument `temperature` must be at least 0.033 here, because exponential rates grow as e^(Δ/T) with fields "
            "Δ up to about 1, but it is 0.02; use rates='glauber'.",
        ),
    ],
)
def test_numbers(numbers: dict[str, Any], message: str) -> None:
    with pytest.raises(LargespinError) as caught:
        retrieve(PATTERNS, **numbers)
    assert str(caught.value) == message


def test_patterns() -> None:
    with pytest.raises(LargespinError, match="must have values \\+1 and -1 only"):
        retrieve(ls.patterns_from_array([[0.0, 1.0], [1.0, 0.0]], keep_values=True))
    with pytest.raises(LargespinError, match="it is a ndarray"):
        retrieve(np.ones((2, 4)))  # type: ignore[arg-type]
    with pytest.raises(LargespinError, match="at most 1024 large spins"):
        retrieve(ls.random_patterns(12, 4000, seed=1))
