"""The bifurcations behind F24 Fig. 2: all boundary lines of the Hopfield network in two parameters, and three cuts."""

from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from largespin.bifurcations.boundaries import boundaries
from largespin.bifurcations.branches import branches
from largespin.cycles.cycle_branch import cycle_branch
from largespin.cycles.cycle_ends import cycle_ends
from largespin.errors import FloatArray, whole_number
from largespin.model import Model
from largespin.models import hopfield
from largespin.patterns.large_spins import ideal_large_spins
from largespin.reproduce.hopfield_phases import fold, pitchfork
from largespin.reproduce.reproduction import Reproduction

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BETWEEN = {"temperature": (0.2, 1.2), "field": (0.0, 1.0)}
"""The plane."""
CUTS = (0.5, 0.6, 0.8)
"""Temperatures of the cuts: far below the double-zero point, just below it, and above it."""
HOPF = 2 / 3
"""Temperature of the Hopf line, above which nothing oscillates for ever."""
CYCLE_START, CYCLE_FIELD = (0.0, 0.1, 0.1), 0.9
"""A start that reaches the cycle, and a field at which the cycle exists at every temperature of the line."""
LINE_POINTS = 16
"""Temperatures on the line where cycles die."""
COLDEST, BELOW = 0.35, 0.005
"""Where that line begins: below, the integration of the cycle becomes stiff, as rates grow like e^{1/T}; and how far below
the Hopf line it ends."""
LOWEST_FIELD = 0.05
"""Field down to which cycles are followed: all have died above it."""


def compute(points: int | None = None, progress: bool = False) -> xr.Dataset:
    """The dataset of the figure.

    Args:
        points: temperatures on the line where cycles die; 16 if not given.
        progress: not used, the computation takes seconds.
    """
    count = whole_number("points", points, 2) if points is not None else LINE_POINTS
    model = hopfield(ideal_large_spins(1))
    lines = boundaries(model, between=BETWEEN)
    temperatures = np.linspace(COLDEST, HOPF - BELOW, count)
    deaths = cycle_ends(
        model, CYCLE_START, between={"field": (LOWEST_FIELD, CYCLE_FIELD)}, field=CYCLE_FIELD, temperature=temperatures
    )
    cuts = xr.concat([_cut(model, temperature) for temperature in CUTS], "cut_point")
    cycles = xr.concat([_cycles(model, temperature) for temperature in CUTS if temperature < HOPF], "cycle_point")
    parts = [_lines(lines), _deaths(deaths), cuts, cycles]
    attrs = {**lines.attrs, "source": "F24 Fig. 2, worked out from (B.1)"}
    return xr.merge(parts, combine_attrs="drop").assign_attrs(attrs)


def _lines(lines: xr.Dataset) -> xr.Dataset:
    """The lines of bifurcations of stationary states and the points where they meet."""
    along = {f"line_{name}": ("line_point", lines[name].values) for name in ("temperature", "field", "kind", "curve")}
    special = {
        f"meeting_{name}": ("meeting", lines[f"special_{name}"].values) for name in ("temperature", "field", "kind")
    }
    return xr.Dataset({**along, **special})


def _deaths(deaths: xr.Dataset) -> xr.Dataset:
    """Where the cycle ceases to attract, over temperature."""
    names = {
        "stable_until": "cycle_dies",
        "stable_until_error": "cycle_dies_error",
        "stable_until_kind": "cycle_dies_kind",
    }
    return deaths[list(names)].rename(names).drop_vars("weight", errors="ignore")


def _cut(model: Model, temperature: float) -> xr.Dataset:
    """Branches of stationary states over the field, at one temperature."""
    found = branches(model, [0, 0, 0], between={"field": BETWEEN["field"]}, field=0.1, temperature=temperature)
    variables = {
        "cut_temperature": np.full(found.sizes["point"], temperature),
        "cut_field": found.field.values,
        # A branch and its mirror image under z → −z are one for the search; the upper one is kept.
        "cut_overlap": np.abs(found.overlap.isel(pattern=0).values),
        "cut_branch": found.branch.values,
        "cut_verdict": found.verdict.values.astype(object),
        "cut_special": found.special.values.astype(object),
    }
    return xr.Dataset({name: ("cut_point", values) for name, values in variables.items()})


def _cycles(model: Model, temperature: float) -> xr.Dataset:
    """The branch of the cycle over the field, at one temperature."""
    at = {"temperature": temperature, "field": CYCLE_FIELD}
    cycles = cycle_branch(model, CYCLE_START, between={"field": BETWEEN["field"]}, phases=257, parameters=at)
    variables = {
        "cycle_temperature": np.full(cycles.sizes["point"], temperature),
        "cycle_field": cycles.field.values,
        "cycle_overlap": cycles.overlap.isel(pattern=0).max("phase").values,
        "cycle_period": cycles.period.values,
        "cycle_verdict": cycles.verdict.values.astype(object),
        "cycle_special": cycles.special.values.astype(object),
    }
    return xr.Dataset({name: ("cycle_point", values) for name, values in variables.items()})


def draw(dataset: xr.Dataset) -> "Figure":
    """Left the lines in two parameters, right the three cuts."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(11.0, 7.2), layout="constrained")
    grid = figure.add_gridspec(len(CUTS), 2, width_ratios=(1.35, 1.0))
    _draw_plane(figure.add_subplot(grid[:, 0]), dataset)
    handles: dict[str, Any] = {}
    for row, temperature in enumerate(CUTS):
        axes = figure.add_subplot(grid[row, 1])
        _draw_cut(axes, dataset, temperature)
        handles |= {str(line.get_label()): line for line in axes.get_legend_handles_labels()[0]}
    # The last cut has the room.
    axes.legend(handles=handles.values(), fontsize=9, loc="upper right", ncols=2)
    return figure


def _draw_plane(axes: "Axes", dataset: xr.Dataset) -> None:
    from largespin.plot.charts.boundary_lines import draw_boundary_lines, style_of
    from largespin.plot.style import GREY

    names = ("temperature", "field", "curve", "kind")
    curves = xr.Dataset({name: ("point", dataset[f"line_{name}"].values) for name in names})
    axes.set(xlim=BETWEEN["temperature"], ylim=BETWEEN["field"])
    lines = draw_boundary_lines(curves, axes, ("temperature", "field"))
    edge = style_of("fold of cycles", {})["color"]
    died: dict[str, Any] = {"ms": 4, "mfc": "white", "mec": edge, "label": "cycle dies (period → ∞)"}
    lines += axes.plot(dataset.temperature, dataset.cycle_dies, "o", **died)
    met: dict[str, Any] = {"color": "black", "ms": 13, "label": "double zero, degenerate pitchfork"}
    lines += axes.plot(dataset.meeting_temperature, dataset.meeting_field, "*", **met)
    for temperature in CUTS:
        axes.axvline(temperature, color=GREY, lw=0.7, ls=(0, (1, 4)))
    axes.legend(handles=lines, loc="upper right", fontsize=9)
    axes.set(xlabel="temperature $T$", ylabel=r"transverse field $\Omega$")
    axes.set_title("Quantum Hopfield network: lines of bifurcations")


def _draw_cut(axes: "Axes", dataset: xr.Dataset, temperature: float) -> None:
    from largespin.plot.charts.branches import STABLE_CYCLE, draw_band, draw_branches, draw_special
    from largespin.plot.style import tidy

    cycle = dataset.isel(cycle_point=(dataset.cycle_temperature == temperature).values)
    if cycle.sizes["cycle_point"]:
        x, highest = cycle.cycle_field.values, cycle.cycle_overlap.values
        draw_band(axes, x, np.zeros_like(highest), highest)
        axes.plot(x, highest, label="cycle, largest value", **STABLE_CYCLE)
    cut = dataset.isel(cut_point=(dataset.cut_temperature == temperature).values)
    x, y = cut.cut_field.values, cut.cut_overlap.values
    draw_branches(axes, x, y, cut.cut_branch.values, (cut.cut_verdict == "stable").values)
    draw_special(axes, x, y, cut.cut_special.values)
    axes.set(xlim=BETWEEN["field"], ylim=(-0.05, 1.0), xlabel=r"transverse field $\Omega$", ylabel=r"overlap $|o_z|$")
    axes.set_title(f"T = {temperature:g}", loc="left", fontsize=10)
    tidy(axes)


def report(dataset: xr.Dataset) -> list[str]:
    """How far the lines are from the analytic ones, where they meet, where cycles die."""
    errors = line_errors(dataset)
    lines = ", ".join(f"{kind} {error:.1e}" for kind, error in errors.items())
    meetings = "; ".join(
        f"{kind} at T = {float(t):.6f}, Ω = {float(o):.6f}"
        for kind, t, o in zip(
            dataset.meeting_kind.values, dataset.meeting_temperature, dataset.meeting_field, strict=True
        )
    )
    edges = fold_field(dataset.temperature.values)
    apart = np.abs(dataset.cycle_dies.values - edges)
    kinds = ", ".join(sorted(set(dataset.cycle_dies_kind.values.tolist())))
    return [
        f"largest distance from the analytic lines: {lines}",
        f"special points: {meetings} (expected: 2/3, 1/4)",
        f"cycles die at: {kinds}; largest distance from the fold of retrieval {apart.max():.1e}",
        "So the line where cycles die is the fold itself: saddle-nodes appear on the cycle, whose period grows like |Ω − Ω*|^(−1/2).",
    ]


def line_errors(dataset: xr.Dataset) -> dict[str, float]:
    """Largest distance in the parameters of each kind of line from its closed form."""
    kinds = dataset.line_kind.values.astype(str)
    temperature, field = dataset.line_temperature.values, dataset.line_field.values
    exact = {
        "pitchfork": lambda t, o: np.abs(t - 1.0 / (1.0 + 8.0 * o**2)),
        "fold": lambda t, o: np.abs(o - fold_field(t)),
        "Hopf": lambda t, o: np.abs(t - HOPF),
    }
    errors = {}
    for family, distance in exact.items():
        own = np.char.startswith(kinds, family)
        if own.any():
            errors[family] = float(np.max(distance(temperature[own], field[own])))
    return errors


def fold_field(temperature: FloatArray) -> FloatArray:
    """Ω at which retrieval ends for T < 2/3, from the closed form of the fold over ``x = βo``."""
    from scipy.optimize import brentq

    def at(value: float) -> float:
        if value >= HOPF - 1e-12:
            return float(pitchfork(np.array(value)))
        x = brentq(lambda x: float(fold(np.array(x))[0]) - value, 1e-4, 60.0, xtol=1e-15)
        return float(fold(np.array(x))[1])

    return np.array([at(float(value)) for value in np.atleast_1d(temperature)])


HOPFIELD_BIFURCATIONS = Reproduction(
    name="hopfield-bifurcations",
    source="F24 Fig. 2",
    summary="all lines of bifurcations of the Hopfield network, where they meet, and cuts with branches and cycles",
    compute=compute,
    draw=draw,
    report=report,
)
