"""How does the result of a study look? A curve or a map of one variable over what was swept, or its phases."""

from pathlib import Path

import xarray as xr

from largespin.errors import LargespinError
from largespin.plot.missing import OUTCOMES
from largespin.study.problems import suggestion
from largespin.study.work import Work

FEWEST_OF_MAP = 7
"""Values along both axes from which a map is drawn; fewer are easier to read as curves."""
NOT_DRAWN = ("weight", "smallest_eigenvalue", "conserved_drift", "end_time", "usable")
"""Variables that nobody wants to see first."""


def drawn_variable(dataset: xr.Dataset, work: Work, wanted: bool | str) -> str:
    """The variable to draw: the one that is named, or the first kept or computed one that holds real numbers.

    Raises:
        LargespinError: no such variable, or none with numbers.
    """
    numeric = [str(name) for name in dataset.data_vars if dataset[name].dtype.kind in "fiub" and dataset[name].ndim]
    if isinstance(wanted, str):
        if wanted not in numeric:
            raise LargespinError(
                f"Key `output.plot` must name a variable with numbers, but {wanted!r} is none; {suggestion(wanted, numeric)}"
            )
        return wanted
    for name in (*(work.keep or ()), "overlap", *numeric):
        if name in numeric and name not in NOT_DRAWN:
            return name
    raise LargespinError("Key `output.plot` must be false, because no variable of the result holds numbers.")


def reduced(array: xr.DataArray, work: Work, select: dict[str, int]) -> xr.DataArray:
    """The array over one or two axes: what the study selects, then the last time, then the first of everything else.

    Raises:
        LargespinError: unknown dimensions or places in `select`.
    """
    for dim, place in select.items():
        if dim not in array.dims:
            words = suggestion(dim, [str(d) for d in array.dims])
            raise LargespinError(
                f"Key `output.select.{dim}` must be a dimension of `{array.name}`, but it is none; {words}"
            )
        if not -array.sizes[dim] <= place < array.sizes[dim]:
            raise LargespinError(
                f"Key `output.select.{dim}` must lie in [{-array.sizes[dim]}, {array.sizes[dim] - 1}], but it is {place}."
            )
    left = array.isel(select)
    swept = [name for name in (*work.axes, *work.between) if name in left.dims]
    if "time" in left.dims and len(swept) > 1:
        left = left.isel(time=-1)
    kept = [*swept, *(["time"] if "time" in left.dims else [])][:2]
    return left.isel({dim: 0 for dim in left.dims if dim not in kept}).transpose(*kept)


def draw(dataset: xr.Dataset, work: Work, wanted: bool | str, select: dict[str, int], file: Path) -> Path:
    """Draw a result into a PNG file.

    Args:
        dataset: the result.
        work: what was computed.
        wanted: True, or the name of a variable.
        select: places along dimensions that are not drawn.
        file: where to write.

    Returns:
        The file.

    Raises:
        LargespinError: nothing that could be drawn.
    """
    from matplotlib.figure import Figure

    from largespin import plot

    # Figures of files are none of pyplot's, which would keep every one.
    figure = Figure(figsize=(6.8, 4.2), layout="constrained")
    ax = figure.add_subplot()
    if wanted is True and "phase" in dataset and "flag_meanings" in dataset.phase.attrs:
        plot.phase_diagram(dataset.load(), ax=ax)
        figure.savefig(file, dpi=150)
        return file
    array = reduced(dataset[drawn_variable(dataset, work, wanted)], work, select).load()
    told = [name for name in OUTCOMES if name in dataset.variables and set(dataset[name].dims) <= set(array.dims)]
    data = dataset[told].load().assign({str(array.name): array.drop_vars(told, errors="ignore")})
    if array.ndim == 2 and "time" not in array.dims and min(array.shape) >= FEWEST_OF_MAP:
        down, across = (str(dim) for dim in array.dims)
        plot.heat_map(data, variable=str(array.name), x=across, y=down, ax=ax)
    else:
        # Time runs to the right, otherwise what has more values.
        longest = next((str(dim) for dim in reversed(array.dims) if array.sizes[dim] == max(array.shape)), None)
        plot.line(data, variable=str(array.name), along="time" if "time" in array.dims else longest, ax=ax)
    figure.suptitle(_title(array), fontsize="small")
    figure.savefig(file, dpi=150)
    return file


def _title(array: xr.DataArray) -> str:
    places = [
        f"{name} = {array[name].item()}" for name in array.coords if not array[name].ndim and name not in NOT_DRAWN
    ]
    return ", ".join(place for place in places if len(place) < 40)
