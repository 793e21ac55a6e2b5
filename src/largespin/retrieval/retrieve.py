"""Damage a stored pattern, follow the mean-field equations, and say what became of it: one call."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.errors import FloatArray, LargespinError
from largespin.interruption import interruption_raised
from largespin.meanfield.evolve import evolve
from largespin.model import Model
from largespin.models import dicke, hopfield
from largespin.models.ready.rates import Rates
from largespin.patterns.blocks import LargeSpins
from largespin.patterns.correlations import recommended_rule
from largespin.patterns.large_spins import large_spins
from largespin.patterns.learning import check_load
from largespin.patterns.patterns import Patterns
from largespin.patterns.rules import Learning
from largespin.retrieval.defaults import (
    FRAMES,
    LARGEST_EXPONENT,
    LARGEST_NUMBER_OF_BLOCKS,
    TOLERANCE,
    Memory,
)
from largespin.retrieval.phase import phase_sentence
from largespin.retrieval.record import recorded
from largespin.retrieval.result import Retrieval
from largespin.retrieval.settings import Settings, settings
from largespin.retrieval.start import Start, share_flipped, start_of
from largespin.retrieval.verdict import agreement, judge, late_state

OUTPUT_TIMES = 1201


def retrieve(
    patterns: Patterns,
    *,
    model: Memory = "hopfield",
    start: int | str | npt.ArrayLike = 0,
    corruption: float | None = None,
    seed: int = 0,
    learning: Learning | None = None,
    rates: Rates | None = None,
    temperature: float | None = None,
    field: float | None = None,
    coupling: float | None = None,
    mode_frequency: float | None = None,
    loss: float | None = None,
    relaxation: float | None = None,
    time: float | None = None,
    frames: int = FRAMES,
    tolerance: float = TOLERANCE,
    report: Callable[[str], None] | None = None,
) -> Retrieval:
    """Start from pattern `start` with the share `corruption` of its sites flipped, and follow `u̇ = F(u)`.

    Sites with equal columns of pattern values and equal starts form one large spin. Numbers left at None take the
    model's default: Hopfield T = 0.4, Ω = 0.2, time 15; Dicke Ω = 0.5, g_0 = 0.9, mode_frequency 1, κ = 1,
    relaxation 0.5, time 40 (reasons in `largespin.retrieval.defaults`).

    Args:
        patterns: the stored patterns, values ±1, such as from `patterns_from_images`.
        model: "hopfield" or "dicke".
        start: the pattern to damage, by position (from 0) or name; or sites of your own, +1, -1 or 0 for unknown ones,
            shape (N,) or (rows, columns), such as a picture damaged by hand.
        corruption: share of the sites that start wrong, in [0, 1]; 0.2 of a stored pattern if not given, and none of
            sites of your own.
        seed: chooses these sites.
        learning: "hebb", "projection", or None for projection if patterns are too alike for Hebb's rule.
        rates: "exponential" (default) or "glauber"; Hopfield only.
        temperature: T; Hopfield only.
        field: transverse field Ω.
        coupling: g_0 between spins and modes; Dicke only.
        mode_frequency: Ω_μ, the same for all modes; Dicke only.
        loss: κ, the same for all modes; Dicke only.
        relaxation: rate γ at which single spins relax along the field; Dicke only. At zero, wrong sites cannot be
            repaired (see `largespin.models.dicke`).
        time: length of the run in inverse rates, at most 1e5.
        frames: number of moments at which the configuration is painted.
        tolerance: relative error per step of the solver.
        report: called with a phrase before each step, for progress displays.

    Returns:
        `Retrieval`.

    Raises:
        LargespinError: for numbers out of range, numbers that the model does not have, an unknown start, patterns
            with other values than ±1, dependent patterns with the projection rule, or a run that failed.
        KeyboardInterrupt: if the run was interrupted.

    Warns:
        LargespinWarning: if there are too many patterns for the rule or too few sites per block.

    Example:
        >>> import largespin as ls
        >>> from largespin import retrieve
        >>> result = retrieve(ls.random_patterns(3, 10_000, seed=1), corruption=0.25)
        >>> result.outcome, result.overlaps_end.round(2)[0]
        ('retrieved', np.float64(0.98))
        >>> patterns = ls.random_patterns(2, 400, seed=3)
        >>> probe = patterns[1].copy()
        >>> probe[:100] = 0.0  # A quarter of the sites is unknown.
        >>> retrieve(patterns, start=probe).retrieved
        1

    Source: CL21, Fig. 1; F24, Eq. 51 and (B.1).
    """
    if report is not None and not callable(report):
        raise LargespinError(
            f"Argument `report` must be a function of one phrase, but it is a {type(report).__name__}."
        )
    tell = report or _silent
    beginning = start_of(patterns, start)
    chosen = settings(
        model,
        rates=rates,
        learning=learning,
        corruption=share_flipped(corruption, beginning.is_own),
        seed=seed,
        frames=frames,
        tolerance=tolerance,
        temperature=temperature,
        field=field,
        coupling=coupling,
        mode_frequency=mode_frequency,
        loss=loss,
        relaxation=relaxation,
        time=time,
    )
    tell("sorting sites into large spins")
    spins = large_spins(patterns, start=beginning.damaged(chosen.corruption, chosen.seed))
    rule, reason = _rule(patterns, chosen.learning)
    _check_blocks(patterns, spins, rule)
    _check_rates(patterns, chosen, rule)
    tell(f"deriving the equations of {spins.number_of_blocks} large spins")
    built = _model(spins, chosen, rule)
    tell("following the dynamics")
    run = _run(built, spins, chosen)
    tell("judging the end")
    return _judged(patterns, beginning, chosen, spins, built, run, rule, reason)


def _silent(phrase: str) -> None:
    """Say nothing."""


def _rule(patterns: Patterns, learning: Learning | None) -> tuple[Learning, str]:
    recommended, reason = recommended_rule(patterns)
    if learning is None:
        return recommended, reason
    title = {"hebb": "Hebb's rule", "projection": "Projection rule"}[learning]
    if learning == recommended:
        return learning, f"{title}, as asked, which is also what these patterns need."
    return learning, f"{title}, as asked; for these patterns the recommendation is: {reason}"


def _check_blocks(patterns: Patterns, spins: LargeSpins, rule: Learning) -> None:
    if spins.number_of_blocks > LARGEST_NUMBER_OF_BLOCKS:
        raise LargespinError(
            f"Argument `patterns` must lead to at most {LARGEST_NUMBER_OF_BLOCKS} large spins, but these "
            f"{patterns.number_of_patterns} patterns lead to {spins.number_of_blocks}; use fewer patterns."
        )
    check_load(patterns, spins, rule)


def _check_rates(patterns: Patterns, chosen: Settings, rule: str) -> None:
    if chosen.rates != "exponential":
        return
    field = 1.0 if rule == "projection" else float(np.linalg.eigvalsh(patterns.correlations)[-1])
    lowest = field / LARGEST_EXPONENT
    if chosen.numbers["temperature"] < lowest:
        cure = "rates='glauber'" + (" or learning='projection'" if field > 1.5 else "")
        raise LargespinError(
            f"Argument `temperature` must be at least {lowest:.2g} here, because exponential rates grow as e^(Δ/T) "
            f"with fields Δ up to about {field:.2g}, but it is {chosen.numbers['temperature']:g}; use {cure}."
        )


def _model(spins: LargeSpins, chosen: Settings, rule: Learning) -> Model:
    if chosen.rates is not None:
        return hopfield(spins, rates=chosen.rates, learning=rule)
    numbers = chosen.numbers
    frequency, loss = numbers["mode_frequency"], numbers["loss"]
    return dicke(spins, mode_frequencies=frequency, losses=loss, learning=rule, relaxation=True)


def _run(model: Model, spins: LargeSpins, chosen: Settings) -> xr.Dataset:
    times = np.linspace(0.0, chosen.time, OUTPUT_TIMES)
    with interruption_raised():
        run = evolve(
            model,
            model.state(spins.start_state(), modes=0),
            times,
            tolerance=chosen.tolerance,
            parameters=chosen.parameters,
        )
    outcome = str(run.outcome.item())
    if outcome != "finished":
        # Exponential rates grow without bound at low temperature; of other runs the sentence itself knows the cause.
        cure = " Raise `temperature` or use rates='glauber'." if chosen.rates == "exponential" else ""
        raise LargespinError(f"The run did not finish: {run.sentence.item()}{cure}")
    return run


def _judged(
    patterns: Patterns,
    start: Start,
    chosen: Settings,
    spins: LargeSpins,
    model: Model,
    run: xr.Dataset,
    rule: Learning,
    reason: str,
) -> Retrieval:
    z: FloatArray = np.asarray(run.m.sel(component="z").values)
    late = late_state(spins, z, step=chosen.time / (OUTPUT_TIMES - 1))
    turning_only = chosen.model == "dicke" and chosen.numbers["relaxation"] == 0.0
    verdict = judge(spins, late, start=start.pattern, first_z=z[0], turning_only=turning_only)
    start_picture = spins.paint(z[0])
    phase = phase_sentence(patterns, chosen, rule)
    words = {"learning": rule, "learning_reason": reason, "verdict": verdict.sentence, "phase": phase}
    return Retrieval(
        patterns=patterns,
        start=start.pattern,
        is_own_start=start.is_own,
        settings=chosen,
        spins=spins,
        model=model,
        dataset=recorded(run, patterns, spins, chosen, start, words),
        learning=rule,
        learning_reason=reason,
        overlaps_start=spins.overlaps(z[0]),
        overlaps_end=late.overlaps,
        overlaps_spread=late.spread if late.motion != "settled" else np.zeros(len(late.spread)),
        agreement_start=agreement(spins, z[0]),
        agreement_end=late.agreement,
        start_picture=start_picture,
        end_picture=spins.paint(late.z),
        outcome=verdict.kind,
        retrieved=verdict.pattern if verdict.kind in ("retrieved", "oscillating") else None,
        verdict=verdict.sentence,
        phase=phase,
    )
