"""Labelled covariances in and out, points and modes without a state, and states that are made here."""

import inspect
import re
import warnings
from typing import Any, Literal, assert_type

import numpy as np
import numpy.typing as npt
import pytest
import xarray as xr
from gaussian_states import random_covariance
from test_conventions import GRID, MEASURES, STATE, labelled

import largespin as ls
from largespin import gaussian


@pytest.mark.parametrize("name", MEASURES)
def test_results_say_what_they_are(name: str) -> None:
    array = labelled(GRID, vacuum=0.5, note=1.0).assign_coords(temperature=[0.1, 0.2], place=("field", ["x", "y", "z"]))
    result = MEASURES[name](array)
    assert result.name is None
    assert set(result.attrs) == {"long_name", "units"}
    assert set(result.coords) == {"temperature", "place"}
    assert result.attrs["long_name"][0].islower() or result.attrs["long_name"].startswith(("Gaussian", "Rényi"))


def test_axes_may_stand_in_any_order() -> None:
    array = labelled(GRID)
    turned = array.transpose("quadrature", "field", "quadrature_2", "temperature")
    np.testing.assert_array_equal(
        gaussian.purity(turned).transpose("temperature", "field").values, gaussian.purity(array).values
    )


@pytest.mark.parametrize("vacuum", [0.5, 1.0])
def test_reduced_states_keep_labels_and_units(vacuum: float) -> None:
    array = labelled(2 * vacuum * STATE, vacuum=vacuum)
    own = gaussian.reduced(array, "a")
    np.testing.assert_allclose(own.values, 2 * vacuum * STATE[2:, 2:], rtol=1e-14)
    assert own["mode"].values.tolist() == ["a", "a"]
    assert gaussian.purity(own).item() == pytest.approx(gaussian.purity(gaussian.reduced(STATE, 1)), abs=1e-12)
    assert gaussian.purity(own, vacuum=3.0).item() == gaussian.purity(own).item()  # its own units win


def test_transposed_states_keep_labels_and_units() -> None:
    array = labelled(2 * STATE, vacuum=1.0)
    flipped = gaussian.partial_transpose(array, "a")
    signs = np.array([1, 1, 1, -1])
    np.testing.assert_allclose(flipped.values, 2 * STATE * np.outer(signs, signs), rtol=1e-14)
    np.testing.assert_array_equal(flipped["mode"], array["mode"])
    np.testing.assert_allclose(gaussian.partial_transpose(STATE, 1), STATE * np.outer(signs, signs), rtol=1e-14)


def test_symplectic_eigenvalues_and_williamson_keep_labels() -> None:
    array = labelled(GRID, note=1.0).assign_coords(temperature=[0.1, 0.2])
    nu = gaussian.symplectic_eigenvalues(array)
    assert nu.dims == ("temperature", "field", "normal_mode")
    assert nu["normal_mode"].values.tolist() == [0, 1]
    assert nu["temperature"].values.tolist() == [0.1, 0.2]
    assert nu.attrs == {"long_name": "symplectic eigenvalues", "units": "1"}
    np.testing.assert_array_equal(nu.values, gaussian.symplectic_eigenvalues(GRID))
    frame, same = gaussian.williamson(array)
    xr.testing.assert_identical(nu.round(9), same.round(9))
    assert frame.dims == ("temperature", "field", "quadrature", "normal_quadrature")
    assert frame["mode"].values.tolist() == ["spin 0", "spin 0", "a", "a"]
    assert frame["normal_quadrature"].values.tolist() == ["0 q", "0 p", "1 q", "1 p"]
    # V = S D Sᵀ by the labels alone, whatever the order of the axes.
    pairs = np.repeat(nu.values, 2, axis=-1)
    v = xr.dot(
        frame * xr.DataArray(pairs, dims=(*nu.dims[:2], "normal_quadrature")),
        frame.rename(quadrature="quadrature_2").drop_vars(["mode", "group", "kind"]),
        dim="normal_quadrature",
    )
    np.testing.assert_allclose(v.transpose(*array.dims).values, 2 * GRID, atol=1e-10)


def test_labels_of_the_modes_survive_among_classical_rows() -> None:
    full = np.zeros((5, 5))
    full[:4, :4], full[4, 4] = STATE, 1.0
    array = labelled(full, classical=True)
    frame, nu = gaussian.williamson(array)
    assert frame["quadrature"].values.tolist() == ["spin 0 q", "spin 0 p", "a q", "a p"]
    np.testing.assert_allclose(nu.values, gaussian.symplectic_eigenvalues(STATE), rtol=1e-14)


def test_type_checkers_know_what_comes_back() -> None:
    """mypy reads these; at run time they are the types that it promises."""
    grid: npt.NDArray[np.float64] = np.asarray(GRID, dtype=np.float64)
    array = labelled(grid)
    dataset = array.to_dataset(name="canonical_covariance")
    assert isinstance(assert_type(gaussian.purity(grid), npt.NDArray[np.float64]), np.ndarray)
    assert isinstance(assert_type(gaussian.purity(array), xr.DataArray), xr.DataArray)
    assert isinstance(
        assert_type(gaussian.discord(dataset, "spin 0", "a", measured="first"), xr.DataArray), xr.DataArray
    )
    assert isinstance(assert_type(gaussian.squeezing_decibel(grid[:1], 0), npt.NDArray[np.float64]), np.ndarray)
    assert assert_type(gaussian.is_physical(grid), npt.NDArray[np.bool_]).dtype == bool
    assert isinstance(assert_type(gaussian.is_physical(array), xr.DataArray), xr.DataArray)
    assert isinstance(assert_type(gaussian.williamson(array)[0], xr.DataArray), xr.DataArray)
    assert isinstance(assert_type(gaussian.reduced(grid[:1], 0), npt.NDArray[np.float64]), np.ndarray)


@pytest.mark.parametrize("name", sorted(dir(gaussian)))
def test_help_explains_every_argument_by_itself(name: str) -> None:
    function = getattr(gaussian, name)
    words = inspect.getdoc(function)
    assert words
    explained = re.findall(r"^    (\w+): ", words.split("Args:")[1].split("\n\n")[0], re.MULTILINE)
    assert explained == list(inspect.signature(function).parameters)
    assert not re.search(r"[Aa]rguments (and errors )?as (for|there)|: the same\.", words)


def test_classical_rows_may_stand_between_the_others() -> None:
    full = np.zeros((5, 5))
    rows = [0, 1, 3, 4]
    full[np.ix_(rows, rows)] = STATE
    full[2, 2] = 1.0
    coords = {
        "mode": ("quadrature", ["s", "s", "s", "a", "a"]),
        "kind": ("quadrature", ["quantum", "quantum", "classical", "quantum", "quantum"]),
    }
    array = xr.DataArray(full, dims=("quadrature", "quadrature_2"), coords=coords)
    assert gaussian.discord(array, "s", "a").item() == gaussian.discord(STATE, 0, 1)
    np.testing.assert_allclose(gaussian.reduced(array, "a").values, STATE[2:, 2:], rtol=1e-14)
    both = gaussian.mutual_information_with_classical(array, "s", "a").item()
    assert both == pytest.approx(gaussian.mutual_information(STATE, 0), abs=1e-12)


@pytest.mark.parametrize("name", MEASURES)
def test_gaps_raise_no_warning(name: str) -> None:
    grid = GRID.copy()
    grid[0, 1] = np.nan
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        MEASURES[name](grid)
        MEASURES[name](np.full((4, 4), np.nan))
        assert MEASURES[name](grid[:0]).shape == (0, 3)


def three() -> Any:
    """Three modes, the last without a state."""
    state = random_covariance(8, 3)
    state[4:, :] = state[:, 4:] = np.nan
    return state


def test_a_mode_without_a_state_leaves_the_others() -> None:
    whole = random_covariance(8, 3)
    assert gaussian.log_negativity(three(), 0, 1) == pytest.approx(gaussian.log_negativity(whole, 0, 1), abs=1e-12)
    assert np.isnan(gaussian.log_negativity(three(), 0, 2))
    assert np.isnan(gaussian.von_neumann_entropy(three()))
    wrong = three()
    wrong[:2, :2] *= 0.1
    with pytest.raises(ls.LargespinError, match="must be positive definite"):
        gaussian.log_negativity(wrong, 0, 1)


def test_indefinite_matrices_are_refused_even_within_the_tolerance() -> None:
    """Beside an entry of 1e9 an eigenvalue of −0.002 is within 1e-9 of it, but no state has it."""
    indefinite = np.diag([1e9, -1e-3])
    assert not gaussian.is_physical(indefinite)
    with pytest.raises(ls.LargespinError, match=r"be positive definite, but the smallest eigenvalue is -0\.002"):
        gaussian.purity(np.stack([0.5 * np.eye(2), indefinite]))


def test_tolerance() -> None:
    slightly = 0.5 * (1 - 1e-7) * np.eye(2)
    assert not gaussian.is_physical(slightly)
    assert gaussian.is_physical(slightly, tolerance=1e-6)
    assert gaussian.von_neumann_entropy(slightly, tolerance=1e-6) == 0.0
    with pytest.raises(ls.LargespinError, match="uncertainty relation"):
        gaussian.von_neumann_entropy(slightly)
    close = 0.5 * (1 - 3e-9) * np.eye(2)
    with pytest.raises(ls.LargespinError, match="uncertainty relation"):
        gaussian.purity(close)
    assert gaussian.purity(close, tolerance=4e-9) == pytest.approx(1.0)
    # It is relative to the largest entry.
    assert gaussian.is_physical(np.diag([5e5, 0.5 / 1e6 * (1 - 1e-3)]))


def test_states_broadcast() -> None:
    assert gaussian.squeezed_covariance([0.1, 0.2, 0.3], [[0.0], [1.0]]).shape == (2, 3, 2, 2)
    assert gaussian.two_mode_squeezed_covariance(np.ones((5, 1)), np.zeros((3, 2))).shape == (5, 3, 4, 4)
    assert gaussian.thermal_covariance(np.ones((2, 3))).shape == (2, 6, 6)
    joined = gaussian.direct_sum(np.ones((4, 1, 1, 1)) * np.eye(2), gaussian.thermal_covariance(np.ones((3, 2))))
    assert joined.shape == (4, 3, 6, 6)


def test_squeezed_along_the_angle() -> None:
    state = gaussian.squeezed_covariance(0.4, 0.7, 0.3)
    along, across = np.array([np.cos(0.7), np.sin(0.7)]), np.array([-np.sin(0.7), np.cos(0.7)])
    assert along @ state @ along == pytest.approx(0.8 * np.exp(-0.8))
    assert across @ state @ across == pytest.approx(0.8 * np.exp(0.8))


@pytest.mark.parametrize("ordering", ["qpqp", "qqpp"])
def test_states_in_other_conventions(ordering: Literal["qpqp", "qqpp"]) -> None:
    choice: dict[str, Any] = {"vacuum": 1.0, "ordering": ordering}
    for state, entropy in (
        (gaussian.two_mode_squeezed_covariance(0.5, [0.3, 0.2], **choice), [0.3, 0.2]),
        (gaussian.thermal_covariance([0.3, 0.2], **choice), [0.3, 0.2]),
        (gaussian.vacuum_covariance(2, **choice), [0.0, 0.0]),
    ):
        expected = gaussian.von_neumann_entropy(gaussian.thermal_covariance(entropy))
        assert gaussian.von_neumann_entropy(state, **choice) == pytest.approx(expected, abs=1e-12)
    own = gaussian.direct_sum(
        gaussian.squeezed_covariance(0.2, **choice),
        gaussian.thermal_covariance([0.1, 0.4], **choice),
        ordering=ordering,
    )
    assert gaussian.squeezing(own, 0, **choice) == pytest.approx(np.exp(-0.4))
    np.testing.assert_allclose(gaussian.reduced(own, 2, **choice), 1.8 * np.eye(2), atol=1e-14)
    np.testing.assert_allclose(gaussian.reduced(own, [2, 1], **choice).diagonal().sum(), 6.0)


def test_rows_and_columns_must_be_the_same_pairs() -> None:
    names = ["spin 0 q", "spin 0 p", "a q", "a p"]
    coords = {
        "quadrature": names,
        "quadrature_2": names,
        "mode": ("quadrature", ["spin 0", "spin 0", "a", "a"]),
    }
    array = xr.DataArray(random_covariance(3, 2), dims=("quadrature", "quadrature_2"), coords=coords)
    with pytest.raises(ls.LargespinError, match="must have the same labels in the same order"):
        gaussian.purity(array.isel(quadrature_2=[0, 2, 1, 3]))
    with pytest.raises(ls.LargespinError, match="must come in pairs q, p of one `mode`"):
        gaussian.purity(array.isel(quadrature=[0, 2, 1, 3], quadrature_2=[0, 2, 1, 3]))
    turned = array.isel(quadrature=[2, 3, 0, 1], quadrature_2=[2, 3, 0, 1])
    assert gaussian.steering(turned, "a", "spin 0").item() == gaussian.steering(array, "a", "spin 0").item()
