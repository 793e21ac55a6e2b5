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
    "occupation": ("bosons per particle |α|²", NONE),
    "overlap": ("overlap with pattern, Σ_k w_k e_μk m_kz", NONE),
    "population": ("population of each level of a block", NONE),
    # how it ended
    "outcome": ("how the point ended", WORDS),
    "sentence": ("the same in words", WORDS),
    "usable": ("whether the numbers asked for are there", NONE),
    "verdict": ("what kind of motion or state it is", WORDS),
    "solver": ("how the equations were integrated", WORDS),
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
