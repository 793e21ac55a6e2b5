"""What happens beyond a bifurcation? The coefficients of normal forms, from exact second and third derivatives.

Centre-manifold reduction with ``Φ_y v = 0``, ``wᵀ Φ_y = 0``, ``|v| = 1``, ``wᵀ M v = 1`` (eigenvectors of iω for Hopf points):

* fold: ``ξ̇ = a ξ² + …``, ``a = ½ wᵀ D²Φ(v, v)``;
* pitchfork and cusp: ``ξ̇ = c ξ³ + …``, ``c = wᵀ (D³Φ(v,v,v)/6 + D²Φ(v, h))``, ``Φ_y h = −½ D²Φ(v, v)``;
* Hopf: first Lyapunov coefficient, Kuznetsov (5.62): negative where the cycle that is born is stable.

Source: Kuznetsov, Elements of Applied Bifurcation Theory (2004), sections 5.4, 8.7 and 10.2.
"""

import numpy as np

from largespin.bifurcations.borders import Borders, Defined
from largespin.bifurcations.chart import Chart
from largespin.errors import ComplexArray, FloatArray

ROUNDING = 1e-11
"""Coefficient, relative to the Jacobian, below which it is zero, as where states form a family."""
BESIDE = 1e-9
"""Distance of the shift of inverse iteration from the eigenvalue, relative to it: more than its error, less than any gap."""


def _unit(at: Defined) -> tuple[FloatArray, FloatArray]:
    """Null vectors of length one."""
    v, w = at.critical.right, at.critical.left
    return v / np.linalg.norm(v), w / np.linalg.norm(w)


def quadratic(at: Defined) -> float:
    """``½ wᵀ D²Φ(v, v)`` for ``|v| = |w| = 1``: zero at cusps, and at pitchforks."""
    v, w = _unit(at)
    return _beyond_rounding(float(w @ at.chart.along(at.y, at.p, v, np.zeros_like(at.p), 2)[2]), at.slope)


def cubic(at: Defined) -> float:
    """``wᵀ (D³Φ(v, v, v)/6 + D²Φ(v, h))`` for ``|v| = |w| = 1``: zero where a pitchfork changes sides."""
    v, w = _unit(at)
    chart, still = at.chart, np.zeros_like(at.p)
    series = chart.along(at.y, at.p, v, still, 3)
    bent = at.borders.solution(at.slope, -series[2])
    mixed = chart.second(at.y, at.p, np.append(v, still), np.append(bent, still))
    return _beyond_rounding(float(w @ (series[3] + mixed)), at.slope)


def _beyond_rounding(value: float, slope: FloatArray) -> float:
    """A coefficient, 0 where it is nothing but rounding: its sign would make special points of noise."""
    return value if abs(value) > ROUNDING * float(np.abs(slope).max(initial=0.0)) else 0.0


def mixed_slope(at: Defined, direction: FloatArray) -> float:
    """How fast the critical eigenvalue moves with the parameters along the symmetric branch, times ``wᵀ M v``."""
    v, w = _unit(at)
    still = np.zeros_like(at.p)
    force = at.chart.parameter_slopes(at.y, at.p) @ direction
    along = np.append(-at.borders.solution(at.slope, force), direction)
    return float(w @ at.chart.second(at.y, at.p, np.append(v, still), along))


def _bilinear(chart: Chart, y: FloatArray, p: FloatArray, a: ComplexArray, b: ComplexArray) -> ComplexArray:
    """``D²Φ(a, b)`` of complex vectors in y."""
    still = np.zeros_like(p)
    first = np.stack([np.append(x, still) for x in (a.real, a.real, a.imag, a.imag)])
    second = np.stack([np.append(x, still) for x in (b.real, b.imag, b.real, b.imag)])
    rr, ri, ir, ii = chart.second(y, p, first, second)
    return rr - ii + 1j * (ri + ir)


def _trilinear(chart: Chart, y: FloatArray, p: FloatArray, q: ComplexArray) -> ComplexArray:
    """``D³Φ(q, q, q*)``."""
    x, z = q.real, q.imag
    directions = np.stack([x, z, x + z, x - z])
    c_x, c_z, c_plus, c_minus = chart.along(y, p, directions, np.zeros((4, p.size)), 3)[3]
    x_z_z = c_plus + c_minus - 2.0 * c_x
    x_x_z = c_plus - c_minus - 2.0 * c_z
    return 6.0 * c_x + x_z_z + 1j * (x_x_z + 6.0 * c_z)


def lyapunov_coefficient(chart: Chart, u: FloatArray, p: FloatArray, frequency: float, near: ComplexArray) -> float:
    """The first Lyapunov coefficient of a Hopf point.

    Args:
        chart: all directions of the problem (the cycle may break symmetries of the state).
        u: the state, shape (n,).
        p: the free parameters.
        frequency: ω.
        near: a vector near the eigenvector of iω, which chooses one where symmetry makes several.

    Returns:
        The coefficient; NaN where zero is an eigenvalue too.
    """
    try:
        return _first_lyapunov(chart, u, p, frequency, near)
    except np.linalg.LinAlgError:
        return float("nan")


def _first_lyapunov(chart: Chart, u: FloatArray, p: FloatArray, frequency: float, near: ComplexArray) -> float:
    jacobian = chart.problem.jacobian(u, p)
    q = _eigenvector(jacobian, 1j * frequency, near)
    left = _eigenvector(jacobian.T, -1j * frequency, q)
    left = left / np.conj(np.vdot(left, q))
    unit = np.eye(len(q))
    # Derivatives of F itself; what is static is solved for on the level set of the conserved quantities, in Φ.
    plain = Chart(chart.problem, unit, unit, np.zeros((chart.mixing.shape[0], 0)))
    static = np.linalg.solve(chart.slope(u, p), -_bilinear(chart, u, p, q, q.conj()).real).astype(np.complex128)
    double = np.linalg.solve(2j * frequency * unit - jacobian, _bilinear(plain, u, p, q, q)).astype(np.complex128)
    total: ComplexArray = _trilinear(plain, u, p, q)
    total = total + 2.0 * _bilinear(plain, u, p, q, static)
    total = total + _bilinear(plain, u, p, q.conj(), double)
    return _beyond_rounding(float(np.vdot(left, total).real), jacobian) / (2.0 * frequency)


def _eigenvector(matrix: FloatArray, value: complex, near: ComplexArray) -> ComplexArray:
    """The eigenvector of this eigenvalue that lies next to `near`, by three steps of inverse iteration."""
    # Beside the eigenvalue, so that the matrix is regular; each step then gains eight digits.
    shift = value + BESIDE * max(1.0, abs(value))
    vector = near
    for _ in range(3):
        longer = np.linalg.solve(matrix - shift * np.eye(len(matrix)), vector).astype(np.complex128)
        vector = longer / np.linalg.norm(longer)
    return vector


def critical_borders(slope: FloatArray, direction: FloatArray) -> Borders:
    """Borders on the side of a null vector: what is critical is `direction`."""
    left = np.linalg.svd(slope)[0][:, -1]
    return Borders(left, direction / np.linalg.norm(direction))
