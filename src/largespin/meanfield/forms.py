"""Results of one point that look alike but for their numbers: xarray joins and checks their parts once, and copies later.

Joining fifteen variables and their coordinates takes xarray as long as everything else in a short run, integration included.
"""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.model.model import Model

MOST = 64
"""Forms that are kept: a loop over a few models and times."""
LARGEST = 20_000
"""Numbers in a result up to which its form is kept: 0.16 MB each; of larger ones the joining is a small part."""


class Forms(dict[Hashable, xr.Dataset]):
    """Datasets by what they have in common; the oldest make room."""

    def __setitem__(self, form: Hashable, dataset: xr.Dataset) -> None:
        super().__setitem__(form, dataset)
        while len(self) > MOST:
            self.pop(next(iter(self)), None)


FORMS = Forms()


def form_of(
    model: Model,
    variables: Mapping[str, xr.DataArray | xr.Variable],
    labels: Mapping[str, npt.NDArray[Any]],
    numbers: Mapping[str, float],
) -> Hashable | None:
    """What two results of one point share if they differ in numbers only; None if a form is not worth keeping."""
    bare = [variable for variable in variables.values() if type(variable) is xr.Variable]
    if len(bare) < len(variables) or sum(variable.size for variable in bare) > LARGEST:
        return None
    shapes = tuple((name, variable.dims, variable.shape) for name, variable in variables.items())
    return model, shapes, tuple((name, values.tobytes()) for name, values in labels.items()), tuple(numbers)


def filled(
    form: xr.Dataset, variables: Mapping[str, xr.DataArray | xr.Variable], numbers: Mapping[str, float]
) -> xr.Dataset:
    """A dataset of this form with other numbers: those of its variables and of its coordinates without axes."""
    dataset = form.copy(data=variables)
    for name, value in numbers.items():
        dataset.variables[name].data = np.array(value)
    return dataset
