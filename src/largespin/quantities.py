"""What do results contain? Every variable and coordinate with its meaning and unit, written once."""

from collections.abc import Hashable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt

from largespin.outcomes import all_usable

if TYPE_CHECKING:
    import xarray as xr

    Labelled = TypeVar("Labelled", xr.Dataset, xr.DataArray)

RATE, TIME, NONE, WORDS = "rate", "inverse rate", "1", ""
"""Units: rates and times in the units in which the model's own rates are given; pure numbers; words have none."""

QUANTITIES: dict[str, tuple[str, str]] = {
    # axes
    "time": ("time", TIME),
    "block": ("block of particles that feel the same", NONE),
    "component": ("component of the Bloch vector", WORDS),
    "level": ("level of a particle", NONE),
    "row_level": ("level on the left, ⟨row|ρ|column⟩", WORDS),
    "column_level": ("level on the right, ⟨row|ρ|column⟩", WORDS),
    "mode": ("bosonic mode", WORDS),
    "pattern": ("stored pattern", NONE),
    "state": ("number of the stationary state", NONE),
    "start": ("number of the start", NONE),
    "attractor_of_start": ("number of the attractor that the start reaches, −1 for none", NONE),
    "index": ("number of the eigenvalue", NONE),
    "row": ("fluctuation", WORDS),
    "column": ("fluctuation", WORDS),
    "out": ("component after the map", WORDS),
    "in": ("component before the map", WORDS),
    "particles": ("number of particles", NONE),
    "weight": ("share of all particles in the block", NONE),
    # states
    "m": ("Bloch vector of each block", NONE),
    "q": ("quadrature q = (α + α*)/√2", NONE),
    "p": ("quadrature p = (α − α*)/(i√2)", NONE),
    "alpha": ("amplitude α = ⟨a⟩/√N", NONE),
    "occupation": ("bosons per particle ⟨a†a⟩/N", NONE),
    "overlap": ("overlap with pattern, Σ_k w_k e_μk m_kz", NONE),
    "population": ("population of each level of a block", NONE),
    # how it ended
    "outcome": ("how the point ended", WORDS),
    "sentence": ("the same in words", WORDS),
    "usable": ("whether the numbers asked for are there", NONE),
    "verdict": ("what kind of motion or state it is", WORDS),
    "solver": ("how the equations were solved", WORDS),
    "end_time": ("last time that was reached", TIME),
    "smallest_eigenvalue": ("smallest eigenvalue of any block's density matrix", NONE),
    "conserved_drift": ("largest change of a conserved quantity along the run", NONE),
    # stationary states
    "eigenvalue_real": ("real part of the eigenvalues of the Jacobian", RATE),
    "eigenvalue_imag": ("imaginary part of the eigenvalues of the Jacobian", RATE),
    "growth_rate": ("largest real part of the eigenvalues", RATE),
    "residual": ("norm of what the equations leave", RATE),
    "found_by": ("number of searches that ended in this state", NONE),
    "symmetry_class": ("number shared by states that symmetries carry into each other", NONE),
    "number_of_states": ("number of stationary states", NONE),
    # phase diagrams
    "evaluated": ("whether the point was examined itself", NONE),
    "order_parameter": ("order parameter of the state", NONE),
    "lasting": ("whether a state lasts: stable, or undamped where nothing is damped", NONE),
    "number_of_stable": ("number of states that last", NONE),
    "order": ("largest order parameter of a stable state", NONE),
    "motion": ("late standard deviation", NONE),
    "turns": ("late turning points", NONE),
    "patient": ("whether slow decay had time enough", NONE),
    "boundary_point": ("number of the point along the boundaries", NONE),
    # sweeps
    "sweep_outcome": ("what became of the point", WORDS),
    "sweep_sentence": ("the same in words", WORDS),
    # branches of states and lines of bifurcations
    "point": ("number of the point along the curve", NONE),
    "special_point": ("number of the special point", NONE),
    "branch_number": ("number of the branch", NONE),
    "curve_number": ("number of the curve", NONE),
    "variable": ("variable of the state", WORDS),
    "branch": ("number of the branch on which the point lies", NONE),
    "curve": ("number of the curve on which the point lies", NONE),
    "parent": ("number of the branch that this one leaves; -1 for the first", NONE),
    "arclength": ("length along the curve, parameters in units of their ranges", NONE),
    "kind": ("kind of attractor or of bifurcation", WORDS),
    "special": ("what happens at this point", WORDS),
    "coefficient": ("coefficient of the normal form", NONE),
    "multiplicity": ("directions or pairs that become critical together", NONE),
    "special_branch": ("number of the branch on which the special point lies", NONE),
    "special_curve": ("number of the curve on which the special point lies", NONE),
    "special_kind": ("kind of the special point", WORDS),
    "special_sentence": ("the same in words", WORDS),
    "special_frequency": ("frequency ω at the special point", RATE),
    "special_coefficient": ("coefficient of the normal form at the special point", NONE),
    "special_state": ("state at the special point", NONE),
    "null_real": ("real part of what becomes critical", NONE),
    "null_imag": ("imaginary part of what becomes critical", NONE),
    "end_first": ("why the curve ends at its first point", WORDS),
    "end_last": ("why the curve ends at its last point", WORDS),
    "end_first_kind": ("the same in one word", WORDS),
    "end_last_kind": ("the same in one word", WORDS),
    # cycles
    "phase": ("time since phase 0, in periods", NONE),
    "period": ("period T of the cycle", TIME),
    "closure": ("largest gap between segments of the computed cycle", NONE),
    "shift_error": ("relative error with which a segment carries the flow on", NONE),
    "conserved": ("conserved quantities, whose multipliers are 1", NONE),
    "multiplier_real": ("Floquet multiplier, real part", NONE),
    "multiplier_imag": ("Floquet multiplier, imaginary part", NONE),
    "special_value": ("parameter at which it happens", NONE),
    "special_error": ("how far this value may be off", NONE),
    # exact solutions at finite N
    "density_matrix": ("components of the density matrix, padded with zeros", NONE),
    "element": ("number of the component", NONE),
    "purity": ("purity tr ρ²", NONE),
    "trace": ("trace of ρ", NONE),
    "trace_error": ("deviation of the trace from 1", NONE),
    "hermiticity": ("largest deviation from ρ = ρ†", NONE),
    "negativity": ("weight of negative eigenvalues", NONE),
    "smallest_population": ("smallest population of a collective level", NONE),
    "relative_residual": ("residual relative to the norm of the generator", NONE),
    "rounding": ("estimate of what rounding has done to the means", NONE),
    "fock": ("number of Fock states", NONE),
    "fock_tail": ("probability of the last tenth of the Fock states", NONE),
    "displacement_q": ("displacement of the Fock states along q", NONE),
    "displacement_p": ("displacement of the Fock states along p", NONE),
    "components": ("number of components of a density matrix", NONE),
    "memory": ("estimated peak memory", "bytes"),
    "unique": ("whether there is exactly one stationary state", NONE),
    "continuum": ("whether stationary directions do not split into extremal states", NONE),
    "gap": ("slowest non-zero decay rate", RATE),
    "complete": ("whether nothing as slow is missing", NONE),
    "decay_rate": ("decay rate −Re λ", RATE),
    "angular_frequency": ("angular frequency ω", RATE),
    "value": ("value of the average", NONE),
    # errors of mean field
    "error": ("error of mean field E_N", NONE),
    "limit": ("limit of N E_N, Σ_k tr Σ_k/w_k + Σ_μ (Σ_qq + Σ_pp)", NONE),
    "predicted": ("error predicted by the fluctuations", NONE),
    "product": ("error of the product state of the mean field", NONE),
    "extrapolated": ("N times the error, extrapolated to 1/N = 0", NONE),
    "slope": ("slope of ln error against ln N", NONE),
    "bound": ("rigorous upper bound of E_N", NONE),
    "log10_bound": ("log10 of the bound", NONE),
    "bound_name": ("paper whose theorem it is", WORDS),
    "bound_sentence": ("whether the theorem applies, and why not", WORDS),
    "reduced": ("of how many particles the state is", WORDS),
    # fluctuations
    "covariance": ("covariance Σ = ½⟨{F, F}⟩ of the fluctuations", NONE),
    "commutator": ("commutators σ, [F, F] = iσ", NONE),
    "drift": ("drift J of the fluctuations", RATE),
    "diffusion_real": ("diffusion Re C", RATE),
    "diffusion_imag": ("diffusion Im C", RATE),
    "uncertainty": ("smallest eigenvalue of Σ + iσ/2", NONE),
    "canonical_covariance": ("covariance of canonical quadratures", NONE),
    "transformation": ("A in r = A F", NONE),
    "commutator_size": ("size of the commutator of a canonical pair", NONE),
    "quadrature": ("canonical quadrature", WORDS),
    "quadrature_2": ("canonical quadrature", WORDS),
    "canonical_mode": ("canonical mode", WORDS),
    "group": ("particles or modes", WORDS),
    "correlation_real": ("two-time correlation, real part", NONE),
    "correlation_imag": ("two-time correlation, imaginary part", NONE),
    "delay": ("delay τ", TIME),
    "spectrum_real": ("spectrum, real part", "1/rate"),
    "spectrum_imag": ("spectrum, imaginary part", "1/rate"),
    "flux": ("photon flux per frequency", NONE),
    "quietest_noise": ("noise of the quietest quadrature; ½ is vacuum", NONE),
    "loudest_noise": ("noise of the loudest quadrature; ½ is vacuum", NONE),
    "collective_jump": ("collective jump", WORDS),
    # fluctuations around limit cycles
    "phase_diffusion": ("phase diffusion D: variance of the time shift, times N, per time", TIME),
    "tangent": ("tangent v of the cycle in the variables F", RATE),
    "phase_response": ("phase response z: time shift per fluctuation F", TIME),
    "phase_covariance": ("covariance x of the time shift with the rest of F", TIME),
    "covariance_transverse": ("covariance Σ_⊥ across the cycle", NONE),
    # attractors
    "attractor": ("number of the attractor", NONE),
    "number_of_attractors": ("number of attractors", NONE),
    "hits": ("number of starts that reach it", NONE),
    "share": ("share of starts that reach it", NONE),
    "share_low": ("lower end of the 95 % interval of the share", NONE),
    "share_high": ("upper end of the 95 % interval of the share", NONE),
    "class_share": ("share of starts that reach it or an image", NONE),
    "class_share_low": ("lower end of the 95 % interval of the class", NONE),
    "class_share_high": ("upper end of the 95 % interval of the class", NONE),
    "amplitude": ("largest peak-to-peak motion of a variable", NONE),
    "exponent": ("number of the Lyapunov exponent", NONE),
    "lyapunov_exponent": ("Lyapunov exponent", RATE),
    "lyapunov_error": ("standard error of the Lyapunov exponent", RATE),
    # local map
    "propagator": ("local propagator on x_a = tr(ρ v_a)", NONE),
}
"""Long name and unit by name, for every level."""
_ATTRIBUTES = {
    name: {key: word for key, word in (("long_name", long_name), ("units", units)) if word}
    for name, (long_name, units) in QUANTITIES.items()
}
"""The same as variables carry them."""


def attributes(name: str) -> dict[str, str]:
    """Long name and unit of a quantity, as a variable carries them; nothing for names that are not ours.

    Example:
        >>> from largespin.quantities import attributes
        >>> attributes("time")
        {'long_name': 'time', 'units': 'inverse rate'}
    """
    return dict(_ATTRIBUTES.get(name, {}))


def text(values: Any) -> npt.NDArray[np.object_]:
    """Words as an array of Python strings: text of fixed length is no type of the Zarr format, and is cut when joined.

    Example:
        >>> from largespin.quantities import text
        >>> text(["x", "y"])
        array(['x', 'y'], dtype=object)
    """
    array = np.asarray(values, dtype=object)
    words = np.empty(array.shape, dtype=object)
    words.ravel()[:] = [str(value) for value in array.ravel()]
    return words


def described(dataset: "Labelled") -> "Labelled":
    """The same object, with long name and unit on every variable and coordinate that has none yet, and text as objects.

    Coordinates that a result needs but that carry no labels are numbered from 0.
    """
    import xarray as xr

    if isinstance(dataset, xr.Dataset):
        numbered = {str(dim): np.arange(size) for dim, size in dataset.sizes.items() if dim not in dataset.coords}
        dataset = dataset.assign_coords(numbered) if numbered else dataset
        if "outcome" in dataset and "usable" not in dataset:
            words = dataset["outcome"]
            flat = all_usable(map(str, words.values.ravel()))
            dataset["usable"] = words.dims, np.array(flat, dtype=bool).reshape(words.shape)
    for name in [name for name, variable in _variables(dataset).items() if variable.dtype.kind == "U"]:
        dataset[name] = dataset[name].astype(object)
    add_names(_variables(dataset))
    return dataset


def add_names(variables: "Mapping[Hashable, xr.Variable]") -> None:
    """Write long name and unit onto all variables that have none yet."""
    for name, variable in variables.items():
        for key, word in _ATTRIBUTES.get(str(name), {}).items():
            variable.attrs.setdefault(key, word)


def _variables(dataset: "xr.Dataset | xr.DataArray") -> "Mapping[Hashable, xr.Variable]":
    """Variables and coordinates below their labelled arrays, which are slow to make."""
    import xarray as xr

    if isinstance(dataset, xr.Dataset):
        return dataset.variables
    return {name: coordinate.variable for name, coordinate in dataset.coords.items()}


def names_in_results() -> Iterable[str]:
    """Names that parameters must not have, because results use them."""
    return QUANTITIES.keys()
