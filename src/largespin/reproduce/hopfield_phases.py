"""F24 Fig. 2: the phase diagram of the quantum Hopfield network, with its analytic boundary lines."""

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from largespin.errors import FloatArray, whole_number
from largespin.phases import has_phase, hopfield_phases, phase_names
from largespin.reproduce.reproduction import Reproduction

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

TEMPERATURES, FIELDS = (0.2, 1.4), (0.0, 1.0)
VERMILION, BLUE, BLACK = "#D55E00", "#56B4E9", "#000000"


def compute(points: int | None = None, progress: bool = False) -> xr.Dataset:
    """The dataset of the figure: `phases.hopfield_phases` on T ∈ [0.2, 1.4], Ω ∈ [0, 1].

    Args:
        points: grid points per axis; 128 if not given.
        progress: show a progress bar.
    """
    count = whole_number("points", points, 2) if points is not None else 128
    dataset = hopfield_phases(np.linspace(*TEMPERATURES, count), np.linspace(*FIELDS, count), progress=progress)
    dataset["temperature"].attrs = {"long_name": "temperature T", "units": "1"}
    dataset["field"].attrs = {"long_name": "transverse field Ω", "units": "rate"}
    return dataset


def pitchfork(temperature: FloatArray) -> FloatArray:
    """``Ω = √((1/T − 1)/8)``, where the paramagnet has a zero eigenvalue (β = 1 + 8Ω²); NaN above T = 1."""
    return np.sqrt(np.where(temperature <= 1.0, (1.0 / temperature - 1.0) / 8.0, np.nan))


def fold(arguments: FloatArray) -> tuple[FloatArray, FloatArray]:
    """The end of retrieval below T = 2/3 as a curve (T, Ω) over ``x = βo``.

    (B.4) is ``8Ω² = (tanh x/(T x) − 1) cosh² x``; where Ω is largest at fixed T,
    ``T = (2x cosh 2x − sinh 2x)/(2x² sinh 2x)``.
    """
    x = np.asarray(arguments, dtype=float)
    temperature = (2 * x * np.cosh(2 * x) - np.sinh(2 * x)) / (2 * x**2 * np.sinh(2 * x))
    squared = (np.tanh(x) / (temperature * x) - 1.0) * np.cosh(x) ** 2 / 8.0
    return temperature, np.sqrt(squared)


def draw_boundaries(axes: "Axes") -> None:
    """The analytic lines: pitchfork, Hopf, fold, and their common double-zero point."""
    temperature = np.linspace(*TEMPERATURES, 400)
    above, below = temperature >= 2 / 3, temperature <= 2 / 3
    line = pitchfork(temperature)
    axes.plot(temperature[above], line[above], color=BLACK, lw=2, label=r"pitchfork $\beta = 1 + 8\Omega^2$")
    axes.plot(temperature[below], line[below], color=BLACK, lw=1.2, ls=":", label="the same, subcritical")
    axes.plot(*fold(np.linspace(1e-3, 8.0, 800)), color=VERMILION, lw=2, label="fold of (B.4)")
    axes.plot(
        [2 / 3, 2 / 3],
        [0.25, FIELDS[1]],
        color=BLUE,
        lw=2,
        ls="--",
        label=r"Hopf $\beta = 3/2$, $\Omega > 1/4$",
    )
    axes.plot(2 / 3, 0.25, "o", color=BLACK, ms=6, label="double zero (2/3, 1/4)")
    axes.set(xlim=TEMPERATURES, ylim=FIELDS)


def draw(dataset: xr.Dataset) -> "Figure":
    """Retrieval overlap in colour, limit cycles white, paramagnet grey, boundaries on top."""
    from matplotlib.colors import ListedColormap
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

    figure = Figure(figsize=(7.2, 5.2), layout="constrained")
    axes = figure.subplots()
    quiet = np.where((phase_names(dataset) == "paramagnet").values, 1.0, np.nan)
    axes.pcolormesh(dataset.temperature, dataset.field, quiet.T, cmap=ListedColormap(["#D9D9D9"]), rasterized=True)
    mesh = axes.pcolormesh(
        dataset.temperature,
        dataset.field,
        dataset.overlap.values.T,
        cmap="viridis",
        vmin=0,
        vmax=1,
        rasterized=True,
    )
    both = (has_phase(dataset, "retrieval") & dataset.limit_cycle).values
    if both.any():
        axes.contourf(dataset.temperature, dataset.field, both.T, levels=[0.5, 1.5], colors="none", hatches=["///"])
    figure.colorbar(mesh, label="largest stable retrieval overlap $o_z$")
    draw_boundaries(axes)
    axes.set(xlabel="temperature $T$", ylabel=r"transverse field $\Omega$")
    handles, _ = axes.get_legend_handles_labels()
    handles += [Patch(fc="#D9D9D9", label="paramagnet"), Patch(fc="white", ec="k", label="limit cycle")]
    axes.legend(handles=handles, fontsize=8, loc="upper right", framealpha=0.95)
    axes.set_title("Quantum Hopfield network, exponential rates (F24 Fig. 2)")
    return figure


def report(dataset: xr.Dataset) -> list[str]:
    """Shares of the phases, and how well the computed boundaries follow the analytic lines."""
    names, counts = np.unique(phase_names(dataset).values, return_counts=True)
    shares = ", ".join(f"{name} {count / dataset.phase.size:.1%}" for name, count in zip(names, counts, strict=True))
    wrong = disagreements(dataset)
    return [
        f"shares of the grid: {shares}",
        f"grid points on the wrong side of an analytic line: {wrong} of {dataset.phase.size} "
        "(expected: 0 apart from points that lie on a line)",
        "Limit cycles need β > 3/2; retrieval ends at the pitchfork above T = 2/3 and at the fold below it.",
    ]


def expected_phases(temperature: FloatArray, field: FloatArray) -> np.ndarray:
    """Phase from the analytic lines alone, for arrays of T and Ω that broadcast."""
    fold_temperature, fold_field = fold(np.linspace(1e-3, 20.0, 20000))
    edge = np.where(
        temperature < 2 / 3,
        np.interp(temperature, fold_temperature[::-1], fold_field[::-1]),
        np.nan_to_num(pitchfork(temperature), nan=-1.0),
    )
    outside = np.where(temperature < 2 / 3, "limit cycle", "paramagnet")
    return np.where(field < edge, "retrieval", outside)


def disagreements(dataset: xr.Dataset) -> int:
    """Grid points whose computed phase differs from the analytic one."""
    expected = expected_phases(dataset.temperature.values[:, None], dataset.field.values[None, :])
    return int(np.sum(expected != phase_names(dataset).values))


HOPFIELD_PHASES = Reproduction(
    "hopfield-phases",
    "F24 Fig. 2",
    "retrieval, paramagnet and limit cycles of the quantum Hopfield network over temperature and field",
    compute,
    draw,
    report,
)
