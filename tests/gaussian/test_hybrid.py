"""Classical variables next to modes: limits, units, gaps, and what is refused."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import xarray as xr
from gaussian_states import random_covariance
from hypothesis import given
from hypothesis import strategies as st
from sentences import check_sentence

from largespin import gaussian

information = gaussian.mutual_information_with_classical
SEEDS = st.integers(0, 10_000)


def labelled(values: Any, modes: list[str], classical: int, **attrs: Any) -> xr.DataArray:
    """Rows named by `modes`; the last `classical` of them are classical."""
    kinds = ["quantum"] * (len(modes) - classical) + ["classical"] * classical
    coords = {"mode": ("quadrature", modes), "kind": ("quadrature", kinds)}
    dims = ("run",) * (np.ndim(values) - 2)
    return xr.DataArray(values, dims=(*dims, "quadrature", "quadrature_2"), coords=coords, attrs=attrs)


def mixed(seed: int, modes: int, classical: int) -> Any:
    """Modes that are displaced by random classical variables: always a state."""
    generator = np.random.default_rng(seed)
    root = generator.normal(size=(classical, classical))
    x = root @ root.T + np.eye(classical)
    slopes = 0.4 * generator.normal(size=(2 * modes, classical))
    quantum = random_covariance(seed, modes)
    return np.block([[quantum + slopes @ x @ slopes.T, slopes @ x], [x @ slopes.T, x]])


TWO = ["a", "a", "b", "b", "a", "b"]


def limit(full: Any, noise: float = 1e8) -> float:
    """Each classical variable as the position of a mode whose momentum has the variance `noise`."""
    result = np.zeros((8, 8))
    rows = [0, 1, 2, 3, 4, 6]
    result[np.ix_(rows, rows)] = full
    result[5, 5] = result[7, 7] = noise
    return float(gaussian.mutual_information(result, [0, 2], [1, 3]))


@given(SEEDS)
def test_a_classical_variable_is_a_quadrature_of_a_very_noisy_mode(seed: int) -> None:
    full = mixed(seed, 2, 2)
    found = information(labelled(full, TWO, 2), "a", "b").item()
    # The limit is approached as 1/noise.
    near, nearer = limit(full, 1e7) - found, limit(full, 1e8) - found
    assert nearer == pytest.approx(0.0, abs=1e-6)
    assert nearer == pytest.approx(near / 10, rel=0.01, abs=1e-9)


@given(SEEDS)
def test_bounds_symmetry_and_units(seed: int) -> None:
    full = mixed(seed, 2, 2)
    array = labelled(full, TWO, 2)
    found = information(array, "a", "b").item()
    assert found >= gaussian.mutual_information(array, "a", "b").item() - 1e-12
    assert information(array, "b", "a").item() == pytest.approx(found, abs=1e-11)
    units = np.array([1, 1, 1, 1, 1e-7, 1e6])
    assert information(labelled(full * np.outer(units, units), TWO, 2), "a", "b").item() == pytest.approx(
        found, abs=1e-11
    )
    assert information(labelled(2 * full, TWO, 2, vacuum=1.0), "a", "b").item() == pytest.approx(found, abs=1e-11)
    assert information(labelled(2 * full, TWO, 2), "a", "b", vacuum=1.0).item() == pytest.approx(found, abs=1e-11)


@given(SEEDS)
def test_only_classical_variables(seed: int) -> None:
    """Plain Gaussian variables: ``½ ln(det X_A det X_B / det X)``."""
    generator = np.random.default_rng(seed)
    root = generator.normal(size=(5, 5)) + 2 * np.eye(5)
    x = root @ root.T
    array = labelled(x, ["x", "x", "y", "y", "y"], 5)
    plain = 0.5 * np.log(np.linalg.det(x[:2, :2]) * np.linalg.det(x[2:, 2:]) / np.linalg.det(x))
    assert information(array, "x", "y").item() == pytest.approx(plain, abs=1e-10)


def test_one_party_without_modes() -> None:
    """``x`` shifts the mode: ``S(V) − S(V|x)``."""
    full = mixed(5, 1, 1)
    array = labelled(full, ["a", "a", "x"], 1)
    left = full[:2, :2] - np.outer(full[:2, 2], full[2, :2]) / full[2, 2]
    expected = gaussian.von_neumann_entropy(full[:2, :2]) - gaussian.von_neumann_entropy(left)
    assert expected > 0.01
    assert information(array, "a", "x").item() == pytest.approx(expected, abs=1e-12)
    assert information(array, "x", "a").item() == pytest.approx(expected, abs=1e-12)


def test_mode_numbers_bring_their_classical_rows() -> None:
    array = labelled(mixed(2, 2, 2), TWO, 2)
    assert information(array, 0, 1).item() == information(array, "a", "b").item()
    assert information(array, [0], ["b"]).item() == information(array, "a", "b").item()


def test_without_classical_rows_it_is_the_mutual_information() -> None:
    state = random_covariance(3, 2)
    array = labelled(state, TWO[:4], 0)
    assert information(array, "a", "b").item() == pytest.approx(gaussian.mutual_information(state, 0), abs=1e-12)


def test_constants_tell_nothing() -> None:
    full = mixed(4, 2, 2)
    full[5, :] = full[:, 5] = 0.0
    without = information(labelled(full[:5, :5], TWO[:5], 1), "a", "b").item()
    assert information(labelled(full, TWO, 2), "a", "b").item() == pytest.approx(without, abs=1e-12)


@given(SEEDS)
def test_variables_that_determine_each_other(seed: int) -> None:
    """A third classical variable that is a sum of the others, owned by the other party or by the same."""
    full = mixed(seed, 2, 2)
    weights = np.random.default_rng(seed).normal(size=2)
    extend = np.vstack([np.eye(6), [0, 0, 0, 0, *weights]])
    more = extend @ full @ extend.T
    more = (more + more.T) / 2
    assert information(labelled(more, ["a", "a", "b", "b", "a", "a", "b"], 3), "a", "b").item() == np.inf
    found = information(labelled(more, ["a", "a", "b", "b", "a", "a", "a"], 3), "a", "b").item()
    own = information(labelled(full, ["a", "a", "b", "b", "a", "a"], 2), "a", "b").item()
    assert found == pytest.approx(own, abs=1e-9)


def test_grids_with_gaps() -> None:
    grid = np.stack([mixed(seed, 2, 2) for seed in range(4)])
    expected = [information(labelled(full, TWO, 2), "a", "b").item() for full in grid]
    grid[2] = np.nan
    grid[3, 5, 5] = np.nan
    found = information(labelled(grid, TWO, 2), "a", "b")
    assert found.dims == ("run",)
    assert found.attrs == {"long_name": "mutual information with classical variables", "units": "nat"}
    np.testing.assert_allclose(found.values, [*expected[:2], np.nan, np.nan], atol=1e-12)


def changed(entries: dict[tuple[int, int], float]) -> xr.DataArray:
    full = np.diag([0.5] * 4 + [1.0, 1.0])
    for entry, value in entries.items():
        full[entry] = value
    return labelled(full, TWO, 2)


SENTENCES: dict[str, tuple[Callable[[], Any], str]] = {
    "too much explained": (
        lambda: information(changed({(0, 4): 0.3, (4, 0): 0.3}), "a", "b"),
        "Argument `covariance` must obey V + iΩ ≥ 0 (the uncertainty relation) at given classical variables, but the "
        "smallest eigenvalue is -0.094 (vacuum 1).",
    ),
    "negative variance": (
        lambda: information(changed({(4, 4): -1.0}), "a", "b"),
        "Argument `covariance` must have classical variances of at least zero, but one is -2 (vacuum 1).",
    ),
    "not positive": (
        lambda: information(changed({(4, 5): 1.5, (5, 4): 1.5}), "a", "b"),
        "Argument `covariance` must be positive definite, but the smallest eigenvalue is -0.5 (vacuum 1).",
    ),
    "not symmetric": (
        lambda: information(changed({(0, 4): 0.1}), "a", "b"),
        "Argument `covariance` must be symmetric, but entries differ by 0.2 (vacuum 1).",
    ),
    "infinite": (
        lambda: information(changed({(4, 4): np.inf}), "a", "b"),
        "Argument `covariance` must not contain infinity, but it does.",
    ),
    "overlap": (
        lambda: information(changed({}), "a", ["b", "a"]),
        "Arguments `first` and `second` must not overlap, but they share a, classical row 4.",
    ),
    "unknown": (
        lambda: information(labelled(np.eye(3), ["a", "a", "x"], 1), "a", "y"),
        "Argument `second` must be a party of the state, but 'y' is none of: a, x.",
    ),
    "empty": (
        lambda: information(changed({}), [], "a"),
        "Argument `first` must name at least one mode, but it is empty.",
    ),
    "mode number": (
        lambda: information(changed({}), 0, 2),
        "Argument `second` must be a label or a mode number from 0 to 1, but 2 is not.",
    ),
    "only modes": (
        lambda: gaussian.purity(labelled(np.eye(2), ["x", "y"], 2)),
        "Argument `covariance` must contain at least one mode, but all its rows are classical.",
    ),
    "kind": (
        lambda: gaussian.purity(changed({}).assign_coords(kind=("quadrature", ["quantum"] * 5 + ["noisy"]))),
        "Argument `kind` must be one of quantum, classical, but it is 'noisy'.",
    ),
    "array": (
        lambda: information(np.eye(4), 0, 1),  # type: ignore[arg-type]
        "Argument `covariance` must be labelled to tell classical rows, but it is a plain array.",
    ),
}


@pytest.mark.parametrize("name", SENTENCES)
def test_sentence(name: str) -> None:
    check_sentence(*SENTENCES[name])
