"""F24 Fig. B1: how strongly the overlap oscillates at long times, and the phase portraits behind it."""

from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from largespin.errors import whole_number
from largespin.meanfield.evolve import evolve
from largespin.meanfield.numeric import numeric_mean_field
from largespin.model import Model
from largespin.models import hopfield
from largespin.patterns.large_spins import ideal_large_spins
from largespin.phases.hopfield import late_motion
from largespin.reproduce.hopfield_phases import FIELDS, TEMPERATURES, draw_boundaries
from largespin.reproduce.reproduction import Reproduction

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WINDOW, SAMPLES = (9e3, 1e4), 2000
START = (0.0, 0.0, 0.01)
PORTRAIT_TEMPERATURE = 0.6
PORTRAIT_FIELDS = (0.175, 0.35, 0.6)
PORTRAIT_STARTS = ((0.0, 0.05), (0.0, -0.05), (0.5, 0.7), (-0.5, -0.7), (-0.6, 0.6), (0.6, -0.6))
NOTE = (
    "F24's caption calls T = 0.6, Ω = 0.35 retrieval. With (B.1) as printed it is a limit cycle; retrieval at T = 0.6 ends "
    "at the fold Ω = 0.29411. The caption fits if its Ω is larger than that of the equations by a factor between 1.19 and 2.04, for instance twice (Ω = 0.175 is shown)."
)


def compute(points: int | None = None, progress: bool = False) -> xr.Dataset:
    """The dataset of the figure.

    Args:
        points: grid points per axis; 96 if not given.
        progress: show a progress bar.

    Returns:
        Dataset with ``overlap_std`` (temperature, field): standard deviation of o_z over t ∈ [9000, 10000], 2000 samples,
        from a start o ≈ 0; and the portraits of panel (b): ``portrait_y``, ``portrait_z`` (portrait, start, time).
    """
    count = whole_number("points", points, 2) if points is not None else 96
    model = hopfield(ideal_large_spins(1))
    grid = {"temperature": np.linspace(*TEMPERATURES, count), "field": np.linspace(*FIELDS, count)}
    spread = _motion_in_rows(model, grid, progress)
    portraits = _portraits(model)
    dataset = xr.Dataset(
        {
            "overlap_std": (
                ("temperature", "field"),
                spread,
                {"long_name": "standard deviation of the overlap at late times", "units": "1"},
            ),
            "portrait_y": (
                ("portrait", "start", "time"),
                portraits.m.sel(component="y").isel(block=0).values,
            ),
            "portrait_z": (
                ("portrait", "start", "time"),
                portraits.m.sel(component="z").isel(block=0).values,
            ),
            "portrait_std": ("portrait", _portrait_spread(model)),
        },
        coords={**grid, "portrait": list(PORTRAIT_FIELDS), "time": portraits.time.values},
        attrs={**portraits.attrs, "portrait_temperature": PORTRAIT_TEMPERATURE, "note": NOTE},
    )
    dataset["portrait"].attrs = {"long_name": "transverse field Ω of the portrait", "units": "rate"}
    return dataset


def _motion_in_rows(model: Model, grid: dict[str, Any], progress: bool) -> np.ndarray:
    """Row by row: 2000 samples of the whole grid at once would not fit into memory."""
    rows = np.array_split(grid["temperature"], max(1, grid["temperature"].size // 16))
    parts = [
        late_motion(
            model,
            {**grid, "temperature": row},
            starts=[START],
            window=WINDOW,
            looks=SAMPLES,
            progress=progress,
        )
        for row in rows
    ]
    return np.concatenate(parts)


def _portraits(model: Model) -> xr.Dataset:
    bloch = np.array([[[0.0, y, z]] for y, z in PORTRAIT_STARTS])
    run = evolve(
        model,
        model.state(bloch),
        np.linspace(0.0, 40.0, 801),
        temperature=PORTRAIT_TEMPERATURE,
        field=list(PORTRAIT_FIELDS),
    )
    return run.transpose("field", "start", "time", "block", "component", "pattern")


def _portrait_spread(model: Model) -> np.ndarray:
    grid = {"temperature": np.array([PORTRAIT_TEMPERATURE]), "field": np.array(PORTRAIT_FIELDS)}
    return late_motion(model, grid, starts=[START], window=WINDOW, looks=SAMPLES)[0]


def draw(dataset: xr.Dataset) -> "Figure":
    """Panel (a) on the left, three phase portraits on the right."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(12, 6.6), layout="constrained")
    layout = figure.add_gridspec(2, 4, width_ratios=[1, 1, 1, 0.02], height_ratios=[1.25, 1])
    wide = figure.add_subplot(layout[0, :3])
    mesh = wide.pcolormesh(
        dataset.temperature, dataset.field, dataset.overlap_std.values.T, cmap="cividis", rasterized=True
    )
    figure.colorbar(mesh, ax=wide, label="late standard deviation of $o_z$")
    draw_boundaries(wide)
    wide.set(xlabel="temperature $T$", ylabel=r"transverse field $\Omega$", title="(a) limit cycles (F24 Fig. B1a)")
    wide.legend(fontsize=7, loc="upper right")
    for index in range(dataset.sizes["portrait"]):
        _draw_portrait(figure.add_subplot(layout[1, index]), dataset, index)
    return figure


def _draw_portrait(axes: "Axes", dataset: xr.Dataset, index: int) -> None:
    field = float(dataset.portrait[index])
    temperature = float(dataset.attrs["portrait_temperature"])
    model = hopfield(ideal_large_spins(1))
    y, z = np.meshgrid(np.linspace(-1, 1, 25), np.linspace(-1, 1, 25))
    u = np.stack([np.zeros_like(y), y, z], axis=-1)
    flow = numeric_mean_field(model).rhs(u, np.array([field, temperature]))
    speed = np.hypot(flow[..., 1], flow[..., 2])
    axes.streamplot(
        y,
        z,
        flow[..., 1],
        flow[..., 2],
        color=speed,
        cmap="plasma",
        density=0.9,
        linewidth=0.6,
        arrowsize=0.6,
    )
    for start in range(dataset.sizes["start"]):
        one = dataset.isel(portrait=index, start=start)
        axes.plot(one.portrait_y, one.portrait_z, color="#0072B2", lw=0.9)
        axes.plot(one.portrait_y[-1], one.portrait_z[-1], "o", color="k", ms=5)
    moves = float(dataset.portrait_std[index]) > 1e-3
    words = f"limit cycle, std {float(dataset.portrait_std[index]):.3f}" if moves else "retrieval: two stable states"
    axes.set(
        xlabel="$o_y$",
        ylabel="$o_z$",
        xlim=(-1, 1),
        ylim=(-1, 1),
        title=f"T = {temperature:g}, Ω = {field:g}\n{words}",
    )
    axes.set_aspect("equal")


def report(dataset: xr.Dataset) -> list[str]:
    """Standard deviations at the portraits, and the note on the caption."""
    values = ", ".join(
        f"Ω = {float(f):g}: {float(s):.4f}" for f, s in zip(dataset.portrait, dataset.portrait_std, strict=True)
    )
    return [f"late standard deviation of o_z at T = 0.6: {values}", NOTE]


HOPFIELD_LIMIT_CYCLE = Reproduction(
    "hopfield-limit-cycle",
    "F24 Fig. B1",
    "late oscillations of the overlap over temperature and field, and phase portraits at T = 0.6",
    compute,
    draw,
    report,
)
