"""The open Dicke model with one mode across its transition: photons, squeezing, entanglement and discord."""

from typing import TYPE_CHECKING

import numpy as np
import xarray as xr

from largespin import gaussian
from largespin.errors import FloatArray, whole_number
from largespin.fluctuations.canonical_modes import canonical_modes
from largespin.fluctuations.stationary_covariance import stationary_covariance
from largespin.model import Model, State
from largespin.models import dicke
from largespin.patterns.large_spins import ideal_large_spins
from largespin.phases import critical_couplings, dicke_retrieval_overlaps
from largespin.reproduce.reproduction import Reproduction

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FIELD, FREQUENCY, LOSS = 0.5, 1.0, 1.0
RATIOS = (0.02, 2.0)
APPROACH = np.logspace(-6, -1.5, 19)
"""Distances from the transition, on either side, that are added to the even grid for the exponents."""
WINDOW = (1e-6, 1e-4)
"""Distances between which the exponents are fitted."""
PARTIES = ("spin 0", "a_1")
BLUE, VERMILION, GREEN, BLACK = "#0072B2", "#D55E00", "#009E73", "#000000"


def figure_model() -> Model:
    """Spins with level spacing 2Ω = 1, in resonance with a mode of frequency 1 and loss κ = 1."""
    return dicke(ideal_large_spins(1), mode_frequencies=FREQUENCY, losses=LOSS)


def photon_number(ratio: FloatArray) -> FloatArray:
    """``⟨δa†δa⟩ = (ω² + κ²/4)/(8ω²) · r/(1 − r)``, ``r = (g_0/g_crit)²``: normal phase, in closed form.

    Solution of the Lyapunov equation of two coupled oscillators of which one has the loss κ (docs/fluctuations.md). It
    does not depend on the frequency of the spins.
    """
    r = np.asarray(ratio, dtype=float) ** 2
    closed = (FREQUENCY**2 + LOSS**2 / 4) / (8 * FREQUENCY**2) * r / (1 - r)
    return np.where(r < 1, closed, np.nan)


def compute(points: int | None = None, progress: bool = False) -> xr.Dataset:
    """The dataset of the figure over ``coupling_ratio`` = g_0/g_crit.

    Args:
        points: number of couplings in [0.02, 2], besides those close to the transition; 200 if not given.
        progress: accepted as by all figures; there is nothing to show within seconds.

    Returns:
        Dataset over coupling_ratio: ``photon_number`` ⟨δa†δa⟩ and ``photon_number_theory`` (normal phase),
        ``squeezing_mode``, ``squeezing_spin`` and ``squeezing_joint`` (quietest variance over vacuum of the mode, the
        spin, both together), ``log_negativity``, ``discord`` and
        ``discord_mode_measured``, ``mutual_information``, ``damping_rate`` (slowest decay), ``overlap``; attributes
        ``exponent_normal`` and ``exponent_superradiant`` of the divergence of the photon number.
    """
    count = whole_number("points", points, 2) if points is not None else 200
    model = figure_model()
    (critical,) = critical_couplings(FIELD, FREQUENCY, LOSS)
    even = np.linspace(*RATIOS, count)
    ratio = np.unique(np.concatenate([even[np.abs(even - 1) > APPROACH[0] / 2], 1 - APPROACH, 1 + APPROACH]))
    coupling = xr.DataArray(ratio * critical, dims="coupling_ratio", coords={"coupling_ratio": ratio})
    overlap = dicke_retrieval_overlaps(FIELD, ratio * critical, FREQUENCY, LOSS)[:, 0]
    result = stationary_covariance(model, _states(overlap, ratio * critical), field=FIELD, coupling=coupling)
    modes = canonical_modes(result)
    dataset = _measures(result, modes, ratio, overlap)
    for side, name in ((-1, "exponent_normal"), (1, "exponent_superradiant")):
        distance = side * (ratio - 1)
        near = (distance > 0.99 * WINDOW[0]) & (distance < 1.01 * WINDOW[1])
        slope, _ = np.polyfit(np.log(distance[near]), np.log(dataset["photon_number"].values[near]), 1)
        dataset.attrs[name] = float(slope)
    dataset.attrs["critical_coupling"] = float(critical)
    return dataset


def _states(overlap: FloatArray, coupling: FloatArray) -> State:
    """The normal state below, one of the two superradiant states above the transition."""
    bloch = np.stack([-np.sqrt(1 - overlap**2), np.zeros_like(overlap), overlap], axis=-1)[:, None, :]
    alpha = -coupling * overlap * (FREQUENCY + 0.5j * LOSS) / (FREQUENCY**2 + LOSS**2 / 4)
    return State(bloch, alpha[:, None].astype(np.complex128), ("coupling_ratio",))


def _measures(result: xr.Dataset, modes: xr.Dataset, ratio: FloatArray, overlap: FloatArray) -> xr.Dataset:
    own = modes["canonical_covariance"].sel(quadrature=["a_1 q", "a_1 p"], quadrature_2=["a_1 q", "a_1 p"]).values
    rates = -np.linalg.eigvals(result["drift"].values).real
    # The fluctuation along the Bloch vector is conserved: its rate is zero.
    damping = np.sort(rates, axis=-1)[:, 1]
    columns = {
        "photon_number": (0.5 * (np.trace(own, axis1=-2, axis2=-1) - 1.0), "photon-number fluctuation ⟨δa†δa⟩"),
        "photon_number_theory": (photon_number(ratio), "closed form in the normal phase"),
        "squeezing_mode": (gaussian.squeezing(modes, "a_1").values, "quietest variance of the mode over vacuum"),
        "squeezing_spin": (gaussian.squeezing(modes, "spin 0").values, "quietest variance of the spin over vacuum"),
        "squeezing_joint": (gaussian.squeezing(modes).values, "quietest joint variance of mode and spin over vacuum"),
        "log_negativity": (gaussian.log_negativity(modes, *PARTIES).values, "logarithmic negativity, spin and light"),
        "discord": (gaussian.discord(modes, *PARTIES, measured="first").values, "discord, spin measured"),
        "discord_mode_measured": (gaussian.discord(modes, *PARTIES).values, "discord, mode measured"),
        "mutual_information": (gaussian.mutual_information(modes, *PARTIES).values, "mutual information"),
        "damping_rate": (damping, "slowest decay of a fluctuation"),
        "overlap": (overlap, "magnetisation along z"),
    }
    dataset = xr.Dataset(
        {name: ("coupling_ratio", values, {"long_name": words}) for name, (values, words) in columns.items()},
        coords={"coupling_ratio": ("coupling_ratio", ratio, {"long_name": "g_0 / g_crit", "units": "1"})},
        attrs=dict(result.attrs),
    )
    dataset["sentence"] = ("coupling_ratio", result["sentence"].values)
    return dataset


def draw(dataset: xr.Dataset) -> "Figure":
    """Photon number and its divergence, squeezing, and correlations between spin and light."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(10.5, 7.4), layout="constrained")
    (number, divergence), (quiet, correlation) = figure.subplots(2, 2)
    ratio = dataset["coupling_ratio"].values
    number.semilogy(ratio, dataset["photon_number"], color=BLUE, lw=2, label="from the covariance")
    number.semilogy(ratio, dataset["photon_number_theory"], color=BLACK, ls=":", lw=2, label="closed form")
    number.set(ylabel=r"$\langle\delta a^\dagger\delta a\rangle$", ylim=(1e-4, 1e4), title="photon-number fluctuation")
    for side, name, colour in ((-1, "normal", BLUE), (1, "superradiant", VERMILION)):
        chosen = (side * (ratio - 1) > 0) & (np.abs(ratio - 1) < 0.1)
        label = f"{name} phase, exponent {dataset.attrs[f'exponent_{name}']:.4f}"
        distance = np.abs(ratio[chosen] - 1)
        divergence.loglog(distance, dataset["photon_number"].values[chosen], ".-", color=colour, label=label)
    divergence.set(
        xlabel=r"$|g_0/g_{\rm crit} - 1|$", ylabel=r"$\langle\delta a^\dagger\delta a\rangle$", title="divergence"
    )
    quiet.axhline(1.0, color="grey", lw=1)
    for name, colour, style, label in (
        ("mode", BLUE, "-", "mode"),
        ("spin", VERMILION, "--", "spin"),
        ("joint", GREEN, "-.", "mode and spin together"),
    ):
        quiet.plot(ratio, dataset[f"squeezing_{name}"], color=colour, lw=2, ls=style, label=label)
    quiet.set(ylabel="quietest variance / vacuum", ylim=(0, 2), title="squeezing (below 1)")
    for name, colour, style, label in (
        ("log_negativity", BLUE, "-", "logarithmic negativity"),
        ("discord", VERMILION, "--", "discord, spin measured"),
        ("discord_mode_measured", GREEN, "-.", "discord, mode measured"),
    ):
        correlation.plot(ratio, dataset[name], color=colour, ls=style, lw=2, label=label)
    correlation.set(ylabel="nat", ylim=(0, None), title="correlations of spin and light")
    for axes in (number, quiet, correlation):
        axes.axvline(1.0, color="grey", lw=0.8, ls=":")
        axes.set(xlabel=r"coupling $g_0/g_{\rm crit}$", xlim=(0, 2))
    for axes in (number, divergence, quiet, correlation):
        axes.legend(fontsize=9)
    figure.suptitle(r"Open Dicke model, one mode: $2\Omega = \omega = \kappa = 1$")
    return figure


def report(dataset: xr.Dataset) -> list[str]:
    """Agreement with the closed form, exponents, and extreme values."""
    normal = dataset.where(dataset["coupling_ratio"] < 1 - 1e-5)
    error = float(np.abs(normal["photon_number"] / normal["photon_number_theory"] - 1).max())
    at = float(dataset["coupling_ratio"].values[np.nanargmax(dataset["log_negativity"].values)])
    quiet = {name: float(dataset[f"squeezing_{name}"].min()) for name in ("mode", "spin", "joint")}
    return [
        f"critical coupling g_0 = {dataset.attrs['critical_coupling']:.6f}",
        f"photon number against the closed form in the normal phase: largest relative difference {error:.1e}",
        f"exponents of the divergence: normal {dataset.attrs['exponent_normal']:.4f}, superradiant "
        f"{dataset.attrs['exponent_superradiant']:.4f} (with loss it is −1; −1/2 is the closed system's)",
        f"quietest variance over vacuum: mode {quiet['mode']:.4f} (never squeezed), spin {quiet['spin']:.4f}, both together "
        f"{quiet['joint']:.4f}",
        f"largest logarithmic negativity {float(dataset['log_negativity'].max()):.4f} at g_0/g_crit = {at:.4f}; it stays "
        f"finite at the transition, the largest discord is {float(dataset['discord'].max()):.4f}",
    ]


DICKE_FLUCTUATIONS = Reproduction(
    "dicke-fluctuations",
    "open Dicke model",
    "photon number, squeezing, entanglement and discord of the one-mode Dicke model across its transition",
    compute,
    draw,
    report,
)
