"""Iemini et al. 2018: magnetisation of the boundary time crystal in both phases, and how fast a finite one decays."""

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from largespin import exact
from largespin.errors import FloatArray, whole_number
from largespin.meanfield.evolve import evolve
from largespin.meanfield.results import provenance
from largespin.model import Jump, Model, Particles, parameter
from largespin.models import boundary_time_crystal
from largespin.plot.style import GREY, OKABE_ITO, axis_label, line_style, tidy
from largespin.progress import progress_bar
from largespin.reproduce.reproduction import Reproduction

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

DRIVES = (0.5, 1.5)
"""ω_0 in units of κ, one on either side of the transition at 1."""
START = (0.0, 0.0, 1.0)
"""All spins up, far from where weakly driven spins rest."""
LAST, TIMES = 30.0, 241
"""Last time in 1/κ, a little more than five turns, and 45 output times a turn."""
RUNS, SPECTRA = (12, 24, 48), (4, 6, 8, 12, 16, 24)
"""N of the runs and of the spectra, whose time grows fastest."""
FEW_TIMES, FEW_RUNS, FEW_SPECTRA = 50, (6, 12), (4, 6, 8, 12)
COUNT = 4
"""Slowest modes: in the time crystal the stationary state, one that relaxes, and the first pair that oscillates."""
OSCILLATES = 0.1
"""Angular frequency (κ) above which a mode oscillates: the time crystal's is √(ω_0² − κ²), of order one."""
FITTED = 3
"""Largest N from which the power of N is read."""
ORBITS = ((0.0, 0.0, 1.0), (0.0, 0.6, 0.8), (0.8, 0.6, 0.0), (0.6, 0.0, 0.8))
"""Starts of orbits of different sizes, all of length one; the centres lie at m_y = κ/ω_0, m_z = 0."""


def large_spin(particles: int) -> Model:
    r"""The boundary time crystal in the states without exchanged particles: one spin ``S = N/2`` of N + 1 levels.

    ``H = ω_0 S_x``, ``L = √(κ/S) S_-``, as `models.boundary_time_crystal`, which conserves the total spin. Started with all
    spins alike, N particles never leave the largest one, so its slow modes are those of the run. The smaller spins would
    hide them: spin j decays with κj/S only and thus is a time crystal for every ω_0 > κj/S, also where ω_0 < κ.

    Args:
        particles: N.

    Returns:
        A model of one particle (``particles=1``) with the parameters ``drive`` (ω_0) and ``decay`` (κ).

    Example:
        >>> from largespin import exact
        >>> from largespin.reproduce.time_crystal import large_spin
        >>> exact.liouvillian_spectrum(large_spin(8), particles=1, drive=50.0, decay=1.0).gap.round(4).item()  # κ/N
        0.125
    """
    spin = particles / 2
    m = spin - np.arange(particles)
    lowering = np.diag(np.sqrt(spin * (spin + 1) - m * (m - 1)), -1)
    levels = Particles(particles + 1, operators={"spin_x": (lowering + lowering.T) / 2})
    drive = parameter("drive", symbol="omega_0", description="drive of all spins together")
    decay = parameter("decay", symbol="kappa", nonnegative=True, description="collective decay")
    return Model(
        levels,
        energy=drive * levels.average("spin_x"),
        jumps=[Jump(lowering / np.sqrt(spin), decay, name="decay")],
        name=f"boundary time crystal of one spin {spin:g}",
    )


def compute(points: int | None = None, progress: bool = False) -> xr.Dataset:
    """The dataset of the figure, in units of κ.

    Args:
        points: output times up to 30/κ; 241 if not given. Fewer than 50 use fewer particles as well.
        progress: show a progress bar.

    Returns:
        Dataset with ``m_z`` (drive, particles, time) from all spins up and ``m_z_mean_field`` (drive, time); of the
        largest spin the smallest decay rate ``gap`` and of the slowest mode that oscillates ``oscillation_rate`` and
        ``oscillation_frequency`` (drive, spectrum_particles), NaN where none does among the four slowest; ``rate_limit``
        and ``frequency_limit`` (drive), the closed forms for N → ∞; ``return_distance`` (orbit), how far mean-field orbits
        of the time crystal end from their start after one turn.
    """
    count = whole_number("points", points, 2) if points is not None else TIMES
    runs, spectra = (RUNS, SPECTRA) if count >= FEW_TIMES else (FEW_RUNS, FEW_SPECTRA)
    times, drives, model = np.linspace(0.0, LAST, count), np.array(DRIVES), boundary_time_crystal()
    limit = evolve(model, START, times, drive=drives, decay=1.0)
    finite = exact.evolve(model, START, times, particles=list(runs), progress=progress, drive=drives, decay=1.0)
    dataset = xr.Dataset(
        {
            "m_z": (("drive", "particles", "time"), _m_z(finite, "drive", "particles", "time")),
            "m_z_mean_field": (("drive", "time"), _m_z(limit, "drive", "time")),
            **_slow_modes(spectra, progress),
            "rate_limit": ("drive", np.sqrt(np.maximum(1.0 - drives**2, 0.0))),
            "frequency_limit": ("drive", np.sqrt(np.maximum(drives**2 - 1.0, 0.0))),
            "return_distance": ("orbit", _return_distance(model, drives[-1])),
        },
        coords={"drive": drives, "particles": list(runs), "spectrum_particles": list(spectra), "time": times},
        attrs=provenance(model, fixed={"decay": 1.0}),
    )
    for name, (words, units) in LABELS.items():
        dataset[name].attrs = {"long_name": words, "units": units}
    return dataset


LABELS = {
    "drive": ("drive ω₀", "κ"),
    "particles": ("number of particles N", "1"),
    "spectrum_particles": ("number of particles N", "1"),
    "time": ("time", "1/κ"),
    "m_z": ("magnetisation along z", "1"),
    "m_z_mean_field": ("magnetisation along z for N → ∞", "1"),
    "gap": ("decay rate of slow modes", "κ"),
    "oscillation_rate": ("decay rate of the slowest oscillation", "κ"),
    "oscillation_frequency": ("angular frequency of the slowest oscillation", "κ"),
    "rate_limit": ("√(κ² − ω₀²), zero in the time crystal", "κ"),
    "frequency_limit": ("√(ω₀² − κ²), zero outside the time crystal", "κ"),
    "return_distance": ("distance from the start after one turn", "1"),
}


def _m_z(run: xr.Dataset, *dims: str) -> FloatArray:
    return np.asarray(run.m.sel(component="z").isel(block=0).transpose(*dims).values, dtype=np.float64)


def _slow_modes(particles: tuple[int, ...], progress: bool) -> dict[str, tuple[tuple[str, str], FloatArray]]:
    """Gap and slowest oscillation of the largest spin, for every drive and N."""
    gap, rate, frequency = (np.full((len(DRIVES), len(particles)), np.nan) for _ in range(3))
    with progress_bar(progress, "spectra", len(particles)) as advance:
        for column, number in enumerate(particles):
            slow = exact.liouvillian_spectrum(
                large_spin(number), particles=1, count=COUNT, drive=list(DRIVES), decay=1.0
            ).transpose("drive", "index")
            gap[:, column] = slow.gap.values
            for row, one in enumerate(slow.angular_frequency.values):
                first = np.flatnonzero(one > OSCILLATES)[:1]
                if len(first):
                    rate[row, column] = slow.decay_rate.values[row, first[0]]
                    frequency[row, column] = one[first[0]]
            advance(1)
    dims = ("drive", "spectrum_particles")
    return {"gap": (dims, gap), "oscillation_rate": (dims, rate), "oscillation_frequency": (dims, frequency)}


def _return_distance(model: Model, drive: float) -> FloatArray:
    turn = 2.0 * np.pi / np.sqrt(drive**2 - 1.0)
    run = evolve(model, model.state(np.array(ORBITS)[:, None, :]), [0.0, turn], drive=drive, decay=1.0)
    ends = run.m.isel(block=0).transpose("start", "time", "component").values
    return np.asarray(np.linalg.norm(ends[:, -1] - ends[:, 0], axis=-1), dtype=np.float64)


def draw(dataset: xr.Dataset) -> "Figure":
    """Magnetisation below and above the transition, and decay rates against N; as wide as two columns of a journal."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    with rc_context({"font.size": 8, "axes.titlesize": 8, "axes.labelsize": 8, "legend.fontsize": 7}):
        figure = Figure(figsize=(7.0, 4.0), layout="constrained")
        layout = figure.add_gridspec(2, 2, width_ratios=[1.45, 1.0])
        above = figure.add_subplot(layout[0, 0])
        below = figure.add_subplot(layout[1, 0], sharex=above)
        for axes, letter, index in ((above, "a", 0), (below, "b", -1)):
            _draw_runs(axes, dataset.isel(drive=index), letter)
        above.legend(ncols=2, loc="upper right", frameon=False)
        _draw_rates(figure.add_subplot(layout[:, 1]), dataset)
    return figure


def _draw_runs(axes: "Axes", one: xr.Dataset, letter: str) -> None:
    for number, size in enumerate(one.particles.values):
        # Mean field takes solid black; N rises through the dashes, the largest being solid again.
        style = {**line_style(number), "linestyle": (":", "--", "-")[number - one.sizes["particles"]]}
        axes.plot(one.time, one.m_z.sel(particles=size), **style, lw=1.3, label=f"N = {size}")
    axes.plot(one.time, one.m_z_mean_field, color=OKABE_ITO[-1], lw=0.7, label="N → ∞")
    phase = "time crystal" if float(one.drive) > 1.0 else "stationary"
    axes.set(
        xlabel=axis_label(one.time), ylabel=axis_label(one.m_z), title=f"({letter}) ω₀ = {float(one.drive):g} κ: {phase}",
        xlim=(0.0, float(one.time[-1])), ylim=(-1.1, 1.1),
    )  # fmt: skip
    tidy(axes)


def _draw_rates(axes: "Axes", dataset: xr.Dataset) -> None:
    """Rates of the largest spin over N, both axes logarithmic, with their limit and the power −1."""
    numbers, weak, strong = dataset.spectrum_particles, dataset.isel(drive=0), dataset.isel(drive=-1)
    curves = (
        (weak.gap, "o", f"slowest, ω₀ = {float(weak.drive):g} κ"),
        (strong.oscillation_rate, "^", f"slowest oscillation, ω₀ = {float(strong.drive):g} κ"),
        (strong.gap, "s", f"slowest, ω₀ = {float(strong.drive):g} κ"),
    )
    for number, (curve, marker, label) in enumerate(curves):
        axes.loglog(numbers, curve, marker, color=OKABE_ITO[number], ms=4.5, label=label)
    axes.axhline(float(weak.rate_limit), color=OKABE_ITO[0], lw=1.0, ls="--", label="√(κ² − ω₀²), N → ∞")
    for place, curve in enumerate((strong.oscillation_rate, strong.gap)):
        guide = float(curve[-1]) * float(numbers[-1]) / numbers
        axes.loglog(numbers, guide, color=GREY, lw=1.0, ls=":", label=None if place else "∝ 1/N")
    axes.set_xticks(numbers.values, [str(number) for number in numbers.values])
    axes.minorticks_off()
    axes.set(xlabel=axis_label(numbers), ylabel=axis_label(dataset.gap), title="(c) modes of the largest spin N/2")
    bottom, top = axes.get_ylim()
    # The legend has a third of the panel to itself.
    axes.set_ylim(bottom / (top / bottom) ** 0.5, top * 1.1)
    axes.legend(loc="lower left", frameon=False)
    tidy(axes)


def report(dataset: xr.Dataset) -> list[str]:
    """Where the weakly driven spins rest, the frequency of the time crystal, and how its life grows with N."""
    weak, strong = dataset.isel(drive=0), dataset.isel(drive=-1)
    largest, last = int(dataset.particles[-1]), int(dataset.spectrum_particles[-1])
    drive, frequency = float(strong.drive), float(strong.frequency_limit)
    powers = [_power(dataset.spectrum_particles.values, strong[name].values) for name in ("gap", "oscillation_rate")]
    return [
        f"ω₀ = {float(weak.drive):g} κ: m_z at t = {float(dataset.time[-1]):g}/κ is {float(weak.m_z[-1, -1]):.4f} for N = {largest} "
        f"and {float(weak.m_z_mean_field[-1]):.4f} in mean field; −√(1 − ω₀²/κ²) = {-float(weak.rate_limit):.4f}",
        f"there the gap of the largest spin stays open: {float(weak.gap[-1]):.4f} κ at N = {last}; √(κ² − ω₀²) = "
        f"{float(weak.rate_limit):.4f} κ for N → ∞",
        f"ω₀ = {drive:g} κ: mean-field orbits of {dataset.sizes['orbit']} sizes close after 2π/√(ω₀² − κ²) = "
        f"{2 * np.pi / frequency:.4f}/κ up to {float(dataset.return_distance.max()):.0e}; so orbits of pure states have the "
        f"frequency {frequency:.4f} κ whatever their size, that of the slowest oscillation at N = {last} is "
        f"{float(strong.oscillation_frequency[-1]):.4f} κ",
        f"there the largest spin's gap closes as N^{powers[0]:.3f} and the slowest oscillation decays as N^{powers[1]:.3f} (from the "
        f"last {FITTED} N), {last * float(strong.gap[-1]):.3f} κ/N and {last * float(strong.oscillation_rate[-1]):.3f} κ/N at N = {last}",
    ]


def _power(numbers: FloatArray, rates: FloatArray) -> float:
    return float(np.polyfit(np.log(numbers[-FITTED:]), np.log(rates[-FITTED:]), 1)[0])


TIME_CRYSTAL = Reproduction(
    "time-crystal",
    "Iemini et al., PRL 121, 035301 (2018)",
    "magnetisation of the boundary time crystal on both sides of its transition, and decay rates against N",
    compute,
    draw,
    report,
)
