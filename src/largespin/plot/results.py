"""One variable of any result, and the result around it."""

from typing import TYPE_CHECKING, Any

from largespin.errors import LargespinError
from largespin.plot.inputs import Component, chosen, with_numbers

if TYPE_CHECKING:
    import xarray as xr


def array_and_data(data: Any, variable: Component | None) -> "tuple[xr.Dataset | None, xr.DataArray]":
    """The array that is meant, and the dataset that holds its outcomes; None for an array alone.

    Raises:
        LargespinError: neither Dataset nor DataArray, no such variable, or values that are no real numbers.
    """
    import xarray as xr

    if isinstance(data, xr.DataArray):
        if variable is not None:
            raise LargespinError("Argument `variable` must not be given for a DataArray, which is one variable.")
        named = data if data.name is not None else data.rename("value")
        return None, _filled("data", chosen("data", named.to_dataset(), str(named.name)))
    if not isinstance(data, xr.Dataset):
        inside = getattr(data, "dataset", None)
        cure = "; give its `dataset`" if isinstance(inside, xr.Dataset) else ""
        raise LargespinError(
            "Argument `data` must be a Dataset, such as a result of `sweep` or `evolve`, or a DataArray, but it is a "
            f"{type(data).__name__}{cure}."
        )
    if variable is None:
        numbers = [name for name in with_numbers(data) if data[name].ndim]
        if len(numbers) != 1:
            raise LargespinError(
                "Argument `variable` must name one variable of the result, one of "
                f"{', '.join(numbers) or 'none'}, but it is not given."
            )
        variable = numbers[0]
    return data, _filled("variable", chosen("variable", data, variable))


def _filled(argument: str, array: "xr.DataArray") -> "xr.DataArray":
    empty = [str(dim) for dim in array.dims if not array.sizes[dim]]
    if empty:
        raise LargespinError(f"Argument `{argument}` must hold values, but its axis `{empty[0]}` has no entries.")
    return array
