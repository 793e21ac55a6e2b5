"""From whatever a user holds to a state with its parameter values: the one translation behind every call that begins somewhere."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol, Union, runtime_checkable

import numpy as np
import numpy.typing as npt

from largespin.errors import ComplexArray, FloatArray, LargespinError
from largespin.model.state import State, bloch_vectors, spread

if TYPE_CHECKING:
    import xarray as xr

    from largespin.model.model import Model


@runtime_checkable
class HasFull(Protocol):
    """A quantum object of QuTiP: a ket or a density matrix that gives its matrix by ``full()``."""

    def full(self) -> npt.NDArray[Any]:
        """The matrix."""
        ...


StateLike = Union[npt.ArrayLike, State, HasFull, "xr.Dataset", "xr.DataArray"]
"""What can be a start: a `State`; Bloch vectors, density matrices or kets; objects of QuTiP; rows of results."""


@dataclass(frozen=True, eq=False)
class Given:
    """A start as it was given.

    Attributes:
        state: the state or states.
        values: parameter values that came along with a result, by name: numbers or arrays over axes of the state.
        coords: labels of the axes of the state.
        dataset: the result itself, if it was one.
    """

    state: State
    values: Mapping[str, Any] = field(default_factory=dict)
    coords: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)
    dataset: "xr.Dataset | None" = None


def given(model: "Model", start: StateLike, *, name: str = "start", one: bool = False) -> Given:
    """The state or states behind a start, with the parameter values that come along.

    Args:
        model: the model.
        start: a `State`; Bloch vectors (…, K, d²−1), density matrices (…, K, d, d) or kets (d) or (…, K, d, 1), or one of
            them for all blocks; objects of QuTiP; a row of `stationary_states`, `evolve` (one time), `branch`,
            `limit_cycle`, `find_attractors` … as Dataset, or its variable ``m`` for a model without modes.
        name: what the argument is called in messages.
        one: refuse more than one state.

    Raises:
        LargespinError: no state, states of another model, whole runs, or a model with modes whose amplitudes are missing.

    Example:
        >>> import largespin as ls
        >>> from largespin.model.start import given
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> found = ls.stationary_states(model, temperature=0.5, field=0.1)
        >>> row = given(model, found.isel(state=0))
        >>> row.state.vector.shape, sorted(row.values)
        ((3,), ['field', 'temperature'])
    """
    parts = parts_of(model, start, name)
    if parts.amplitudes is None:
        if model.modes:
            raise LargespinError(
                f"Argument `{name}` must say where the {len(model.modes)} mode(s) of the model begin, but it holds particles "
                "alone; hand on the whole result, or make the state with `model.state(…, modes=…)` (`modes=0` is the vacuum)."
            )
        parts = replace(parts, amplitudes=np.zeros((*parts.bloch.shape[:-2], 0), dtype=np.complex128))
    state = parts.state(name)
    if not np.isfinite(state.vector).all(axis=-1).any():
        raise LargespinError(
            f"Argument `{name}` must be a state, but the result holds none there (NaN).{_reason(parts.dataset)}"
        )
    if one and state.ensemble_shape:
        axes = ", ".join(f"{dim} ({size})" for dim, size in zip(state.dims, state.ensemble_shape, strict=True))
        raise LargespinError(
            f"Argument `{name}` must be one state, but it holds several along {axes}; choose one, for instance with "
            "`.isel(…)`."
        )
    return Given(state, parts.values, parts.coords, parts.dataset)


def _reason(dataset: "xr.Dataset | None") -> str:
    """What a result says about the one point that it holds."""
    if dataset is None:
        return ""
    alone = "sentence" in dataset and dataset["sentence"].ndim == 0
    return f" {dataset['sentence'].item()}" if alone else ""


@dataclass(frozen=True, eq=False)
class Parts:
    """What a start says: Bloch vectors (…, K, d²−1), amplitudes (…, M) if it knows any, names of the leading axes."""

    bloch: FloatArray
    amplitudes: ComplexArray | None = None
    dims: tuple[str, ...] | None = None
    values: Mapping[str, Any] = field(default_factory=dict)
    coords: Mapping[str, npt.NDArray[Any]] = field(default_factory=dict)
    dataset: "xr.Dataset | None" = None

    def state(self, name: str) -> State:
        """Bloch vectors and amplitudes broadcast against each other, their axes named."""
        assert self.amplitudes is not None
        try:
            leading = np.broadcast_shapes(self.bloch.shape[:-2], self.amplitudes.shape[:-1])
        except ValueError as error:
            raise LargespinError(
                f"The leading axes of `{name}` {self.bloch.shape[:-2]} and `modes` {self.amplitudes.shape[:-1]} must match."
            ) from error
        dims = self.dims if self.dims is not None else ("start",) * len(leading)
        if len(dims) != len(leading) or len(set(dims)) < len(dims):
            raise LargespinError(
                f"Argument `dims` must name the {len(leading)} leading axes, each once, but it is {self.dims}."
            )
        bloch = np.broadcast_to(self.bloch, (*leading, *self.bloch.shape[-2:]))
        return State(bloch, np.broadcast_to(self.amplitudes, (*leading, self.amplitudes.shape[-1])), tuple(dims))


def parts_of(model: "Model", start: StateLike, name: str) -> Parts:
    """What a start of any kind says, before anything is asked of it."""
    xarray = sys.modules.get("xarray")  # Not loaded for starts of other kinds.
    if xarray is not None and isinstance(start, xarray.Dataset):
        return _of_dataset(model, start, name)
    if xarray is not None and isinstance(start, xarray.DataArray):
        return _of_array(model, start, name)
    if isinstance(start, State):
        return _of_state(model, start, name)
    return Parts(bloch_vectors(start, model.particles.levels, model.particles.number_of_blocks, name))


def _of_state(model: "Model", state: State, name: str) -> Parts:
    if state.amplitudes.shape[-1] != len(model.modes):
        raise LargespinError(
            f"Argument `{name}` must be a state with {len(model.modes)} mode(s), but it has {state.amplitudes.shape[-1]}."
        )
    bloch = spread(state.bloch, model.particles.number_of_components, model.particles.number_of_blocks, name)
    return Parts(bloch, state.amplitudes, state.dims or None)


def _of_array(model: "Model", array: "xr.DataArray", name: str) -> Parts:
    """The variable ``m`` of a result."""
    if not {"block", "component"} <= set(array.dims):
        raise LargespinError(
            f"Argument `{name}` must be a whole row of a result, or its variable `m` over block and component, but it is an "
            f"array over {', '.join(map(str, array.dims)) or 'nothing'}."
        )
    return replace(_of_dataset(model, array.to_dataset(name="m"), name), amplitudes=None, dataset=None)


def _of_dataset(model: "Model", dataset: "xr.Dataset", name: str) -> Parts:
    if dataset.attrs.get("model_key", model.key) != model.key:
        raise LargespinError(
            f"Argument `{name}` must belong to the given model, but the result was made with another one."
        )
    if is_special_point(dataset):
        return _of_special_point(model, dataset)
    if "m" not in dataset or not {"block", "component"} <= set(dataset["m"].dims):
        raise LargespinError(
            f"Argument `{name}` must be a result that holds states, as `evolve` and `stationary_states` make it, but it has no "
            "`m` over block and component."
        )
    dims = tuple(str(d) for d in dataset["m"].dims if d not in ("block", "component"))
    if "time" in dims:
        raise LargespinError(
            f"Argument `{name}` must not be a whole run, but it has the axis `time`; choose one time, for instance with "
            "`.isel(time=-1)`."
        )
    particles = model.particles
    m = _in_order(dataset["m"], "component", particles.component_names, name)
    m = _in_order(m, "block", range(particles.number_of_blocks), name)
    bloch = np.asarray(m.transpose(*dims, "block", "component").values, dtype=np.float64)
    amplitudes = None if model.modes else np.zeros((*bloch.shape[:-2], 0), dtype=np.complex128)
    if model.modes and "q" in dataset and "p" in dataset:
        names = [mode.name for mode in model.modes]
        q, p = (_in_order(dataset[part], "mode", names, name).transpose(*dims, "mode").values for part in ("q", "p"))
        amplitudes = (q + 1j * p) / np.sqrt(2.0)
    coords = {d: dataset[d].values for d in dims if d in dataset.coords}
    return Parts(bloch, amplitudes, dims, _values_along(model, dataset, dims), coords, dataset)


def _in_order(array: "xr.DataArray", dim: str, labels: Sequence[Any], name: str) -> "xr.DataArray":
    """The array with all entries of an axis, in the order of the model, by their labels if they have some."""
    if dim in array.dims and array.sizes[dim] == len(labels):
        if dim not in array.coords or list(array[dim].values) == list(labels):
            return array
        if sorted(map(str, array[dim].values)) == sorted(map(str, labels)):
            return array.sel({dim: list(labels)})
    found = list(array[dim].values) if dim in array.coords else array.sizes.get(dim, "none")
    raise LargespinError(
        f"Argument `{name}` must have the {dim}s {', '.join(map(str, labels))} of the model, but the result has {found}."
    )


def _values_along(model: "Model", dataset: "xr.Dataset", dims: tuple[str, ...]) -> dict[str, Any]:
    """Parameter values that a result carries, in the order of its axes: numbers, or arrays over axes of its states."""
    order = [*(d for d in dims if d in model.parameters), *model.parameters]
    values = {}
    for key in dict.fromkeys(order):
        if key in dataset.coords or key in dataset.data_vars:
            array = dataset[key]
            if set(array.dims) <= set(dims):
                values[key] = array.reset_coords(drop=True)
    return values


def is_special_point(dataset: "xr.Dataset") -> bool:
    """Whether this is one special point of `branch` or `branches`."""
    return "special_state" in dataset and dataset["special_state"].dims == ("variable",)


def _of_special_point(model: "Model", dataset: "xr.Dataset") -> Parts:
    """A special point has its own value of the parameter of its branch."""
    state = model.state_from_vector(np.asarray(dataset["special_state"].values, dtype=np.float64))
    known = [key for key in model.parameters if key in dataset.coords and not dataset[key].ndim]
    values = {key: dataset[key].reset_coords(drop=True) for key in known}
    for key in model.parameters:
        if f"special_{key}" in dataset:
            values[key] = dataset[f"special_{key}"].reset_coords(drop=True)
    return Parts(state.bloch, state.amplitudes, (), values, {}, dataset)
