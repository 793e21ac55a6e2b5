"""Density matrices of one bosonic mode in Fock states 0 … F−1, as a factor of the symmetric space."""

from functools import cached_property

import numpy as np
import numpy.typing as npt
from scipy import sparse

from largespin.errors import ComplexArray, FloatArray, read_only

IntArray = npt.NDArray[np.int64]


class FockPairs:
    """The elements ``|m⟩⟨n|`` of one mode.

    Args:
        states: number of Fock states F.

    Example:
        >>> from largespin.exact.space.fock import FockPairs
        >>> FockPairs(5).size
        25
    """

    def __init__(self, states: int) -> None:
        self.states = states

    @property
    def size(self) -> int:
        """``F²``."""
        return self.states**2

    @cached_property
    def transposed(self) -> IntArray:
        """Where ``|n⟩⟨m|`` stands."""
        return np.arange(self.size).reshape(self.states, self.states).T.ravel()

    @cached_property
    def diagonal(self) -> IntArray:
        """Where ``|n⟩⟨n|`` stands."""
        return np.arange(self.states) * (self.states + 1)

    @cached_property
    def log_norms(self) -> FloatArray:
        """Logarithm of the squared Hilbert–Schmidt norms: all one."""
        return np.zeros(self.size)

    def left(self, matrix: ComplexArray) -> sparse.csr_array:
        """Multiplication by an operator of the mode from the left."""
        return sparse.csr_array(sparse.kron(sparse.csr_array(matrix), sparse.eye_array(self.states), format="csr"))

    def product(self, amplitude: complex) -> ComplexArray:
        """The coherent state ``|z⟩⟨z|``, cut and normalised, shape (F²,)."""
        psi = coherent(amplitude, self.states)
        return np.outer(psi, psi.conj()).ravel()


def annihilation(states: int) -> FloatArray:
    """``a`` in F Fock states."""
    return np.diag(np.sqrt(np.arange(1.0, states)), 1)


def coherent(amplitude: complex, states: int) -> ComplexArray:
    """Amplitudes of the coherent state ``⟨n|z⟩ ∝ z^n/√n!``, normalised after the cut.

    Example:
        >>> coherent(0.0, 3).real
        array([1., 0., 0.])
    """
    psi = np.zeros(states, dtype=np.complex128)
    if amplitude == 0:
        psi[0] = 1.0
        return psi
    n = np.arange(1, states)
    logs = np.concatenate([[0.0], np.cumsum(np.log(abs(amplitude)) - 0.5 * np.log(n))])
    psi = np.exp(logs - logs.max() + 1j * np.angle(amplitude) * np.arange(states))
    return psi / np.linalg.norm(psi)


def tail_of_coherent(amplitude: complex, states: int) -> float:
    """Share of a coherent state above the cut: a Poisson tail."""
    from scipy.stats import poisson

    return float(poisson.sf(states - 1, abs(amplitude) ** 2))


def symmetrised(power_q: int, power_p: int, states: int, scale: float) -> ComplexArray:
    r"""The average of ``q^a p^b`` over all orders, cut to F Fock states after the product, not before.

    Args:
        power_q: a.
        power_p: b.
        states: F.
        scale: N; ``q = (a + a†)/√(2N)``, ``p = (a − a†)/(i√(2N))``.
    """
    return read_only(_ordered(power_q, power_p, states + power_q + power_p, scale)[:states, :states].copy())


def _ordered(power_q: int, power_p: int, states: int, scale: float) -> ComplexArray:
    # The symmetrised product of n factors is the mean over which of them comes first.
    if power_q + power_p == 0:
        return np.eye(states, dtype=np.complex128)
    a = annihilation(states) / np.sqrt(2.0 * scale)
    total = np.zeros((states, states), dtype=np.complex128)
    if power_q:
        total += power_q * ((a + a.T) @ _ordered(power_q - 1, power_p, states, scale))
    if power_p:
        total += power_p * (-1j * (a - a.T) @ _ordered(power_q, power_p - 1, states, scale))
    return total / (power_q + power_p)
