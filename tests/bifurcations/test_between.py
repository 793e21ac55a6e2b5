"""`between` is one mapping in every call that follows curves: what it must be, and that the way it is written does not matter."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from sentences import check_sentence

import largespin as ls

MODEL = ls.models.hopfield(ls.ideal_large_spins(1))
REST, MOVING = [0.0, 0.0, 0.0], [0.0, 0.1, 0.1]
ONE: dict[str, Callable[..., Any]] = {
    "branch": lambda **options: ls.branch(MODEL, REST, field=0.1, temperature=0.8, **options),
    "branches": lambda **options: ls.branches(MODEL, REST, field=0.1, temperature=0.8, **options),
    "cycle_branch": lambda **options: ls.cycle_branch(MODEL, MOVING, field=0.6, temperature=0.6, **options),
    "cycle_ends": lambda **options: ls.cycle_ends(MODEL, MOVING, field=0.6, temperature=0.6, **options),
}
"""Calls in which one parameter moves."""


def pitchfork() -> Any:
    found = ls.branch(MODEL, REST, between={"field": (0.0, 0.4)}, field=0.1, temperature=0.8)
    return found.isel(special_point=0)


TWO: dict[str, Callable[..., Any]] = {
    "boundaries": lambda **options: ls.boundaries(MODEL, **options),
    "boundary_curve": lambda **options: ls.boundary_curve(MODEL, pitchfork(), **options),
}
"""Calls in which two parameters move."""
ALL = {**ONE, **TWO}


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("between", [(0.0, 1.0), "field", None])
def test_it_is_a_mapping(name: str, between: Any) -> None:
    check_sentence(
        lambda: ALL[name](between=between),
        'Argument `between` must be a mapping from parameters to ranges, such as {"field": (0, 0.8)}, but it is '
        f"{between!r}.",
    )


@pytest.mark.parametrize("name", ALL)
def test_it_names_as_many_parameters_as_move(name: str) -> None:
    wrong = {"field": (0.0, 1.0), "temperature": (0.4, 1.0)} if name in ONE else {"field": (0.0, 1.0)}
    words = "one parameter" if name in ONE else "two parameters"
    check_sentence(
        lambda: ALL[name](between=wrong),
        f"Argument `between` must give the range of {words}, but it gives: {', '.join(wrong)}.",
    )
    check_sentence(
        lambda: ALL[name](between={}), f"Argument `between` must give the range of {words}, but it gives: none."
    )


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize(
    ("key", "values", "sentence"),
    [
        (
            "fied",
            (0.0, 1.0),
            "The model has no parameter `fied`; its parameters are field, temperature; did you mean `field`?",
        ),
        (
            "field",
            (1.0, 0.0),
            "Argument `between` must give (low, high) with low < high for `field`, but it gives (1.0, 0.0).",
        ),
        (
            "field",
            (0.3, 0.3),
            "Argument `between` must give (low, high) with low < high for `field`, but it gives (0.3, 0.3).",
        ),
        ("field", 0.3, "Argument `between` must give (low, high) with low < high for `field`, but it gives 0.3."),
        ("field", (0.0, np.inf), "Argument `between` must be finite, but it contains NaN or infinity."),
        ("temperature", (0.0, 1.0), "Argument `between` must keep `temperature` positive, but it begins at 0."),
    ],
)
def test_its_ranges_are_checked(name: str, key: str, values: Any, sentence: str) -> None:
    other = {} if name in ONE else {"temperature" if key != "temperature" else "field": (0.4, 1.0)}
    check_sentence(lambda: ALL[name](between={key: values, **other}), sentence)


def test_what_moves_everywhere_has_no_value() -> None:
    between = {"temperature": (0.4, 1.0), "field": (0.0, 1.0)}
    sentence = "Argument `field` must not be given, because `between` says where it moves."
    check_sentence(lambda: ls.boundaries(MODEL, between=between, field=0.1), sentence)
    check_sentence(lambda: ls.boundaries(MODEL, between=between, parameters={"field": 0.1}), sentence)


def test_lists_and_arrays_are_ranges_too() -> None:
    tuples = ls.branch(MODEL, REST, between={"field": (0.0, 0.4)}, field=0.1, temperature=0.8)
    others: list[Any] = [[0, 0.4], np.array([0, 0.4])]
    for other in others:
        same = ls.branch(MODEL, REST, between={"field": other}, parameters={"field": 0.1, "temperature": 0.8})
        assert tuples.identical(same)


def test_boundaries_take_values_like_every_call() -> None:
    """Dicke: retrieval begins at ``g² = ½ (Ω/ω)(ω² + κ²)``; the loss is given by name or in `parameters`."""
    model = ls.models.dicke(ls.ideal_large_spins(1), mode_frequencies=1.5)
    between = {"coupling": (0.2, 1.5), "field": (0.1, 1.0)}
    named = ls.boundaries(model, between=between, cuts=1, loss_1=0.6)
    mapped = ls.boundaries(model, between=between, cuts=1, parameters={"loss_1": 0.6})
    exact = np.sqrt(0.5 * named.field / 1.5 * (1.5**2 + 0.6**2 / 4))
    np.testing.assert_allclose(named.coupling, exact, atol=1e-10)
    assert named.sizes["point"] > 10
    np.testing.assert_array_equal(named.coupling, mapped.coupling)
    assert named.loss_1.item() == 0.6


def test_a_line_is_solved_for_anew_at_other_values() -> None:
    """A special point at one value of a fixed parameter begins the line at another: the value of the call wins."""
    model = ls.models.dicke(ls.ideal_large_spins(1), mode_frequencies=1.5)
    found = ls.branch(
        model, model.state([-1, 0, 0], modes=0), between={"coupling": (0.2, 1.5)}, coupling=0.35, field=0.5, loss_1=1.0
    )
    line = ls.boundary_curve(
        model, found.isel(special_point=0), between={"coupling": (0.2, 1.5), "field": (0.1, 1.0)}, loss_1=1.05
    )
    assert line.loss_1.item() == 1.05
    np.testing.assert_allclose(line.coupling, np.sqrt(0.5 * line.field / 1.5 * (1.5**2 + 1.05**2 / 4)), atol=1e-10)


def test_a_line_may_leave_the_parameter_of_its_branch_fixed() -> None:
    """The point was found over the field; the line lies in the plane of the two others."""
    model = ls.models.dicke(ls.ideal_large_spins(1), mode_frequencies=1.5)
    found = ls.branch(
        model, model.state([-1, 0, 0], modes=0), between={"field": (0.1, 1.0)}, coupling=0.6, field=0.9, loss_1=1.0
    )
    line = ls.boundary_curve(model, found.isel(special_point=0), between={"coupling": (0.2, 1.5), "loss_1": (0.5, 2.0)})
    assert line.field.item() == pytest.approx(found.special_field.item(), abs=1e-12)
    np.testing.assert_allclose(
        line.coupling, np.sqrt(0.5 * line.field / 1.5 * (1.5**2 + line.loss_1**2 / 4)), atol=1e-10
    )
