"""F24 Fig. 3: discord and classical correlation of the two large spins of one pattern, as printed and as derived."""

from typing import TYPE_CHECKING, Any

import numpy as np
import xarray as xr

from largespin import gaussian
from largespin.errors import FloatArray, whole_number
from largespin.fluctuations.canonical_modes import canonical_modes
from largespin.fluctuations.lyapunov import solve_lyapunov
from largespin.fluctuations.noise import variable_weights
from largespin.fluctuations.stationary_covariance import stationary_covariance
from largespin.meanfield.conserved import conserved_quantities
from largespin.meanfield.evolve import final_states
from largespin.meanfield.jacobian import rate_response
from largespin.meanfield.numeric import numeric_mean_field
from largespin.meanfield.points import points as parameter_points
from largespin.model import Model
from largespin.models import hopfield
from largespin.patterns.large_spins import ideal_large_spins
from largespin.reproduce.hopfield_phases import draw_boundaries
from largespin.reproduce.reproduction import Reproduction
from largespin.stationary.newton import Conditions, search
from largespin.stationary.stability import stability_eigenvalues

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TEMPERATURES, FIELDS = (0.2, 1.4), (0.0, 1.0)
SETTLE = 100.0
"""How long runs from a pattern are followed before Newton's method takes over."""
PARTIES = ("spin 0", "spin 1")
MEASURES = {
    "discord": ("Gaussian discord, spin 1 measured", lambda c: gaussian.discord(c, *PARTIES)),
    "classical_correlation": (
        "classical correlation, spin 1 measured",
        lambda c: gaussian.classical_correlation(c, *PARTIES),
    ),
    "log_negativity": ("logarithmic negativity", lambda c: gaussian.log_negativity(c, *PARTIES)),
    "mutual_information": ("mutual information", lambda c: gaussian.mutual_information(c, *PARTIES)),
}
UNITS = {"discord": "nat", "classical_correlation": "nat", "log_negativity": "1", "mutual_information": "nat"}


def figure_model() -> Model:
    """One pattern, two blocks without gauge, exponential rates."""
    return hopfield(ideal_large_spins(1, gauge=False))


def compute(points: int | None = None, progress: bool = False) -> xr.Dataset:
    """The dataset of the figure on T ∈ [0.2, 1.4], Ω ∈ [0, 1].

    In the retrieval phase the two modes are the fluctuations across the Bloch vectors, as in the paper; those along them
    are classical and left out. In the paramagnet the Bloch vectors vanish and every fluctuation is classical: discord and
    negativity are zero, mutual information and classical correlation are those of the three components of either block.

    Args:
        points: grid points per axis; 128 if not given.
        progress: accepted as by all figures; there is nothing to show within seconds.

    Returns:
        Dataset over (temperature, field): ``phase``, ``reason``; ``discord``, ``classical_correlation``,
        ``log_negativity``, ``mutual_information``, ``determinant_c12`` (of 2Σ), each also as ``…_printed`` from the drift
        of F24 Theorem 2, and ``mutual_information_with_classical``.
    """
    count = whole_number("points", points, 2) if points is not None else 128
    model = figure_model()
    grid = {"temperature": np.linspace(*TEMPERATURES, count), "field": np.linspace(*FIELDS, count)}
    where = parameter_points(model, grid)
    u, phase = attractors(model, where.parameters)
    # As rows of a result, which bring their parameters: every state at its own point.
    bloch = model.state_from_vector(u.reshape(*where.shape, -1)).bloch
    result = stationary_covariance(model, xr.Dataset({"m": ((*where.dims, "block", "component"), bloch)}, coords=grid))
    dataset = xr.Dataset(coords={name: result[name] for name in where.dims}, attrs=dict(result.attrs))
    dataset["phase"] = (where.dims, phase.reshape(where.shape))
    reasons = np.where(phase == "limit cycle", "No stable stationary state: limit cycle.", "")
    dataset["reason"] = (where.dims, reasons.reshape(where.shape))
    covariances = {"": result["covariance"], "_printed": _printed_covariance(model, result, u, where.parameters)}
    for suffix, covariance in covariances.items():
        _add_measures(dataset, result.assign(covariance=covariance), suffix)
    dataset["temperature"].attrs = {"long_name": "temperature T", "units": "1"}
    dataset["field"].attrs = {"long_name": "transverse field Ω", "units": "rate"}
    return dataset


def attractors(model: Model, parameters: FloatArray) -> tuple[FloatArray, Any]:
    """The stable state that a stored pattern ends in, shape (points, n), and its phase; NaN on limit cycles."""
    functions = numeric_mean_field(model)
    pattern = np.einsum("k,a->ka", model.particles.coefficients[0], [0.0, 0.0, 0.95]).ravel()
    starts = np.tile(pattern, (len(parameters), 1))
    settled = final_states(model, starts, parameters, SETTLE)
    conditions = Conditions(functions, conserved_quantities(model), np.zeros(0))
    found, residuals = search(conditions, np.nan_to_num(settled), parameters)
    found[np.abs(found).max(axis=1) < 1e-6] = 0.0
    u, phase = np.full(found.shape, np.nan), np.full(len(found), "limit cycle", dtype=object)
    for name, candidate, usable in (
        ("paramagnet", np.zeros_like(found), np.ones(len(found), dtype=bool)),
        ("retrieval", found, (residuals < 1e-9) & (np.abs(found).max(axis=1) > 0.0)),
    ):
        growth = stability_eigenvalues(model, candidate, parameters).real.max(axis=-1)
        chosen = usable & (growth < -1e-7)
        u[chosen], phase[chosen] = candidate[chosen], name
    return u, phase.astype(str)


def _printed_covariance(model: Model, result: xr.Dataset, u: FloatArray, parameters: FloatArray) -> xr.DataArray:
    """The stationary covariance with the drift of F24 Theorem 2, which leaves out the derivative of the rates."""
    functions = numeric_mean_field(model)
    equations, root = functions.equations, np.sqrt(variable_weights(model))
    known = np.isfinite(u).all(axis=-1)
    response = rate_response(equations, functions.scalars(u[known], parameters[known]))
    missing = response.reshape(len(response), u.shape[1], -1) @ equations.forms
    n = u.shape[1]
    drift = result["drift"].values.reshape(-1, n, n)[known] - root[:, None] * missing / root
    noise = result["diffusion_real"].values.reshape(-1, n, n)[known]
    covariance = np.full((len(u), n, n), np.nan)
    covariance[known] = solve_lyapunov(drift, noise)
    return result["covariance"].copy(data=covariance.reshape(result["covariance"].shape))


def _add_measures(dataset: xr.Dataset, result: xr.Dataset, suffix: str) -> None:
    modes = canonical_modes(result, classical="keep")
    # The printed drift does not preserve the commutators, so its covariance need not be one.
    physical = gaussian.is_physical(modes)
    known = modes["canonical_covariance"].notnull().all(("quadrature", "quadrature_2"))
    broken = known & ~physical
    if bool(broken.any()):
        said = f"The{suffix.replace('_', ' ')} covariance violates the uncertainty relation."
        dataset["reason"] = dataset["reason"].where(~broken, said)
    usable = modes.assign(canonical_covariance=modes["canonical_covariance"].where(known & physical))
    paramagnet = dataset["phase"] == "paramagnet"
    classical = _classical_information(result["covariance"])
    for name, (long_name, measure) in MEASURES.items():
        commuting = classical if name in ("classical_correlation", "mutual_information") else 0.0 * classical
        values = xr.where(paramagnet, commuting, measure(usable))
        dataset[name + suffix] = _named(values, dataset, f"{long_name}{suffix.replace('_', ', ')}", UNITS[name])
    cross = 2.0 * usable["canonical_covariance"].values[..., 0:2, 2:4]
    determinant = cross[..., 0, 0] * cross[..., 1, 1] - cross[..., 0, 1] * cross[..., 1, 0]
    dataset["determinant_c12" + suffix] = (dataset["phase"].dims, determinant)
    dataset["determinant_c12" + suffix].attrs = {"long_name": f"det c₁₂ of 2Σ{suffix.replace('_', ', ')}", "units": "1"}
    if not suffix:
        hybrid = gaussian.mutual_information_with_classical(usable, *PARTIES)
        values = xr.where(paramagnet, classical, hybrid)
        words = "mutual information, fluctuations along the Bloch vectors included"
        dataset["mutual_information_with_classical"] = _named(values, dataset, words, "nat")


def _named(values: xr.DataArray, dataset: xr.Dataset, long_name: str, units: str) -> xr.DataArray:
    plain = values.transpose(*dataset["phase"].dims).drop_vars(
        [c for c in values.coords if c not in dataset["phase"].dims]
    )
    return plain.assign_attrs(long_name=long_name, units=units)


def _classical_information(covariance: xr.DataArray) -> xr.DataArray:
    """``½ ln(det Σ_1 det Σ_2/det Σ)`` of commuting fluctuations."""
    values = covariance.values
    safe = np.where(np.isfinite(values), values, np.eye(values.shape[-1]))
    half = values.shape[-1] // 2
    parts = (safe[..., :half, :half], safe[..., half:, half:], safe)
    one, two, both = (np.linalg.slogdet(part)[1] for part in parts)
    information = np.where(np.isfinite(values).all(axis=(-1, -2)), 0.5 * (one + two - both), np.nan)
    return covariance.isel(row=0, column=0, drop=True).copy(data=information)


def draw(dataset: xr.Dataset) -> "Figure":
    """Discord and classical correlation, as printed and as derived, with the boundaries of the phases."""
    from matplotlib.colors import LogNorm
    from matplotlib.figure import Figure
    from matplotlib.patches import Patch

    figure = Figure(figsize=(10.5, 8.2), layout="constrained")
    axes = figure.subplots(2, 2)
    rows = (("discord", 1e-6, 1e-1), ("classical_correlation", 1e-4, 1.0))
    for row, (name, low, high) in enumerate(rows):
        for column, (suffix, title) in enumerate(
            (("_printed", "drift as printed"), ("", "with the rates' derivative"))
        ):
            panel = axes[row, column]
            panel.set_facecolor("#D9D9D9")
            values = dataset[name + suffix].transpose("field", "temperature").values
            shown = np.where(values > 0, np.maximum(values, low), np.where(np.isnan(values), np.nan, low))
            mesh = panel.pcolormesh(
                dataset["temperature"],
                dataset["field"],
                shown,
                cmap="viridis",
                norm=LogNorm(low, high),
                rasterized=True,
            )
            if suffix:
                broken = dataset["reason"].str.contains("uncertainty").transpose("field", "temperature").values
                panel.contourf(
                    dataset["temperature"], dataset["field"], broken, levels=[0.5, 1.5], colors="none", hatches=["///"]
                )
            draw_boundaries(panel)
            words = name.replace("_", " ")
            panel.set_title(f"{words}, {title}")
        figure.colorbar(mesh, ax=axes[row, :], label=f"{words} [nat]", extend="min")
    for panel in axes.flat:
        panel.set(xlabel="temperature $T$", ylabel=r"transverse field $\Omega$")
    handles, _ = axes[0, 0].get_legend_handles_labels()
    handles += [
        Patch(fc="#D9D9D9", label="limit cycle: no stationary state"),
        Patch(fc="#D9D9D9", hatch="///", label=r"$\Sigma + i\sigma/2$ not positive"),
    ]
    axes[0, 0].legend(handles=handles, fontsize=8, loc="upper right", framealpha=0.95)
    figure.suptitle("Two large spins of one pattern (F24 Fig. 3)")
    return figure


def report(dataset: xr.Dataset) -> list[str]:
    """The largest values in either phase, printed against derived, and what follows."""
    sentences = []
    for phase in ("retrieval", "paramagnet"):
        inside = dataset.where(dataset["phase"] == phase)
        largest = {name: float(inside[name].max()) for name in dataset.data_vars if inside[name].dtype.kind == "f"}
        sentences.append(
            f"{phase}: largest discord {largest['discord']:.3g} (printed drift {largest['discord_printed']:.3g}), "
            f"classical correlation {largest['classical_correlation']:.3g} "
            f"({largest['classical_correlation_printed']:.3g}), logarithmic negativity {largest['log_negativity']:.3g}"
        )
    determinant = np.abs(dataset["determinant_c12"]).max().item()
    printed = np.abs(dataset["determinant_c12_printed"]).max().item()
    broken = int(dataset["reason"].str.contains("uncertainty").sum())
    sentences += [
        f"largest |det c12|: {determinant:.3g}; with the printed drift {printed:.1g}",
        f"grid points where the covariance of the printed drift violates the uncertainty relation: {broken} of "
        f"{int((dataset['phase'] == 'retrieval').sum())} in the retrieval phase",
        "F24 finds det c12 = 0 and no correlation without a field because Theorem 2 leaves the derivative of the rates out "
        "of the drift; with it the blocks are correlated everywhere, also at Ω = 0.",
    ]
    return sentences


HOPFIELD_CORRELATIONS = Reproduction(
    "hopfield-correlations",
    "F24 Fig. 3",
    "discord, classical correlation and entanglement of two large spins, printed drift against the derived one",
    compute,
    draw,
    report,
)
