"""What a Gaussian measure is to its caller: arrays go in and out as arrays, labelled covariances as labelled results.

`@measure` above a function says so to type checkers and editors, once for all measures.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Concatenate, ParamSpec, Protocol, TypeVar, cast, overload

import numpy.typing as npt

if TYPE_CHECKING:
    import xarray as xr

    from largespin.gaussian.labels import Covariance

Options = ParamSpec("Options")
Numbers_co = TypeVar("Numbers_co", covariant=True)


class Measure(Protocol[Options, Numbers_co]):
    """A function of a covariance and `Options`: `Numbers_co` for an array, a `DataArray` for a labelled covariance."""

    __name__: str

    @overload
    def __call__(
        self, covariance: "xr.DataArray | xr.Dataset", *args: Options.args, **kwargs: Options.kwargs
    ) -> "xr.DataArray": ...
    @overload
    def __call__(self, covariance: npt.ArrayLike, *args: Options.args, **kwargs: Options.kwargs) -> Numbers_co: ...


def measure(
    function: "Callable[Concatenate[Covariance, Options], Numbers_co | xr.DataArray]",
) -> Measure[Options, Numbers_co]:
    """The function itself; to type checkers, with the kind of its result tied to that of its first argument.

    Example:
        >>> from largespin import gaussian
        >>> gaussian.purity.__name__
        'purity'
    """
    return cast("Measure[Options, Numbers_co]", function)
