"""Which states are in a result of the library? The way back from labelled variables to state vectors."""

import numpy as np
import xarray as xr

from largespin.errors import LargespinError
from largespin.model.model import Model
from largespin.model.state import State


def state_of(model: Model, dataset: xr.Dataset) -> State:
    """The states in a result of `evolve` or `stationary_states`, axes of the result first; NaN where there is none.

    Args:
        model: the model.
        dataset: a result without the axis ``time``; axes such as ``state``, ``phase`` or ``point`` become ensemble axes.

    Raises:
        LargespinError: no states, states of another model, or whole runs.

    Example:
        >>> import largespin as ls
        >>> from largespin.meanfield.dataset_states import state_of
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> found = ls.stationary_states(model, temperature=[0.5, 1.5], field=0.1)
        >>> state_of(model, found).dims, state_of(model, found).vector.shape
        (('temperature', 'state'), (2, 3, 3))
    """
    if "m" not in dataset or (model.modes and ("q" not in dataset or "p" not in dataset)):
        raise LargespinError(
            "A dataset of states must contain `m` (and `q`, `p` with modes), as `evolve` and `stationary_states` make it."
        )
    if dataset.attrs.get("model_key", model.key) != model.key:
        raise LargespinError("The dataset must belong to the given model, but it was made with another one.")
    if "time" in dataset["m"].dims:
        raise LargespinError(
            "A dataset of states must not have the axis `time`; choose one time, for instance with `.isel(time=-1)`."
        )
    bloch = dataset["m"]
    dims = tuple(str(d) for d in bloch.dims if d not in ("block", "component"))
    vectors = bloch.transpose(*dims, "block", "component").values
    expected = (model.particles.number_of_blocks, model.particles.number_of_components)
    if vectors.shape[-2:] != expected:
        raise LargespinError(f"A dataset of states must end in the axes {expected}, but they are {vectors.shape[-2:]}.")
    amplitudes = np.zeros((*vectors.shape[:-2], 0), dtype=np.complex128)
    if model.modes:
        q, p = (dataset[name].transpose(*dims, "mode").values for name in ("q", "p"))
        amplitudes = (q + 1j * p) / np.sqrt(2.0)
    return State(vectors, amplitudes, dims)
