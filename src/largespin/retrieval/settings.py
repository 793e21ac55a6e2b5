"""Which numbers does one retrieval use? Given ones are checked, others filled in, foreign ones refused."""

from dataclasses import dataclass
from typing import Any

from largespin.errors import LargespinError, number_in, one_of, whole_number
from largespin.models.ready.rates import Rates
from largespin.patterns.rules import Learning
from largespin.retrieval.defaults import (
    DEFAULT_RATES,
    DEFAULTS,
    LARGEST_RATE,
    LONGEST_TIME,
    MOST_PERIODS,
    Memory,
)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that decides a retrieval besides the patterns.

    Attributes:
        model: "hopfield" or "dicke".
        rates: form of the flip rates of the Hopfield network; None for Dicke.
        learning: "hebb", "projection", or None to let the patterns decide.
        numbers: the numbers of that model: temperature T and field Ω, or field Ω, coupling g_0, mode_frequency,
            loss κ and relaxation γ; and time, the length of the run in inverse rates.
        corruption: share of the sites that start wrong, in [0, 1].
        seed: chooses these sites.
        frames: number of moments at which the configuration is painted.
        tolerance: relative error per step of the solver.

    Make one with `settings`, which checks it.
    """

    model: Memory
    rates: Rates | None
    learning: Learning | None
    numbers: dict[str, float]
    corruption: float
    seed: int
    frames: int
    tolerance: float

    @property
    def time(self) -> float:
        """Length of the run."""
        return self.numbers["time"]

    @property
    def parameters(self) -> dict[str, float]:
        """The numbers that the model takes when it is solved."""
        solved = ("temperature", "field", "coupling", "relaxation")
        return {key: value for key, value in self.numbers.items() if key in solved}


def settings(
    model: Memory,
    *,
    rates: Rates | None = None,
    learning: Learning | None = None,
    corruption: float,
    seed: int,
    frames: int,
    tolerance: float,
    **numbers: float | None,
) -> Settings:
    """Checked settings; `None` stands for the model's default.

    Args:
        model: "hopfield" or "dicke".
        rates: "exponential" or "glauber"; Hopfield only.
        learning: "hebb", "projection" or None.
        corruption: in [0, 1].
        seed: whole number of at least 0.
        frames: at least 2.
        tolerance: in [1e-15, 1e-2].
        **numbers: the numbers of either model, None where not given.

    Returns:
        The settings.

    Raises:
        LargespinError: for a number outside its range, or one that the model does not have.

    Example:
        >>> from largespin.retrieval.settings import settings
        >>> chosen = settings("hopfield", corruption=0.1, seed=0, frames=2, tolerance=1e-9, field=0.3, coupling=None)
        >>> chosen.numbers
        {'temperature': 0.4, 'field': 0.3, 'time': 15.0}

    Source: none; defaults with their reasons in `defaults`.
    """
    one_of("model", model, Memory)
    if rates is not None:
        one_of("rates", rates, Rates)
    if learning is not None:
        one_of("learning", learning, Learning)
    own = DEFAULTS[model]
    if model == "dicke" and rates is not None:
        raise LargespinError(_foreign("rates", model, [*own]))
    for name, value in numbers.items():
        if value is not None and name not in own:
            raise LargespinError(_foreign(name, model, ["rates", *own] if model == "hopfield" else [*own]))
    given = {name: numbers.get(name) for name in own}
    filled = {n: _checked(n, own[n] if v is None else v, model) for n, v in given.items()}
    _check_length(filled)
    return Settings(
        model=model,
        rates=None if model == "dicke" else rates or DEFAULT_RATES,
        learning=learning,
        numbers=filled,
        corruption=number_in("corruption", corruption, 0.0, 1.0),
        seed=whole_number("seed", seed, 0),
        frames=whole_number("frames", frames, 2),
        tolerance=number_in("tolerance", tolerance, 1e-15, 1e-2),
    )


def _foreign(name: str, model: str, own: list[str]) -> str:
    title = {"hopfield": "Hopfield network", "dicke": "Dicke model"}[model]
    return f"Argument `{name}` must be left out for the {title}, which has {', '.join(own)} only."


def _checked(name: str, value: Any, model: str) -> float:
    if name == "time":
        return number_in(name, value, 0.0, LONGEST_TIME, open_low=True)
    if name == "temperature":
        return number_in(name, value, 0.0, open_low=True)
    if name == "field" and model == "hopfield":
        return number_in(name, value, -LARGEST_RATE, LARGEST_RATE)
    # Without a field the spins of a Dicke model never turn, and its critical coupling is zero.
    return number_in(name, value, 0.0, LARGEST_RATE, open_low=name in ("field", "mode_frequency"))


def _check_length(numbers: dict[str, float]) -> None:
    fastest = max(abs(value) for name, value in numbers.items() if name not in ("time", "temperature"))
    if numbers["time"] * fastest > MOST_PERIODS:
        raise LargespinError(
            f"Argument `time` must be at most {MOST_PERIODS / fastest:g} with a rate as large as {fastest:g}, "
            f"but it is {numbers['time']:g}."
        )
