"""Normal forms with known cycles, as equations for the search."""

from collections.abc import Callable
from typing import Any

import numpy as np

from largespin.cycles.equations import TaylorEquations, compiled_variational
from largespin.meanfield.compile import TaylorSystem


def equations(
    size: int, rhs: Callable[..., list[Any]], parameters: list[float], index: int | None = 0, tolerance: float = 1e-13
) -> TaylorEquations:
    """`rhs(u_1 … u_n, parameters)` in operations that NumPy and heyoka share; the Jacobian by complex steps."""
    import heyoka as hy

    variables = hy.make_vars(*(f"u{i}" for i in range(size)))
    rows = list(zip(variables, rhs(*variables, [hy.par[i] for i in range(len(parameters))]), strict=True))
    runner = hy.taylor_adaptive(rows, np.zeros(size), tol=tolerance)

    def values(u: np.ndarray, p: np.ndarray) -> np.ndarray:
        parts = rhs(*np.moveaxis(u, -1, 0), p)
        return np.stack(np.broadcast_arrays(*parts), axis=-1)

    def jacobian(u: np.ndarray, p: np.ndarray) -> np.ndarray:
        return values(u + 1e-30j * np.eye(size), p).imag.T / 1e-30

    variational = compiled_variational(TaylorSystem(rows, []), index, tolerance)
    return TaylorEquations(variational, runner, values, jacobian, np.array(parameters), index)


def van_der_pol(x: Any, y: Any, p: Any) -> list[Any]:
    """ẍ = μ(1 − x²)ẋ − x."""
    return [y, p[0] * (1.0 - x * x) * y - x]


def subcritical_hopf(x: Any, y: Any, p: Any) -> list[Any]:
    """ṙ = μ r + r³ − r⁵, θ̇ = 1 + r²: cycles at r² = ½ ± √(¼ + μ), fold at μ = −¼."""
    s = x * x + y * y
    grow, turn = p[0] + s - s * s, 1.0 + s
    return [grow * x - turn * y, grow * y + turn * x]


def hopf(x: Any, y: Any, p: Any) -> list[Any]:
    """ṙ = μ r − r³, θ̇ = ω + r²: cycle r = √μ of period 2π/(ω + μ)."""
    s = x * x + y * y
    return [(p[0] - s) * x - (p[1] + s) * y, (p[0] - s) * y + (p[1] + s) * x]


def circle(x: Any, y: Any, p: Any) -> list[Any]:
    """θ̇ = 1 + a cos θ on the attracting circle r = 1: period 2π/√(1 − a²), saddle-node at a = 1."""
    grow = 1.0 - (x * x + y * y)
    turn = 1.0 + p[0] * x
    return [grow * x - turn * y, grow * y + turn * x]


def bogdanov_takens(x: Any, y: Any, p: Any) -> list[Any]:
    """ẋ = y, ẏ = β₁ + β₂ y + x² + x y ... with β₁ = −1, β₂ the parameter after blowing up by ε = p[1]."""
    return [y, -1.0 + x * x + p[1] * (p[0] + x) * y]


def takens_carr(x: Any, y: Any, p: Any) -> list[Any]:
    """ẋ = y, ẏ = −x + x³ + ε(p − x²)y, saddles ±1: heteroclinic cycle at p = 1/5 + O(ε²) (Melnikov)."""
    return [y, -x + x * x * x + p[1] * (p[0] - x * x) * y]


def carried(x: Any, y: Any, z: Any, w: Any, p: Any) -> list[Any]:
    """The circle r = 1, θ = t carries two disturbances: growth p[0] with rotation p[1], and cubic damping.

    Multipliers across: e^{−4π} and e^{2π(p₀ ± i p₁)}.
    """
    grow = 1.0 - (x * x + y * y)
    s = z * z + w * w
    return [grow * x - y, grow * y + x, (p[0] - s) * z - p[1] * w, (p[0] - s) * w + p[1] * z]


def twisted(x: Any, y: Any, z: Any, w: Any, p: Any) -> list[Any]:
    """The same circle with disturbances that turn by half a turn: multipliers −e^{2π p₀}, −e^{−2π p₁}."""
    grow = 1.0 - (x * x + y * y)
    mean, half = 0.5 * (p[0] - p[1]), 0.5 * (p[0] + p[1])
    return [
        grow * x - y,
        grow * y + x,
        mean * z + half * (x * z + y * w) - 0.5 * w,
        mean * w + half * (y * z - x * w) + 0.5 * z,
    ]


def pitchfork(x: Any, y: Any, z: Any, p: Any) -> list[Any]:
    """The same circle and ż = p z − z³: cycles with z = ±√p branch off at p = 0."""
    grow = 1.0 - (x * x + y * y)
    return [grow * x - y, grow * y + x, p[0] * z - z * z * z]


def doubled(x: Any, y: Any, z: Any, w: Any, p: Any) -> list[Any]:
    """The twisted circle with cubic damping along c, the disturbance of −e^{2π p₀}: cycles c = ±√p₀ of period 4π.

    ``c = z cos(θ/2) + w sin(θ/2)``, ``c² = ½[z² + w² + x(z² − w²) + 2 y z w]``.
    """
    across = twisted(x, y, z, w, p)
    square = 0.5 * (z * z + w * w + x * (z * z - w * w) + 2.0 * y * z * w)
    across[2] = across[2] - square * 0.5 * ((1.0 + x) * z + y * w)
    across[3] = across[3] - square * 0.5 * (y * z + (1.0 - x) * w)
    return across
