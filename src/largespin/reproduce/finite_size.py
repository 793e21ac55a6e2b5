"""How retrieval emerges with N: distributions of the overlap, the gap of the Liouvillian, and the life of a memory."""

from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from largespin.errors import FloatArray, whole_number
from largespin.exact.generator.system import System
from largespin.exact.solvers.liouvillian_spectrum_of import liouvillian_spectrum_of
from largespin.meanfield.results import provenance
from largespin.models import hopfield
from largespin.patterns.large_spins import ideal_large_spins
from largespin.plot.style import GREY, line_style, tidy
from largespin.progress import progress_bar
from largespin.reproduce.reproduction import Reproduction
from largespin.stationary.stationary_states import stationary_states

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

FIELD = 0.2
TEMPERATURES = (0.4, 1.2)
PARTICLES = (4, 6, 8, 12, 16, 20, 24, 32, 40)
FEW_PARTICLES = (4, 6, 8, 12)
LIFETIMES = (10.0, 100.0, 1000.0)
SHOWN = (0.5, 0.7, 1.0)
TRANSITION = 1.0 / (1.0 + 8.0 * FIELD**2)
"""Where the paramagnet loses its stability: β = 1 + 8Ω²."""


def compute(points: int | None = None, progress: bool = False) -> xr.Dataset:
    """The dataset of the figure.

    Args:
        points: number of temperatures; 17 if not given. Fewer than 9 use fewer particles as well.
        progress: show a progress bar.

    Returns:
        Dataset with ``probability`` (temperature, particles, level) of the overlaps ``value`` (particles, level),
        ``gap`` and ``lifetime`` = 1/gap (temperature, particles), ``residual``; of the mean field ``overlap_mean_field``
        and its slowest rate ``rate_mean_field`` (temperature); ``enough_particles`` (temperature, outlived): the smallest
        N at which retrieval outlives a given time, interpolated in log; NaN where none of those computed does.
    """
    count = whole_number("points", points, 2) if points is not None else 17
    numbers = np.array(PARTICLES if count > 8 else FEW_PARTICLES)
    temperatures = np.linspace(*TEMPERATURES, count)
    model = hopfield(ideal_large_spins(1))
    probability = np.full((count, len(numbers), numbers.max() + 1), np.nan)
    value = np.full((len(numbers), numbers.max() + 1), np.nan)
    gap, residual = np.empty((count, len(numbers))), np.empty((count, len(numbers)))
    with progress_bar(progress, "spectra", count * len(numbers)) as advance:
        for row, temperature in enumerate(temperatures):
            for column, particles in enumerate(map(int, numbers)):
                system = System(model, particles=particles, temperature=temperature, field=FIELD)
                # The first mode is the stationary state; its trace is not yet one.
                slow = liouvillian_spectrum_of(system, count=3)
                state = system.state(slow.modes[0])
                chances = system.state(state.vector / state.trace()).overlap_distribution()
                probability[row, column, : particles + 1] = chances.values
                value[column, : particles + 1] = chances["value"].values
                gap[row, column], residual[row, column] = slow.gap, slow.residuals[0]
                advance(1)
    overlap, rate = _mean_field(model, temperatures)
    return _dataset(temperatures, numbers, probability, value, gap, residual, overlap, rate)


def _mean_field(model: Any, temperatures: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Largest overlap of a stable state and the rate at which it is reached."""
    found = stationary_states(model, temperature=temperatures, field=FIELD)
    overlaps = np.abs(found["overlap"].isel(pattern=0).values)
    stable = found["verdict"].values == "stable"
    chosen = np.argmax(np.where(stable, overlaps, -1.0), axis=-1)
    rows = np.arange(len(temperatures))
    slowest = -found["growth_rate"].values[rows, chosen]
    return overlaps[rows, chosen], slowest


def _dataset(
    temperatures: FloatArray, numbers: Any, probability: FloatArray, value: FloatArray, gap: FloatArray,
    residual: FloatArray, overlap: FloatArray, rate: FloatArray,
) -> xr.Dataset:  # fmt: skip
    enough = np.array([[_enough(numbers, 1.0 / row, time) for time in LIFETIMES] for row in gap])
    axes = ("temperature", "particles")
    dataset = xr.Dataset(
        {
            "probability": ((*axes, "level"), probability, {"long_name": "stationary probability of the overlap"}),
            "value": (("particles", "level"), value, {"long_name": "overlap", "units": "1"}),
            "gap": (axes, gap, {"long_name": "gap of the Liouvillian", "units": "rate"}),
            "lifetime": (axes, 1.0 / gap, {"long_name": "lifetime 1/gap", "units": "inverse rate"}),
            "residual": (axes, residual, {"long_name": "residual of the stationary state", "units": "1"}),
            "overlap_mean_field": ("temperature", overlap, {"long_name": "overlap for N → ∞", "units": "1"}),
            "rate_mean_field": ("temperature", rate, {"long_name": "slowest rate for N → ∞", "units": "rate"}),
            "enough_particles": (("temperature", "outlived"), enough, {"long_name": "N that outlives a time"}),
        },
        coords={
            "temperature": ("temperature", temperatures, {"long_name": "temperature", "units": "1"}),
            "particles": ("particles", numbers, {"long_name": "number of particles", "units": "1"}),
            "outlived": ("outlived", np.array(LIFETIMES), {"long_name": "time", "units": "inverse rate"}),
        },
    )
    dataset.attrs = provenance(hopfield(ideal_large_spins(1)), fixed={"field": FIELD}, transition=TRANSITION)
    return dataset


def _enough(numbers: Any, lifetimes: FloatArray, time: float) -> float:
    """The N at which the lifetime passes `time`, log-linear between the computed ones."""
    above = np.flatnonzero(lifetimes >= time)
    if not len(above):
        return float("nan")
    first = int(above[0])
    if first == 0:
        return float(numbers[0])
    low, high = np.log(lifetimes[first - 1 : first + 1])
    share = (np.log(time) - low) / (high - low)
    return float(numbers[first - 1] + share * (numbers[first] - numbers[first - 1]))


def draw(dataset: xr.Dataset) -> "Figure":
    """Distribution against temperature, its sharpening with N, the gap against N, and who outlives what."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11.0, 8.0), layout="constrained")
    (cloud, sharpening), (gaps, life) = figure.subplots(2, 2)
    _draw_cloud(cloud, dataset)
    _draw_sharpening(sharpening, dataset)
    _draw_gaps(gaps, dataset)
    _draw_life(life, dataset)
    figure.suptitle(f"Quantum Hopfield network, one pattern, Ω = {FIELD:g}: exact solutions at finite N")
    return figure


def _draw_cloud(axes: "Axes", dataset: xr.Dataset) -> None:
    last = dataset.isel(particles=-1)
    number = int(last["particles"])
    chances = last["probability"].values[:, : number + 1]
    # Relative to the largest of each temperature: cold distributions are so sharp that warm ones would vanish.
    chances = chances / chances.max(axis=1, keepdims=True)
    image = axes.pcolormesh(
        dataset["temperature"],
        last["value"].values[: number + 1],
        chances.T,
        cmap="Blues",
        shading="nearest",
    )
    axes.figure.colorbar(image, ax=axes, label="probability / largest at this temperature")
    overlap = dataset["overlap_mean_field"].values
    for sign, label in ((1, "stable states, N → ∞"), (-1, None)):
        axes.plot(dataset["temperature"], sign * overlap, color="#D55E00", lw=2, label=label)
    axes.set(xlabel="temperature T", ylabel="overlap o", title=f"stationary distribution, N = {number}")
    axes.legend(fontsize=9, loc="upper right")


def _draw_sharpening(axes: "Axes", dataset: xr.Dataset) -> None:
    chosen = dataset.sel(temperature=SHOWN[0], method="nearest")
    numbers = [int(n) for n in dataset["particles"].values]
    for place, index in enumerate(sorted({0, len(numbers) // 2, len(numbers) - 1})):
        one = chosen.isel(particles=index)
        number = numbers[index]
        axes.plot(
            one["value"].values[: number + 1],
            one["probability"].values[: number + 1] * number / 2,
            **line_style(place),
            marker=".",
            label=f"N = {number}",
        )
    overlap = float(chosen["overlap_mean_field"])
    for sign, label in ((1, "N → ∞"), (-1, None)):
        axes.axvline(sign * overlap, color=GREY, lw=1.2, ls=":", label=label)
    axes.set(
        xlabel="overlap o", ylabel="probability density", title=f"two humps at T = {float(chosen['temperature']):.2f}"
    )
    axes.legend(fontsize=9)
    tidy(axes)


def _draw_gaps(axes: "Axes", dataset: xr.Dataset) -> None:
    for place, temperature in enumerate(SHOWN):
        one = dataset.sel(temperature=temperature, method="nearest")
        label = f"T = {float(one['temperature']):.2f}"
        axes.semilogy(dataset["particles"], one["gap"], **line_style(place), marker="o", ms=4, label=label)
        if float(one["temperature"]) > TRANSITION:
            axes.axhline(float(one["rate_mean_field"]), color=GREY, lw=1.2, ls=":", label="mean-field rate, N → ∞")
    axes.set(
        xlabel="number of particles N",
        ylabel="gap of the Liouvillian (rate)",
        title="the gap closes exponentially in retrieval",
    )
    axes.legend(fontsize=9)
    tidy(axes)


def _draw_life(axes: "Axes", dataset: xr.Dataset) -> None:
    for place, time in enumerate(dataset["outlived"].values):
        enough = dataset["enough_particles"].sel(outlived=time)
        axes.plot(dataset["temperature"], enough, **line_style(place), marker=".", label=f"outlives t = {time:g}")
    axes.axvline(TRANSITION, color=GREY, lw=1.2, ls=":", label="transition, N → ∞")
    axes.set(
        xlabel="temperature T", ylabel="number of particles N", title="metastable retrieval outlives a time above its line",
        xlim=TEMPERATURES, ylim=(0, float(dataset["particles"].max())),
    )  # fmt: skip
    axes.legend(fontsize=9)
    tidy(axes)


def report(dataset: xr.Dataset) -> list[str]:
    """Positions of the humps, growth of the lifetime, and the gap in the paramagnet."""
    last = dataset.isel(particles=-1)
    number = int(last["particles"])
    lines = [
        f"transition for N → ∞ at T = {TRANSITION:.4f}; largest N computed {number}; worst residual of a stationary state "
        f"{float(dataset['residual'].max()):.1e}"
    ]
    cold = last.sel(temperature=SHOWN[0], method="nearest")
    chances = cold["probability"].values[: number + 1]
    hump = abs(float(cold["value"].values[int(np.argmax(chances))]))
    lines.append(
        f"T = {float(cold['temperature']):.2f}, N = {number}: humps at |o| = {hump:.4f}, mean field "
        f"{float(cold['overlap_mean_field']):.4f}"
    )
    cold_gaps = dataset["gap"].sel(temperature=SHOWN[0], method="nearest")
    slope = np.polyfit(dataset["particles"].values[-4:], np.log(cold_gaps.values[-4:]), 1)[0]
    lines.append(f"there the lifetime grows as e^(a N) with a = {-slope:.4f} (from the last four N)")
    warm = last.isel(temperature=-1)
    lines.append(
        f"T = {float(warm['temperature']):.2f}, N = {number}: gap {float(warm['gap']):.4f}, mean-field rate "
        f"{float(warm['rate_mean_field']):.4f}"
    )
    return lines


FINITE_SIZE = Reproduction(
    "finite-size",
    "F24 (B.1) at finite N",
    "stationary overlap distribution, Liouvillian gap and lifetime of retrieval against the number of particles",
    compute,
    draw,
    report,
)
