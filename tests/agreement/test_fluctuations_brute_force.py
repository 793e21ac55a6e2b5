"""J, C, σ and Σ of a product state against the full Lindblad equation of N particles.

What is compared is how fast the covariance and the commutators of a product state begin to change. For polynomial models
these slopes are polynomials in 1/N: of degree one for constant rates and energies up to the second power, of degree two
for linear amplitudes or third powers. Two or three N so determine the limit to rounding. The values themselves do not
depend on N.
"""

from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np
import pytest
from brute_force import FullSpace
from hypothesis import given
from hypothesis import strategies as st
from random_models import SEEDS, Recipe, examples, library_model, recipe, start_state

from largespin.fluctuations.linear import numeric_fluctuations, product_covariance
from largespin.model.operators import hermitian_basis

STRENGTH = np.array([1.0])
POLYNOMIAL = st.sampled_from(["constant", "linear"])
EACH_KIND = pytest.mark.parametrize("kind", ["constant", "linear"])
"""Where the examples are too few to draw both."""


class Moments(NamedTuple):
    """``⟨F_x F_y⟩`` about the mean at time zero and its slope: a symmetric real and an antisymmetric imaginary part."""

    value: Any
    slope: Any


class Errors(NamedTuple):
    """Largest deviation of the library, relative to the largest entry of what is compared.

    `finite` is how far the slope of the smallest system still is from the limit.
    """

    covariance: float
    commutator: float
    covariance_slope: float
    commutator_slope: float
    finite: float


def fluctuation_operators(space: FullSpace) -> list[Any]:
    """``√(N w_k) m_{k,a}`` and ``√N q``, ``√N p`` as matrices, not centred."""
    basis = hermitian_basis(space.plan.levels)[1:]
    operators = []
    for block, weight in enumerate(space.plan.weights):
        share = np.where(np.arange(len(space.plan.weights)) == block, 1 / weight, 0.0)
        operators += [np.sqrt(space.particles * weight) * space.average(v, share) for v in basis]
    if space.plan.has_mode:
        operators += [np.sqrt(space.particles) * x for x in space.quadratures]
    return operators


def exact_moments(plan: Recipe, particles: int) -> Moments:
    """The product state of N particles and its first moment in time, about the moving mean."""
    space = FullSpace(plan, particles)
    rho = space.product_state()
    change = space.velocity(rho)
    operators = fluctuation_operators(space)
    products = [[f @ g for g in operators] for f in operators]

    def expectation(operator: Any, state: Any) -> complex:
        return complex(operator.multiply(state.T).sum())

    means, rates = (np.array([expectation(f, x).real for f in operators]) for x in (rho, change))
    value, slope = (np.array([[expectation(p, x) for p in row] for row in products]) for x in (rho, change))
    return Moments(
        value - means[:, None] * means,
        slope - rates[:, None] * means - means[:, None] * rates,
    )


def relative(found: Any, expected: Any) -> float:
    return float(np.abs(found - expected).max() / np.abs(expected).max())


def compare(plan: Recipe, sizes: tuple[int, ...]) -> Errors:
    """The library against as many N as the polynomial in 1/N has coefficients."""
    model = library_model(plan)
    functions = numeric_fluctuations(model)
    u = start_state(plan, model).vector
    j, c, sigma = functions.drift(u, STRENGTH), functions.diffusion(u, STRENGTH), functions.commutators(u)
    covariance = product_covariance(model, model.split(u)[0])
    covariance_slope = j @ covariance + covariance @ j.T + functions.real_diffusion(u, STRENGTH)
    commutator_slope = j @ sigma + sigma @ j.T + 2 * c.imag
    exact = [exact_moments(plan, particles) for particles in sizes]
    weights = np.linalg.inv(np.vander(1.0 / np.array(sizes), increasing=True))[0]
    limit = np.tensordot(weights, np.array([x.slope for x in exact]), axes=1)
    return Errors(
        max(relative(x.value.real, covariance) for x in exact),
        # ⟨F_x F_y⟩ = Σ + iσ/2, so −i⟨[F_x, F_y]⟩ is twice the imaginary part
        max(relative(2 * x.value.imag, sigma) for x in exact),
        relative(limit.real, covariance_slope),
        relative(2 * limit.imag, commutator_slope),
        relative(exact[0].slope.real, covariance_slope),
    )


def check(plan: Recipe, sizes: tuple[int, ...], tolerance: float = 1e-9) -> Errors:
    errors = compare(plan, sizes)
    assert errors.covariance < tolerance, errors
    assert errors.commutator < tolerance, errors
    assert errors.covariance_slope < tolerance, errors
    assert errors.commutator_slope < tolerance, errors
    return errors


def near_the_vacuum(plan: Recipe) -> Recipe:
    """With so few quanta at N ≤ 6 that the cut of the Fock space is below rounding."""
    return replace(plan, amplitude=0.15 - 0.2j)


@examples(6)
@given(SEEDS, POLYNOMIAL)
def test_spins(seed: int, kind: str) -> None:
    errors = check(recipe(seed, blocks=1, kind=kind), (2, 4, 6))
    # A finite system is visibly elsewhere, so the extrapolation is needed.
    assert errors.finite > 1e-3


@EACH_KIND
@examples(2)
@given(seed=SEEDS)
def test_spins_in_two_unequal_blocks(kind: str, seed: int) -> None:
    check(recipe(seed, blocks=2, kind=kind), (3, 6, 9))


@examples(6)
@given(SEEDS, POLYNOMIAL)
def test_three_levels(seed: int, kind: str) -> None:
    check(recipe(seed, levels=3, blocks=1, kind=kind), (2, 3, 4))


@EACH_KIND
@examples(1)
@given(seed=SEEDS)
def test_three_levels_in_two_blocks(kind: str, seed: int) -> None:
    check(recipe(seed, levels=3, blocks=2, kind=kind), (2, 4, 6))


@examples(5)
@given(SEEDS, POLYNOMIAL, st.sampled_from([2, 3]))
def test_a_mode(seed: int, kind: str, levels: int) -> None:
    check(near_the_vacuum(recipe(seed, levels=levels, blocks=1, mode=True, kind=kind)), (1, 2, 3))


@pytest.mark.parametrize("seed", [1, 4])
def test_a_mode_far_from_the_vacuum(seed: int) -> None:
    """Agreement is limited by the tail of the coherent state beyond the cut."""
    check(recipe(seed, blocks=1, mode=True, kind="linear"), (1, 2, 3), 1e-5)


def test_a_mode_and_two_unequal_blocks() -> None:
    """Energy of degree two and constant rates: the slopes are linear in 1/N, so N = 3 and 6 suffice."""
    check(near_the_vacuum(recipe(2, blocks=2, mode=True, kind="constant", degree=2)), (3, 6))


def test_a_mode_and_two_blocks_with_operator_valued_rates() -> None:
    plan = near_the_vacuum(recipe(7, blocks=2, mode=True, kind="linear"))
    check(replace(plan, weights=np.array([0.5, 0.5])), (2, 4, 6))
