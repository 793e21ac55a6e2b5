"""What states are the particles of a result in? Bloch vectors read as density matrices, any number of levels."""

import numpy as np
import xarray as xr

from largespin.errors import LargespinError
from largespin.model.state import density_matrices as matrices_of
from largespin.quantities import described, text


def density_matrices(result: xr.Dataset) -> xr.DataArray:
    r"""``ρ_k = (1/d)(1 + Σ_a m_{k,a} v_a)`` of every block, at every time and point of a result.

    Args:
        result: any result that holds states, with ``m`` over (…, block, component): runs, stationary states, branches …

    Returns:
        Complex DataArray over (…, block, row_level, column_level); its diagonal are the populations. NaN where there is no
        state.

    Raises:
        LargespinError: the result holds no states.

    Source: theory page, section 1; Gell-Mann matrices for more than two levels.

    Example:
        >>> import largespin as ls
        >>> spins = ls.Spins()
        >>> model = ls.Model(spins, jumps=[ls.Jump(spins.lowering)])
        >>> rho = ls.density_matrices(ls.evolve(model, [1, 0, 0], 2.0))
        >>> rho.values[0].real.round(4)
        array([[0.0677, 0.1839],
               [0.1839, 0.9323]])
    """
    if not isinstance(result, xr.Dataset) or "m" not in result:
        raise LargespinError(
            "Argument `result` must be a result that holds states (`m` over block and component), but it is "
            f"{'a Dataset without `m`' if isinstance(result, xr.Dataset) else f'a {type(result).__name__}'}."
        )
    bloch = result["m"]
    dims = [str(dim) for dim in bloch.dims if dim not in ("block", "component")]
    matrices = matrices_of(bloch.transpose(*dims, "block", "component").values)
    levels = result["level"].values if "level" in result.coords else text(np.arange(1, matrices.shape[-1] + 1))
    coords = {name: values for name, values in bloch.coords.items() if "component" not in values.dims}
    axes = (*dims, "block", "row_level", "column_level")
    return described(
        xr.DataArray(
            matrices,
            dims=axes,
            coords={**coords, "row_level": levels, "column_level": levels},
            name="density_matrix",
            attrs={"long_name": "density matrix of each block", "units": "1"},
        )
    )
