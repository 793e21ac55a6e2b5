"""SymPy expressions as NumPy functions, which load of NumPy and SciPy what they need."""

from collections.abc import Callable, Sequence
from typing import Any

import sympy as sp

SETTINGS = {"fully_qualified_modules": False, "inline": True, "allow_unknown_functions": True}
"""What `sympy.lambdify` tells its printers."""


def numpy_function(symbols: Sequence[sp.Symbol], expression: Any, *, cse: bool = False) -> Callable[..., Any]:
    """`sympy.lambdify` for NumPy and SciPy by names: for a cosh it imports everything of both, which takes a third of a second.

    Args:
        symbols: the arguments.
        expression: an expression, or lists of expressions.
        cse: compute common parts once.

    Example:
        >>> import numpy as np, sympy as sp
        >>> from largespin.model.functions import numpy_function
        >>> x = sp.Symbol("x")
        >>> numpy_function([x], [x**2, sp.erf(x)])(np.array([0.0, 1.0]))[0]
        array([0., 1.])
    """
    from sympy.printing.numpy import SciPyPrinter

    # The printer notes what it names, and lambdify imports these names alone where no module is given.
    function: Callable[..., Any] = sp.lambdify(
        symbols, expression, modules=[{}], printer=SciPyPrinter(dict(SETTINGS)), cse=cse, dummify=True
    )
    return function
