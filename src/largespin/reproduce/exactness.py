"""How exact mean field is: the error of CL21 Eq. 9 and FMLC23 Eq. 24 at finite N, its coefficient, and the bounds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from largespin.bounds import mean_field_error
from largespin.errors import whole_number
from largespin.model import Model, State
from largespin.models import dicke, hopfield
from largespin.patterns.large_spins import ideal_large_spins
from largespin.plot.style import DASHES, GREY, OKABE_ITO, tidy
from largespin.reproduce.reproduction import Reproduction

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

LAST = 2.5
"""Last time, in inverse rates."""
TIMES = 21
SHOWN = 4
"""Times at which E_N is drawn against N."""
BLACK = "#000000"
MARKERS = ("o", "s", "^", "D", "v", "P")
OVER_N = ("error", "predicted", "product", "bound", "log10_bound")
OVER_TIME = ("extrapolated", "limit", "slope")


@dataclass(frozen=True, eq=False)
class Case:
    """One column of the figure.

    Attributes:
        name: the coordinate ``case``.
        words: title of the column.
        model: the model.
        start: Bloch vector of all spins; modes start in the vacuum.
        particles: numbers of particles, rising.
        theorem: whose bound applies.
        values: parameter values.
        fock: Fock states of the mode.
    """

    name: str
    words: str
    model: Model
    start: tuple[float, float, float]
    particles: tuple[int, ...]
    theorem: str
    values: dict[str, float] = field(default_factory=dict)
    fock: int | None = None


def cases() -> tuple[Case, ...]:
    """The three phases of the one-pattern network, and the open Dicke model with one mode below its transition."""
    network, light = hopfield(ideal_large_spins(1)), dicke(ideal_large_spins(1))
    up, spins = (0.0, 0.0, 0.9), (16, 32, 64, 128)
    return (
        Case(
            "retrieval", "retrieval\n$T = 0.5$, $\\Omega = 0.2$",
            network, up, spins, "FMLC23", {"temperature": 0.5, "field": 0.2},
        ),
        Case(
            "limit cycle", "limit cycle\n$T = 0.5$, $\\Omega = 1$",
            network, up, spins, "FMLC23", {"temperature": 0.5, "field": 1.0},
        ),
        Case(
            "paramagnet", "paramagnet\n$T = 2$, $\\Omega = 0.5$",
            network, up, spins, "FMLC23", {"temperature": 2.0, "field": 0.5},
        ),
        Case(
            "Dicke", "Dicke model, one mode\n$\\Omega = 0.5$, $g_0 = 0.5$, $\\Omega_1 = \\kappa_1 = 1$",
            light, (-0.6, 0.0, 0.8), (4, 6, 8, 12, 16), "CL21", {"field": 0.5, "coupling": 0.5}, 16,
        ),
    )  # fmt: skip


def compute(points: int | None = None, progress: bool = False) -> xr.Dataset:
    """The dataset of the figure.

    Args:
        points: output times in [0, 2.5], 21 if not given; as many numbers of particles are computed, but at most four
            for the network, N = 16 … 128, and five for the Dicke model, N = 4 … 16.
        progress: show a progress bar for every case.

    Returns:
        Dataset over ``case``, ``particles`` and ``time`` with the variables of `largespin.bounds.mean_field_error`,
        NaN at the N that a case does not have; ``bound`` and ``log10_bound`` are those of the theorem that applies,
        ``theorem`` (case). ``slope_largest`` (case, time) is the slope between the two largest N.
    """
    count = whole_number("points", points, 2) if points is not None else TIMES
    times = np.linspace(0.0, LAST, count)
    parts = [_one_case(case, times, progress) for case in cases()]
    joined = xr.concat(parts, dim="case", join="outer", coords="minimal", compat="override", combine_attrs="drop")
    joined["case"] = ("case", [case.name for case in cases()])
    joined.attrs = {"largespin_version": parts[0].attrs["largespin_version"]}
    joined["title"] = ("case", [case.words for case in cases()])
    joined["start"] = (
        ("case", "component"),
        np.array([case.start for case in cases()]),
        {"long_name": "Bloch vector of every spin at the start", "units": "1"},
    )
    return joined.assign_coords(component=["x", "y", "z"])


def _one_case(case: Case, times: np.ndarray, progress: bool) -> xr.Dataset:
    start: State = case.model.state(case.start, modes=0)
    chosen = list(case.particles[: max(2, min(len(times), len(case.particles)))])
    found = mean_field_error(
        case.model, start, times, particles=chosen, fock=case.fock, progress=progress, parameters=case.values
    )
    found = found.sel(bound_name=case.theorem)
    found = found.drop_vars([name for name in found.coords if name not in ("particles", "time")])
    result = found[[*OVER_N, *OVER_TIME]]
    pair = np.log(found.error.isel(particles=[-2, -1]))
    result["slope_largest"] = pair.diff("particles").isel(particles=0, drop=True) / np.log(chosen[-1] / chosen[-2])
    result["slope_largest"].attrs = {"long_name": "slope of ln E_N against ln N, two largest N", "units": "1"}
    result["theorem"] = case.theorem
    result["bound_sentence"] = str(found.bound_sentence.item())
    result["parameters"] = str(found.attrs["parameters"])
    result.attrs["largespin_version"] = found.attrs["largespin_version"]
    return result


def draw(dataset: xr.Dataset) -> "Figure":
    """E_N against N, N E_N against time with its limit, and the bounds, whose logarithms alone fit on paper."""
    from matplotlib.figure import Figure

    count = dataset.sizes["case"]
    figure = Figure(figsize=(3.4 * count, 10.0), layout="constrained")
    layout = figure.add_gridspec(3, count, height_ratios=[1.2, 1.0, 0.75])
    for index in range(count):
        one = _computed(dataset.isel(case=index))
        _draw_scaling(figure.add_subplot(layout[0, index]), one)
        _draw_coefficient(figure.add_subplot(layout[1, index]), one)
    _draw_bounds(figure.add_subplot(layout[2, :]), dataset)
    figure.suptitle(
        r"Error of mean field, $E_N(t) = \sum_a \langle (m_a^N - m_a)^2\rangle"
        r" + \langle A^\dagger A + A A^\dagger\rangle$: exact, predicted by the fluctuations, bounded by theorems"
        + f"\nstart: {_starts(dataset)}; modes empty",
        fontsize=12,
    )
    return figure


def _draw_scaling(axes: "Axes", one: xr.Dataset) -> None:
    """E_N over N at some times, with the predicted lines of slope −1."""
    size = one.particles.values
    line = np.array([size[0] / 1.15, size[-1] * 1.15])
    chosen = np.unique(np.linspace(0, one.sizes["time"] - 1, SHOWN).round().astype(int))
    for number, index in enumerate(chosen):
        at = one.isel(time=index)
        colour, marker = OKABE_ITO[number], MARKERS[number]
        label = f"$t = {float(at.time):.4g}$, slope ${float(at.slope_largest):.3f}$"
        axes.loglog(size, at.error, marker, color=colour, label=label, ms=6)
        axes.loglog(line, float(at.limit) / line, color=colour, lw=1.2, label=None)
    axes.plot([], [], color=BLACK, lw=1.2, label=r"$\mathrm{tr}\,\Sigma(t)/N$, slope $-1$")
    last = one.isel(time=-1)
    alone = float(last["product"].values[0] * size[0])
    axes.loglog(line, alone / line, color=GREY, ls=":", lw=1.5, label="product state, last $t$")
    axes.set_xscale("log", base=2)
    axes.set_xticks(size, [str(n) for n in size])
    axes.minorticks_off()
    axes.set(xlabel="number of particles $N$", ylabel="error $E_N(t)$", title=str(one.title.item()))
    bottom, top = axes.get_ylim()
    axes.set_ylim(bottom / (top / bottom) ** 0.55, top)
    axes.legend(fontsize=7.5, loc="lower left", frameon=False, title="exact; slope between the two largest $N$",
        title_fontsize=7.5, alignment="left",
    )  # fmt: skip
    tidy(axes)


def _draw_coefficient(axes: "Axes", one: xr.Dataset) -> None:
    """N E_N(t) of every N, its extrapolation, and the limit tr Σ(t)."""
    for number, size in enumerate(one.particles.values):
        curve = float(size) * one.error.sel(particles=size)
        style = DASHES[(number + 1) % len(DASHES)]
        axes.plot(one.time, curve, color=OKABE_ITO[number], ls=style, lw=1.5, label=f"$N = {size}$")
    axes.plot(
        one.time, one["product"].values[0] * one.particles.values[0], color=GREY, ls=":", lw=1.2, label="product state"
    )
    axes.plot(one.time, one.limit, color=BLACK, lw=1.6, label=r"$\mathrm{tr}\,\Sigma(t)$")
    every = slice(None, None, max(1, one.sizes["time"] // 12))
    axes.plot(
        one.time[every], one.extrapolated[every], "x", color=BLACK, ms=6, label=r"extrapolated to $1/N = 0$"
    )  # fmt: skip
    axes.set(xlabel="time $t$ (inverse rates)", ylabel="$N E_N(t)$", xlim=(0, float(one.time[-1])))
    axes.set_ylim(0, 1.5 * max(float(one.limit.max()), float((one.error * one.particles).max())))
    axes.legend(fontsize=7, ncols=2, loc="upper left", frameon=False)
    tidy(axes)


def _draw_bounds(axes: "Axes", dataset: xr.Dataset) -> None:
    """log10 of the rigorous bounds at the largest N; on their scale the errors themselves lie at zero."""
    for index in range(dataset.sizes["case"]):
        one = _computed(dataset.isel(case=index)).isel(particles=-1)
        label = f"{one.case.item()}: bound of {one.theorem.item()}, $N = {int(one.particles)}$"
        axes.plot(one.time, one.log10_bound, color=OKABE_ITO[index], ls=DASHES[index % len(DASHES)], lw=2, label=label)
    largest = [_computed(dataset.isel(case=index)).error.isel(particles=-1) for index in range(dataset.sizes["case"])]
    for index, error in enumerate(largest):
        axes.plot(error.time, np.log10(error), color=BLACK, lw=1.2, label=None if index else "the errors, all four")
    axes.set(
        xlabel="time $t$ (inverse rates)",
        ylabel=r"$\log_{10}$ of bound and error",
        xlim=(0, float(dataset.time[-1])),
        title="the rigorous bounds: true for every $N$, proofs of the limit and no estimates of the error",
    )
    axes.legend(fontsize=8, loc="upper left", frameon=False)
    tidy(axes)


def _starts(dataset: xr.Dataset) -> str:
    """Bloch vectors at the start, with the cases that have them."""
    groups: dict[tuple[float, ...], list[str]] = {}
    for name, bloch in zip(dataset.case.values, dataset.start.values, strict=True):
        groups.setdefault(tuple(float(x) for x in bloch), []).append(str(name))
    return "; ".join(
        f"$m = ({', '.join(f'{x:g}' for x in bloch)})$ for {', '.join(names)}" for bloch, names in groups.items()
    )


def _computed(one: xr.Dataset) -> xr.Dataset:
    """A case at the N that it has."""
    return one.isel(particles=np.flatnonzero(np.isfinite(one.error.isel(time=0).values)))


def report(dataset: xr.Dataset) -> list[str]:
    """Slopes, agreement of the coefficient, and bounds, case by case."""
    lines = []
    for index in range(dataset.sizes["case"]):
        one = _computed(dataset.isel(case=index))
        size = one.particles.values
        apart = one.extrapolated.values / one.limit.values - 1
        worst = int(np.argmax(np.abs(apart)))
        raw = size[-1] * one.error.values[-1] / one.limit.values - 1
        lines.append(
            f"{one.case.item()} (N = {_listed(size)}): slope of ln E_N against ln N {_span(one.slope.values)} over all N, "
            f"{_span(one.slope_largest.values)} between the two largest; N E_N extrapolated to 1/N = 0 differs from tr Σ by "
            f"{100 * np.abs(apart).max():.2g}% at most (t = {float(one.time[worst]):.2g}) and "
            f"{100 * np.median(np.abs(apart)):.2g}% in the median, without extrapolation by "
            f"{100 * np.abs(raw).max():.2g}% at most"
        )
        lines.append(
            f"{one.case.item()}, rigorous bound of {one.theorem.item()} at N = {size[-1]}, t = {float(one.time[-1]):g}: "
            f"10^{float(one.log10_bound[-1, -1]):.0f}; the error is {float(one.error[-1, -1]):.3g}"
        )
    return lines


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(str(int(n)) for n in numbers)


def _span(values: np.ndarray) -> str:
    return f"{values.min():.3f} … {values.max():.3f}"


EXACTNESS = Reproduction(
    "exactness",
    "CL21 Eq. 9, FMLC23 Eq. 24",
    "error of mean field at finite N: slope −1 and coefficient tr Σ(t) from exact solutions, and the rigorous bounds",
    compute,
    draw,
    report,
)
