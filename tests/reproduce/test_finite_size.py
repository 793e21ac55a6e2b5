"""The figure of finite sizes: gap and distribution against an independent solver, and what is read from them."""

from typing import Any

import numpy as np
import pytest
from scipy.linalg import eigvals
from symmetric_space import SymmetricSpace, hopfield

from largespin.reproduce.finite_size import FIELD, _enough, compute, report

pytestmark = pytest.mark.xdist_group("figure of finite sizes")  # whose data they share


@pytest.fixture(scope="module")
def dataset() -> Any:
    return compute(points=2)


def test_gap_and_distribution_agree_with_an_independent_solver(dataset: Any) -> None:
    for temperature in dataset["temperature"].values:
        space = SymmetricSpace(8)
        liouvillian = hopfield(space, FIELD, 1 / temperature)
        rates = np.sort(-eigvals(liouvillian.toarray()).real)
        here = dataset.sel(temperature=temperature, particles=8)
        assert abs(rates[0]) < 1e-9
        assert here["gap"].item() == pytest.approx(rates[1], rel=1e-8)
        rho = space.stationary(liouvillian)
        up = space.labels[:, 0][space.trace != 0]
        expected = rho[space.trace != 0].real[np.argsort(up)]
        np.testing.assert_allclose(here["probability"].values[:9], expected, atol=1e-10)
        np.testing.assert_allclose(here["value"].values[:9], np.linspace(-1, 1, 9))


def test_lifetime_grows_in_retrieval_and_stays_finite_in_the_paramagnet(dataset: Any) -> None:
    cold, warm = dataset["lifetime"].values
    assert np.all(np.diff(cold) > 0)
    assert cold[-1] > 20 * cold[0]
    assert warm[-1] < 4
    assert dataset["rate_mean_field"].values[-1] == pytest.approx(1 / 3, abs=1e-6)  # T = 1.2, β below the fold


def test_how_many_particles_outlive_a_time() -> None:
    numbers = np.array([4, 8, 16])
    assert _enough(numbers, np.array([1.0, 10.0, 1000.0]), 100.0) == pytest.approx(12.0)
    assert _enough(numbers, np.array([200.0, 300.0, 400.0]), 100.0) == 4.0
    assert np.isnan(_enough(numbers, np.array([1.0, 2.0, 3.0]), 100.0))


def test_report_says_numbers(dataset: Any) -> None:
    lines = report(dataset)
    assert "0.7576" in lines[0]
    assert any("lifetime grows as e^" in line for line in lines)
