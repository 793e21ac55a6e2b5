"""CL21 Fig. 3: which patterns the open multimode Dicke model retrieves, and which retrievals are stable."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from largespin.errors import FloatArray, whole_number
from largespin.meanfield.evolve import evolve
from largespin.meanfield.numeric import numeric_mean_field
from largespin.meanfield.points import points as parameter_points
from largespin.model import Model
from largespin.models import dicke
from largespin.patterns.large_spins import ideal_large_spins
from largespin.phases import (
    Rule,
    Search,
    critical_couplings,
    dicke_retrieval_overlaps,
    dicke_retrieval_state,
    has_phase,
    stability_couplings,
)
from largespin.phases.dicke import model_modes
from largespin.phases.phase_diagram import phase_diagram
from largespin.reproduce.reproduction import Reproduction
from largespin.stationary.stability import stability

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

PATTERNS = 4
FIELD = 0.5
FREQUENCIES = FIELD * (np.arange(1, PATTERNS + 1) + 2.0)
LOSS = 1.0
PERTURBATION = 1e-3
END, WINDOW = 2000.0, 100.0
GROWS = 1e-8
"""Real part above which an eigenvalue grows; undamped ones are at 1e-15."""
COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7")


def figure_model() -> Model:
    """The model of CL21 Fig. 3: M = 4, Ω = 0.5, Ω_μ = Ω(μ + 2), κ = 1."""
    return dicke(ideal_large_spins(PATTERNS), mode_frequencies=FREQUENCIES, losses=LOSS)


def compute(points: int | None = None, progress: bool = False) -> xr.Dataset:
    """The dataset of the figure.

    Args:
        points: number of couplings in [0.4, 1.4]; 201 if not given.
        progress: show a progress bar.

    Returns:
        Dataset over (coupling, pattern): ``overlap`` from the symmetric start ξ = 1, ``overlap_theory`` (Eq. 12),
        ``overlap_perturbed`` from a start disturbed by 1e-3, ``occupation`` and ``occupation_theory`` in CL21's
        scaling, ``stable``; over coupling: ``phase``, the stable patterns; over pattern: ``critical_coupling`` and
        ``stability_coupling`` from Jacobian eigenvalues.
    """
    model = figure_model()
    couplings = np.linspace(0.4, 1.4, whole_number("points", points, 2) if points is not None else 201)
    exact = _late_means(model, _starts(model, 0.0), couplings, progress)
    disturbed = _late_means(model, _starts(model, PERTURBATION), couplings, progress)
    omega, kappa = model_modes(model)
    theory = dicke_retrieval_overlaps(FIELD, couplings, omega, kappa)
    blocks = model.particles.number_of_blocks
    dims = ("coupling", "pattern")
    occupation_theory = blocks * (couplings[:, None] * theory) ** 2 / (omega**2 + kappa**2 / 4.0)
    critical = np.array([_critical_coupling(model, mu) for mu in range(PATTERNS)])
    onset = np.array([_stability_coupling(model, mu, critical[mu]) for mu in range(PATTERNS)])
    phases = phase_diagram(model, rules=pattern_rules(), evaluate=held_patterns, coupling=couplings, field=FIELD).phase
    stable = np.stack([has_phase(phases, _pattern_name(mu)).values for mu in range(PATTERNS)], axis=-1)
    words = {"units": "1"}
    return xr.Dataset(
        {
            "overlap": (dims, exact["overlap"], {"long_name": "late overlap |ξ| from ξ = 1", **words}),
            "overlap_theory": (dims, theory, {"long_name": "|ξ| of CL21 Eq. 12", **words}),
            "overlap_perturbed": (
                dims,
                disturbed["overlap"],
                {"long_name": "late |ξ|, start disturbed", **words},
            ),
            "occupation": (
                dims,
                blocks * exact["occupation"],
                {"long_name": "⟨a†a⟩/N, N spins per block", **words},
            ),
            "occupation_theory": (
                dims,
                occupation_theory,
                {"long_name": "the same from CL21 Eq. 12", **words},
            ),
            "stable": (dims, stable, {"long_name": "retrieval state exists and nothing grows from it"}),
            "phase": ("coupling", phases.values, {**phases.attrs, "long_name": "patterns with stable retrieval"}),
            "critical_coupling": (
                "pattern",
                critical,
                {"long_name": "retrieval state exists above", "units": "κ"},
            ),
            "stability_coupling": (
                "pattern",
                onset,
                {"long_name": "retrieval state is stable above", "units": "κ"},
            ),
        },
        coords={
            "coupling": ("coupling", couplings, {"long_name": "coupling g_0", "units": "κ"}),
            "pattern": np.arange(1, PATTERNS + 1),
        },
        attrs={**exact["attrs"], "perturbation": PERTURBATION, "seed": 0, "end_time": END, "window": WINDOW},
    )


def _pattern_name(pattern: int) -> str:
    return f"pattern {pattern + 1}"


def pattern_rules() -> tuple[Rule, ...]:
    """One phase per pattern that can be held, and the one in which none can, for `phase_diagram`."""
    none = Rule("no pattern", lambda points: ~points.held.any("pattern"), "no retrieval state is stable.")
    return (none, *(_pattern_rule(mu) for mu in range(PATTERNS)))


def _pattern_rule(pattern: int) -> Rule:
    return Rule(_pattern_name(pattern), lambda points: points.held.isel(pattern=pattern), "its retrieval is stable.")


def held_patterns(model: Model, *, parameters: Mapping[str, Any], search: Search) -> xr.Dataset:
    """Whether nothing grows from the retrieval state of each pattern, ``held`` (point, pattern), for `phase_diagram`.

    The states are known in closed form, so nothing is searched for.
    """
    couplings = np.asarray(parameters["coupling"])
    critical = critical_couplings(FIELD, FREQUENCIES, LOSS)
    held = [_stable(model, mu, couplings, critical[mu]) for mu in range(PATTERNS)]
    return xr.Dataset({"held": (("point", "pattern"), np.stack(held, axis=-1))})


def _starts(model: Model, size: float) -> FloatArray:
    """Perfect patterns, Bloch vectors turned by random angles of the given size; shape (M, K, 3)."""
    patterns = model.particles.coefficients
    bloch = np.zeros((*patterns.shape, 3))
    bloch[..., 2] = patterns
    bloch += size * np.random.default_rng(0).normal(size=bloch.shape)
    return bloch / np.linalg.norm(bloch, axis=-1, keepdims=True)


def _late_means(model: Model, starts: FloatArray, couplings: FloatArray, progress: bool) -> dict:
    """Late averages of |ξ_ν| and |α_ν|² for the start at pattern ν, shape (coupling, pattern)."""
    state = model.state(starts, modes=0, dims=("start",))
    moments = np.concatenate([[0.0], np.linspace(END - WINDOW, END, 101)])
    run = evolve(model, state, moments, coupling=couplings, field=FIELD, progress=progress)
    late = run.isel(time=slice(1, None)).mean("time")
    own = range(PATTERNS)
    overlap = np.stack([np.abs(late.overlap.isel(start=mu, pattern=mu).values) for mu in own], axis=-1)
    occupation = np.stack([late.occupation.isel(start=mu, mode=mu).values for mu in own], axis=-1)
    return {"overlap": overlap, "occupation": occupation, "attrs": run.attrs}


def _critical_coupling(model: Model, pattern: int) -> float:
    """Where the normal state (all spins along −x) loses stability towards one pattern.

    The directions y, z along the pattern and its mode form an invariant subspace of the Jacobian; retrieval begins
    where the determinant of that block changes sign.
    """
    normal = np.zeros((model.particles.number_of_blocks, 3))
    normal[:, 0] = -1.0
    state = model.state(normal, modes=0)
    basis = _pattern_directions(model, pattern)

    def determinant(coupling: float) -> float:
        where = parameter_points(model, {"coupling": coupling, "field": FIELD}, state)
        jacobian = numeric_mean_field(model).jacobian(where.starts[0], where.parameters[0])
        return float(np.prod(np.linalg.eigvals(basis.T @ jacobian @ basis)).real)

    return _sign_change(determinant, 0.1, 3.0)


def _pattern_directions(model: Model, pattern: int) -> FloatArray:
    blocks = model.particles.number_of_blocks
    column = model.particles.coefficients[pattern] / np.sqrt(blocks)
    basis = np.zeros((model.number_of_variables, 4))
    basis[1 : 3 * blocks : 3, 0] = column
    basis[2 : 3 * blocks : 3, 1] = column
    basis[3 * blocks + 2 * pattern, 2] = basis[3 * blocks + 2 * pattern + 1, 3] = 1.0
    return basis


def _sign_change(function: Callable[[float], float], low: float, high: float) -> float:
    from scipy.optimize import brentq

    return float(brentq(function, low, high, xtol=1e-12))


def _growth(model: Model, pattern: int, couplings: FloatArray) -> FloatArray:
    """Largest real part of the Jacobian's eigenvalues in the retrieval state at every coupling."""
    states = [dicke_retrieval_state(model, pattern, FIELD, float(g)) for g in couplings]
    bloch, amplitudes = (np.stack([getattr(s, name) for s in states]) for name in ("bloch", "amplitudes"))
    state = model.state(bloch, amplitudes, dims=("point",))
    # An axis of another name than the parameter: every state at its own coupling, not all of them at all couplings.
    return stability(model, state, coupling=xr.DataArray(couplings, dims="point"), field=FIELD).growth_rate.values


def _stable(model: Model, pattern: int, couplings: FloatArray, critical: float) -> np.ndarray:
    stable = np.zeros(couplings.size, dtype=bool)
    exists = couplings > critical * (1.0 + 1e-9)
    if exists.any():
        stable[exists] = _growth(model, pattern, couplings[exists]) < GROWS
    return stable


def _stability_coupling(model: Model, pattern: int, critical: float) -> float:
    """Where the last growing eigenvalue of the retrieval state reaches the imaginary axis, by bisection."""
    low, high = critical * (1.0 + 1e-5), 3.0
    if _growth(model, pattern, np.array([low]))[0] < GROWS:
        return critical
    while high - low > 1e-8:
        middle = 0.5 * (low + high)
        low, high = (low, middle) if _growth(model, pattern, np.array([middle]))[0] < GROWS else (middle, high)
    return 0.5 * (low + high)


def draw(dataset: xr.Dataset) -> "Figure":
    """Overlap and occupation against the coupling; existing but unstable states dashed."""
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    figure = Figure(figsize=(10, 4.6), layout="constrained")
    panels = figure.subplots(1, 2)
    every = max(1, dataset.sizes["coupling"] // 40)
    for index, colour in enumerate(COLOURS):
        one = dataset.isel(pattern=index)
        for axes, name in zip(panels, ("overlap", "occupation"), strict=True):
            _draw_theory(axes, one, name, colour)
            axes.plot(one.coupling[::every], one[name][::every], "o", color=colour, mfc="none", ms=5)
        panels[0].plot(one.coupling[::every], one.overlap_perturbed[::every], "x", color=colour, ms=4)
    panels[0].set(xlabel="coupling $g_0/\\kappa$", ylabel="late overlap $|\\xi_\\mu|$", ylim=(-0.03, 1.03))
    panels[1].set(
        xlabel="coupling $g_0/\\kappa$",
        ylabel=r"occupation $\langle a_\mu^\dagger a_\mu\rangle/N$ (CL21 scaling)",
    )
    patterns = [Line2D([], [], color=c, lw=2, label=f"pattern {i}") for i, c in enumerate(COLOURS, start=1)]
    styles = [
        Line2D([], [], color="k", lw=2, label="Eq. (12), stable"),
        Line2D([], [], color="k", lw=1.5, ls="--", label="Eq. (12), exists but unstable"),
        Line2D([], [], color="k", marker="o", mfc="none", ls="", label="exactly symmetric start"),
        Line2D([], [], color="k", marker="x", ls="", label="start disturbed by $10^{-3}$"),
    ]
    panels[0].legend(handles=styles, fontsize=8, loc="upper left")
    panels[1].legend(handles=patterns, fontsize=8, loc="upper left")
    figure.suptitle(f"Dicke associative memory, M = 4, Ω = {FIELD}, $\\Omega_\\mu$ = Ω(μ+2), κ = 1 (CL21 Fig. 3)")
    return figure


def _draw_theory(axes: "Axes", one: xr.Dataset, name: str, colour: str) -> None:
    """Eq. (12) on a fine grid from the dataset's own couplings: dashed up to the stability coupling, solid beyond."""
    begin, onset, end = float(one.critical_coupling), float(one.stability_coupling), float(one.coupling[-1])
    # The occupation is proportional to (g_0 ξ)²; the last point fixes the factor.
    factor = float(one.occupation_theory[-1]) / max(end * float(one.overlap_theory[-1]), 1e-12) ** 2
    for low, high, style in ((begin, onset, "--"), (onset, end, "-")):
        g = np.linspace(low, max(low, min(high, end)), 200)
        overlap = np.sqrt(np.clip(1.0 - (begin / g) ** 4, 0.0, None))
        axes.plot(g, overlap if name == "overlap" else factor * (g * overlap) ** 2, style, color=colour, lw=2)


def report(dataset: xr.Dataset) -> list[str]:
    """Couplings, agreement with Eq. (12), and what the disturbance does."""
    stable_gap = float(np.abs(dataset.overlap - dataset.overlap_theory).where(dataset.overlap_theory > 0.3).max())
    g_nu = critical_couplings(FIELD, FREQUENCIES, LOSS)
    onset = stability_couplings(FIELD, FREQUENCIES, LOSS)
    index = int(np.argmin(np.abs(dataset.coupling.values - 0.95)))
    point = dataset.isel(coupling=index)
    return [
        f"critical couplings from the Jacobian: {_numbers(dataset.critical_coupling)}; CL21 closed form: {_numbers(g_nu)}",
        f"stability begins (from the Jacobian) at: {_numbers(dataset.stability_coupling)}; g_ν^(3/2)/g_μ^(1/2): {_numbers(onset)}",
        f"largest difference between symmetric runs and Eq. (12) where |ξ| > 0.3: {stable_gap:.2e}",
        f"at g_0 = {float(point.coupling):.4g}: |ξ| after the exact start {_numbers(point.overlap)}, "
        f"after a disturbance of {PERTURBATION:g} {_numbers(point.overlap_perturbed)}",
        "Eq. (12) says where retrieval states exist; between the two couplings they are unstable against other patterns, "
        "and just above the second a disturbed start at ξ = 1 may still escape before it settles.",
    ]


def _numbers(values: object) -> str:
    return ", ".join(f"{v:.5f}" for v in np.asarray(values))


DICKE_RETRIEVAL = Reproduction(
    "dicke-retrieval",
    "CL21 Fig. 3",
    "overlaps and mode occupations of the multimode Dicke memory against the coupling, with linear stability",
    compute,
    draw,
    report,
)
