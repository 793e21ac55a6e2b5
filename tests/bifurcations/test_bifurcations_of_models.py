"""Branches of models with conserved quantities, several patterns, absorbing states: known thresholds and refusals."""

from functools import partial
from typing import Any

import numpy as np
import pytest
import sympy as sp
from sentences import check_sentence

import largespin as ls
from largespin import boundaries, boundary_curve, branch, branches
from largespin.bifurcations.special import family_of_kind
from largespin.phases import dicke_retrieval_state


def dicke(count: int) -> ls.Model:
    return ls.models.dicke(ls.ideal_large_spins(count), mode_frequencies=0.5 * (np.arange(count) + 3.0), losses=1.0)


def thresholds(model: ls.Model, count: int) -> np.ndarray:
    """g_ν of CL21 Eq. 12 at Ω = ½."""
    w = 0.5 * (np.arange(count) + 3.0)
    return np.sqrt(0.5 * (0.5 / w) * (w**2 + 0.25))


def test_dicke_existence_and_stability() -> None:
    """Retrieval of pattern ν begins at g_ν and becomes stable against pattern 1 at g_ν^{3/2}/g_1^{1/2}."""
    model, (first, second) = dicke(2), thresholds(dicke(2), 2)
    found = branches(
        model, model.state([-1, 0, 0], modes=0), between={"coupling": (0.3, 1.2)}, coupling=0.35, field=0.5
    )
    table = list(
        zip(found.special_branch.values, found.special_kind.values, found.special_coupling.values, strict=True)
    )
    assert [(number, kind) for number, kind, _ in table] == [
        (0, "pitchfork (supercritical)"),
        (0, "pitchfork (supercritical)"),
        (2, "pitchfork (subcritical)"),
    ]
    assert [value for *_, value in table] == pytest.approx([first, second, second**1.5 / first**0.5], abs=1e-10)
    assert np.abs(np.linalg.norm(found.m.values, axis=-1) - 1.0).max() < 1e-9
    pattern = found.isel(point=(found.branch == 2) & (found.special == ""))
    stable = pattern.verdict.values[1:] == "stable"
    assert np.array_equal(stable, pattern.coupling.values[1:] > second**1.5 / first**0.5)
    assert found.residual.max() < 1e-12


@pytest.mark.slow
def test_dicke_with_more_blocks_than_modes() -> None:
    """M = 4: undamped pairs all along are no Hopf points; thresholds of pattern 3."""
    model, g = dicke(4), thresholds(dicke(4), 4)
    start = dicke_retrieval_state(model, 2, field=0.5, coupling=1.2)
    found = branch(model, start, between={"coupling": (0.3, 1.4)}, coupling=1.2, field=0.5)
    assert {family_of_kind(kind) for kind in found.special_kind.values} == {"pitchfork"}
    expected = sorted([g[2], g[2] ** 1.5 / g[1] ** 0.5, g[2] ** 1.5 / g[0] ** 0.5])
    assert sorted(found.special_coupling.values) == pytest.approx(expected, abs=1e-9)
    assert "centre" in found.verdict.values


def test_dicke_line_in_two_parameters() -> None:
    model = dicke(1)
    found = branch(model, model.state([-1, 0, 0], modes=0), between={"coupling": (0.2, 1.5)}, coupling=0.35, field=0.5)
    line = boundary_curve(
        model,
        found.isel(special_point=0),
        between={"coupling": (0.2, 1.5), "field": (0.1, 1.0)},
    )
    w = 1.5
    assert np.abs(line.coupling - np.sqrt(0.5 * (line.field / w) * (w**2 + 0.25))).max() < 1e-10
    assert set(line.kind.values) == {"pitchfork (supercritical)"}


def test_three_patterns_and_their_mixtures() -> None:
    """At T_c all three overlaps become critical; one, two or three of them grow. All agree with the search."""
    model = ls.models.hopfield(ls.ideal_large_spins(3))
    found = branches(model, [0, 0, 0], between={"temperature": (0.6, 1.4)}, temperature=1.3, field=0.1, depth=1)
    assert found.multiplicity.values[0] == 3
    assert found.special_temperature.values[0] == pytest.approx(1 / 1.08, abs=1e-10)
    ends = {}
    for number in range(1, found.sizes["branch_number"]):
        own = found.isel(point=(found.branch == number) & (abs(found.temperature - 0.6) < 1e-9))
        overlaps = np.sort(np.abs(own.overlap.values[0]))[::-1]
        ends[int(np.sum(overlaps > 1e-6))] = overlaps
    assert sorted(ends) == [1, 2, 3]
    states = ls.stationary_states(model, temperature=0.6, field=0.1, images=False, starts=48)
    sizes = np.sort(np.abs(states.overlap.values), axis=1)[:, ::-1]
    for expected in ends.values():
        assert np.abs(sizes - expected).max(axis=1).min() < 1e-7


def boundary_time_crystal() -> ls.Model:
    spins, omega, kappa = ls.Spins(), ls.parameter("omega"), ls.parameter("kappa", positive=True)
    decay = ls.CollectiveJump(sp.sqrt(kappa) * spins.average("lowering"))
    return ls.Model(spins, energy=omega * spins.average("x") / 2, collective_jumps=(decay,))


def test_boundary_time_crystal_folds_on_the_sphere() -> None:
    # y = 2ω/κ, z = ∓√(1 − y²): both states meet at ω = κ/2.
    y = 0.2
    found = branch(
        boundary_time_crystal(), [0, y, -np.sqrt(1 - y**2)], between={"omega": (0.0, 1.0)}, omega=0.1, kappa=1.0
    )
    assert found.special_kind.values.tolist() == ["fold"]
    assert found.special_omega.item() == pytest.approx(0.5, abs=1e-10)
    assert set(found.end_first.values) | set(found.end_last.values) == {"The branch left the range at 0."}


def contact_process() -> ls.Model:
    spins = ls.Spins()
    rate, decay, field = (
        ls.parameter("rate", nonnegative=True),
        ls.parameter("decay", positive=True),
        ls.parameter("field"),
    )
    excited = spins.average(np.diag([1.0, 0.0]), symbol="n")
    jumps = [
        ls.Jump(spins.lowering, sp.sqrt(decay)),
        ls.Jump(spins.raising, sp.sqrt(rate * excited)),
        ls.Jump(spins.lowering, sp.sqrt(rate * excited)),
    ]
    return ls.Model(spins, energy=field * excited * spins.average("x"), jumps=jumps)


@pytest.mark.slow
def test_quantum_contact_process_changes_order() -> None:
    """The absorbing state loses stability at rate = decay in a transcritical line, which turns over at a tricritical point.

    Near n = 0 with n = (1 + z)/2: ṅ = (λ − γ) n − 2 λ n² + Ω n y and ẏ ≈ 2 Ω n − ½ (γ + λ n) y, hence y = 4 Ω n/γ and
    ṅ = (λ − γ) n + (4 Ω²/γ − 2 λ) n²: it changes sign at Ω² = γ²/2.
    """
    lines = boundaries(
        contact_process(),
        between={"rate": (0.0, 2.0), "field": (0.0, 6.0)},
        decay=1.0,
        cuts=2,
    )
    crossing = lines.isel(point=lines.kind == "transcritical")
    assert np.abs(crossing.rate - 1.0).max() < 1e-10
    assert "fold" in lines.kind.values
    (place,) = np.flatnonzero(lines.special_kind.values == "degenerate transcritical")
    assert float(lines.special_field[place]) == pytest.approx(np.sqrt(0.5), abs=1e-9)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"field": 2.0}, "Argument `field` must lie in the range [0, 1] of `between`, but it is 2."),
        (
            {"temperature": [0.4, 0.5]},
            "Parameter values must be single numbers for this call, but there are several along temperature.",
        ),
        ({"largest_step": 0.0}, "Argument `largest_step` must be above 0, but it is 0."),
        ({"points": 0}, "Argument `points` must be at least 1, but it is 0."),
        (
            {"largst_step": 0.1},
            "`largst_step` is neither an option of `branch` nor a parameter of the model; did you mean `largest_step`?",
        ),
    ],
)
def test_wrong_input(options: dict[str, Any], sentence: str) -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    given = {"between": {"field": (0.0, 1.0)}, "field": 0.1, "temperature": 0.8, **options}
    check_sentence(lambda: branch(model, [0, 0, 0], **given), sentence)


def test_starts_that_are_refused() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    with pytest.raises(ls.LargespinError, match="must be near a stationary state, but the search from it ended"):
        branch(model, [0, 0, 0.5], between={"field": (0.0, 1.0)}, field=0.1, temperature=0.8)
    # Every state on the equator rests; this one lies on no axis of a reflection.
    still = ls.Model(ls.Spins(), ls.parameter("field") * ls.Spins().average("z") ** 2 / 2)
    with pytest.raises(ls.LargespinError, match=r"isolated stationary state, but [12] direction"):
        branch(still, [0.5, 0.2, 0], between={"field": (0.0, 1.0)}, field=0.5)
    states = ls.stationary_states(model, field=0.1, temperature=0.8)
    several = (
        "Argument `start` must be one state, but it holds several along {}; choose one, for instance with `.isel(…)`."
    )
    check_sentence(
        lambda: branch(model, states, between={"field": (0.0, 1.0)}), several.format(f"state ({states.sizes['state']})")
    )
    ensemble = model.state(np.zeros((2, 1, 3)))
    check_sentence(
        lambda: branch(model, ensemble, between={"field": (0.0, 1.0)}, field=0.1, temperature=0.8),
        several.format("start (2)"),
    )


def test_special_points_that_are_refused() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    found = branch(model, [0, 0, 0], between={"field": (0.0, 0.4)}, field=0.1, temperature=0.8)
    plane = {"temperature": (0.4, 1.2), "field": (0.0, 0.5)}
    none = (
        "Argument `special` must be one special point of `branch` or `branches`, but it is not; choose one with "
        "`.isel(special_point=…)`."
    )
    line = boundary_curve(model, found.isel(special_point=0), between=plane)
    wrong: list[Any] = [found, found.isel(point=0), line.isel(special_point=0), None, [0, 0, 0]]
    for special in wrong:
        check_sentence(partial(boundary_curve, model, special, between=plane), none)
    other = ls.models.hopfield(ls.ideal_large_spins(1), rates="glauber")
    check_sentence(
        lambda: boundary_curve(other, found.isel(special_point=0), between=plane),
        "Argument `special` must belong to the given model, but the result was made with another one.",
    )
    check_sentence(
        lambda: boundary_curve(model, found.isel(special_point=0), between={**plane, "temperature": (0.9, 1.2)}),
        "Argument `temperature` must lie in the range [0.9, 1.2] of `between`, but it is 0.8.",
    )


def test_wrong_options_of_boundaries() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    both: Any = {"between": {"temperature": (0.9, 1.2), "field": (0.0, 0.5)}}
    check_sentence(lambda: boundaries(model, depth=-1, **both), "Argument `depth` must be at least 0, but it is -1.")
    check_sentence(lambda: boundaries(model, cuts=0, **both), "Argument `cuts` must be at least 1, but it is 0.")
