"""Hopfield phase diagram resolved to 1e-3 of both ranges: points an adaptive diagram evaluates, against all of the grid."""

import time

import numpy as np
import xarray as xr
from measure import ratio

import largespin as ls
from largespin import phase_diagram
from largespin.phases import hopfield_rules, phase_names
from largespin.phases.codes import codes_of
from largespin.phases.evaluate import evaluate_points
from largespin.phases.hopfield import hopfield_search
from largespin.reproduce.hopfield_phases import expected_phases

TEMPERATURES, FIELDS, RESOLUTION = (0.2, 1.3), (0.0, 0.6), 1e-3
SAMPLE = 2000


def diagram() -> tuple[xr.Dataset, float]:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    begin = time.perf_counter()
    result = phase_diagram(
        model,
        rules=hopfield_rules(),
        search=hopfield_search(),
        resolution=RESOLUTION,
        between={"temperature": TEMPERATURES, "field": FIELDS},
    )
    return result, time.perf_counter() - begin


def check_sample(result: xr.Dataset) -> float:
    """Points that were not evaluated, half of them near boundaries, evaluated now; seconds per point."""
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    numbers, evaluated = result.phase.values, result.evaluated.values
    near = np.zeros(evaluated.shape, dtype=bool)
    for shift in (-3, 3):
        for axis in (0, 1):
            near |= numbers != np.roll(numbers, shift, axis=axis)
    generator = np.random.default_rng(11)
    chosen = [generator.permutation(np.argwhere(kind & ~evaluated))[: SAMPLE // 2] for kind in (near, ~near)]
    indices = np.concatenate(chosen)
    place = {"temperature": result.temperature.values[indices[:, 0]], "field": result.field.values[indices[:, 1]]}
    begin = time.perf_counter()
    direct = codes_of(hopfield_rules(), evaluate_points(model, parameters=place, search=hopfield_search()))
    seconds = (time.perf_counter() - begin) / len(indices)
    wrong = direct != result.phase.values[tuple(indices.T)]
    assert not wrong.any(), f"{wrong.sum()} of {len(indices)} filled points differ from direct evaluation"
    print(f"  {len(indices)} filled points, {len(chosen[0])} of them near boundaries: all agree with direct evaluation")
    return seconds


def check_lines(result: xr.Dataset) -> None:
    """Every grid point against the analytic lines; only those within one cell of a line may differ."""
    temperature, field = result.temperature.values[:, None], result.field.values[None, :]
    cell = temperature[1, 0] - temperature[0, 0], field[0, 1] - field[0, 0]
    here = expected_phases(temperature, field)
    clear = np.ones(here.shape, dtype=bool)
    for i in (-1.0, 0.0, 1.0):
        for j in (-1.0, 0.0, 1.0):
            clear &= here == expected_phases(temperature + i * cell[0], np.maximum(field + j * cell[1], 0.0))
    wrong = here != phase_names(result).values
    assert not (wrong & clear).any(), f"{(wrong & clear).sum()} points differ from the analytic lines"
    print(f"  points off the analytic lines: 0 farther than a cell, {wrong.sum()} nearer, of {wrong.size}")


def main() -> None:
    result, seconds = diagram()
    print(f"Hopfield phase diagram at {RESOLUTION:g} of both ranges: {result.evaluations} points in {seconds:.1f} s")
    check_lines(result)
    each = check_sample(result)
    print(f"  the whole grid would take about {each * result.uniform_evaluations:.0f} s")
    ratio("adaptive-points", result.uniform_evaluations / result.evaluations, "evaluations, uniform over adaptive")


if __name__ == "__main__":
    main()
