"""What is called at every point of a study? The computation with its options, and only the wanted variables kept."""

from collections.abc import Mapping
from typing import Any

import xarray as xr

from largespin.errors import LargespinError
from largespin.model import Model
from largespin.study.computations import PARTICLES
from largespin.study.computations import computation as computation_of
from largespin.study.problems import suggestion

ALWAYS_KEPT = ("outcome", "usable", "sentence", "verdict")
"""Variables that say whether the others can be trusted."""
ARGUMENTS = ("model", "computation", "options", "parameters", "keep")
"""Names that parameters that are swept cannot have."""


def evaluate(
    *,
    model: Model,
    computation: str,
    options: Mapping[str, Any],
    parameters: Mapping[str, float],
    keep: tuple[str, ...] | None,
    **point: Any,
) -> xr.Dataset:
    """Compute one point, or arrays of points.

    Args:
        model: the model.
        computation: the name of one of the `computations`.
        options: arguments of the function behind it.
        parameters: values that do not vary.
        keep: variables that are kept; all if None.
        **point: values that vary, by name: parameters of the model, and ``particles``.

    Returns:
        What the function returns, or the part of it that is kept.

    Raises:
        LargespinError: what the function refuses, or an unknown name in `keep`.

    Example:
        >>> import largespin as ls
        >>> from largespin.study.evaluate import evaluate
        >>> model = ls.models.hopfield(ls.ideal_large_spins(1))
        >>> found = evaluate(model=model, computation="stationary_states", options={"starts": 8}, keep=("overlap",),
        ...                  parameters={"field": 0.1}, temperature=[2.0])
        >>> sorted(found)
        ['outcome', 'overlap', 'sentence', 'usable', 'verdict']
    """
    found = computation_of(computation)
    assert found is not None, "studies are checked before they are computed"
    counts = {name: _counts(value) for name, value in point.items() if name == PARTICLES}
    varying = {name: value for name, value in point.items() if name not in counts}
    return kept(found.function(model, **options, **counts, parameters={**parameters, **varying}), keep)


def _counts(value: Any) -> Any:
    """Numbers of particles, whole again after their way through an axis of numbers."""
    return [int(n) for n in value] if hasattr(value, "__len__") else int(value)


def kept(found: xr.Dataset, keep: tuple[str, ...] | None) -> xr.Dataset:
    """The variables that are kept."""
    if keep is None:
        return found
    for name in keep:
        if name not in found.variables:
            words = suggestion(name, sorted(map(str, found.data_vars)))
            raise LargespinError(f"Key `output.keep` must name computed variables, but {name!r} is none; {words}")
    return found[[*keep, *(name for name in ALWAYS_KEPT if name in found and name not in keep)]]
