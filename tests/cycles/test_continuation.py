"""Branches of normal forms: every special point has a known place, and every cycle on the way a known size."""

from dataclasses import replace
from functools import lru_cache
from typing import Any

import cycle_normal_forms as forms
import numpy as np
import pytest

from largespin.cycles import infinite_period
from largespin.cycles.continuation import Continuation, CyclePoint, CycleSettings, Walk, follow
from largespin.cycles.cycle_branch import branch_end
from largespin.cycles.equations import TaylorEquations
from largespin.cycles.events import BRANCH_POINT, DOUBLING, FOLD, TORUS, events_between
from largespin.cycles.hopf import first_cycle, hopf_point, stationary_near
from largespin.cycles.hopf_end import HOPF_END
from largespin.cycles.infinite_period import HETEROCLINIC, HOMOCLINIC, SADDLE_NODE, UNKNOWN
from largespin.cycles.mesh import spread_cycle
from largespin.cycles.shooting import refined
from largespin.ends import End, EndKind

NONE = np.zeros(0)


def walk_from(
    equations: TaylorEquations, start: list[float], period: float, value: float, sign: float, settings: CycleSettings
) -> Walk:
    cycle = refined(equations, spread_cycle(equations, np.array(start, dtype=float), period, value))
    assert cycle is not None
    continuation = Continuation.through(equations, cycle, settings)
    towards = np.append(np.zeros(cycle.nodes.size + 1), sign)
    return follow(continuation, continuation.place(cycle, towards), events_between, branch_end)


def walk_from_hopf(
    equations: TaylorEquations, u: list[float], value: float, frequency: float, settings: CycleSettings
) -> Walk:
    hopf = hopf_point(equations, np.array(u, dtype=float), value, frequency, NONE, 1.0)
    assert hopf is not None
    first = first_cycle(equations, hopf, NONE)
    assert first is not None
    continuation = Continuation.through(equations, first[0], settings)
    return follow(continuation, continuation.place(*first), events_between, branch_end)


def specials(walk: Walk) -> dict[str, CyclePoint]:
    return {place.special: place for place in walk.places if place.special}


@lru_cache
def folded() -> Walk:
    equations = forms.equations(2, forms.subcritical_hopf, [0.0])
    return walk_from_hopf(equations, [0.01, 0.02], 0.03, 0.9, CycleSettings(-1.0, 0.5))


def test_a_fold_of_cycles_is_where_two_cycles_meet() -> None:
    walk = folded()
    assert set(specials(walk)) == {FOLD}
    fold = specials(walk)[FOLD]
    assert fold.cycle.value == pytest.approx(-0.25, abs=1e-12)
    assert abs(fold.cycle.value + 0.25) <= fold.at[1] < 1e-8
    assert fold.cycle.size**2 == pytest.approx(0.5, abs=1e-6)
    assert fold.floquet.across[0] == pytest.approx(1.0, abs=1e-6)
    assert walk.ended == End(EndKind.LEFT, "The branch left the range at 0.5.")
    assert walk.places[-1].cycle.value == 0.5


def test_every_cycle_of_the_branch_is_exact() -> None:
    for place in folded().places:
        mu, square = place.cycle.value, place.cycle.size**2
        assert mu + square - square**2 == pytest.approx(0.0, abs=1e-12)
        assert place.cycle.period == pytest.approx(2 * np.pi / (1 + square), rel=1e-11)
        growth = 2 * square - 4 * square**2
        assert place.floquet.across[0] == pytest.approx(np.exp(growth * place.cycle.period), rel=1e-8)


def test_a_cycle_shrinks_to_its_hopf_point() -> None:
    equations = forms.equations(2, forms.hopf, [0.3, 1.7])
    walk = walk_from(equations, [0.3**0.5, 0.0], np.pi, 0.3, -1.0, CycleSettings(-0.5, 2.0))
    assert list(specials(walk)) == [HOPF_END]
    last = walk.places[-1]
    assert last.cycle.value == pytest.approx(0.0, abs=1e-13)
    assert last.cycle.period == pytest.approx(2 * np.pi / 1.7, rel=1e-12)
    np.testing.assert_allclose(last.cycle.nodes, 0.0, atol=1e-12)
    assert last.sentence.startswith("Hopf end: the cycle shrinks to a stationary state at ")


def test_the_first_cycle_beside_a_hopf_point_is_on_the_right_side() -> None:
    equations = forms.equations(2, forms.hopf, [0.0, 1.7])
    hopf = hopf_point(equations, np.array([0.01, 0.02]), 0.03, 0.9, NONE, 1.0)
    assert hopf is not None
    assert hopf.value == pytest.approx(0.0, abs=1e-13)
    assert hopf.frequency == pytest.approx(1.7, rel=1e-12)
    first = first_cycle(equations, hopf, NONE)
    assert first is not None
    assert first[0].value == pytest.approx(first[0].size ** 2, rel=1e-9)


def test_no_hopf_point_is_found_where_none_is() -> None:
    equations = forms.equations(2, lambda x, y, p: [p[0] * x - x * x * x, -y], [0.5])
    assert hopf_point(equations, np.array([0.1, 0.1]), 0.5, 1.0, NONE, 1.0) is None
    assert stationary_near(forms.equations(2, lambda x, y, p: [p[0] + x * x, -y], [1.0]), np.ones(2), 1.0, NONE) is None


def test_the_period_of_a_saddle_node_on_the_circle_is_known() -> None:
    equations = forms.equations(2, forms.circle, [0.5])
    walk = walk_from(equations, [1.0, 0.0], 2 * np.pi / np.sqrt(0.75), 0.5, 1.0, CycleSettings(-0.5, 2.0))
    for place in walk.places:
        exact = 2 * np.pi / np.sqrt(1 - place.cycle.value**2)
        assert place.cycle.period == pytest.approx(exact, rel=1e-9)
    last = walk.places[-1]
    assert last.special == SADDLE_NODE
    assert last.at[0] == pytest.approx(1.0, abs=1e-9)
    assert "a saddle-node appears on it" in last.sentence
    assert "|p − p*|^(−0.50)" in last.sentence


def test_a_homoclinic_end_is_on_the_curve_of_bogdanov_and_takens() -> None:
    ends = {}
    for epsilon in (0.1, 0.2):
        equations = forms.equations(2, forms.bogdanov_takens, [1.0, epsilon])
        walk = walk_from_hopf(equations, [-1.0, 0.0], 0.9, 1.4, CycleSettings(0.0, 2.0))
        last = walk.places[-1]
        assert last.special == HOMOCLINIC
        assert last.at[1] < 1e-9
        ends[epsilon] = last.at[0]
        # Liouville, where the cycle is long and disturbances across it grow.
        assert last.cycle.period > 25.0
    # p* = 5/7 + (72/2401) ε² + O(ε⁴), the homoclinic curve in these coordinates.
    for epsilon, end in ends.items():
        assert end == pytest.approx(5 / 7 + 72 / 2401 * epsilon**2, abs=2e-3 * epsilon**4)
    assert "a loop at one saddle" in last.sentence


def test_multipliers_of_long_cycles_obey_liouville() -> None:
    equations = forms.equations(2, forms.bogdanov_takens, [1.0, 0.1])
    walk = walk_from_hopf(equations, [-1.0, 0.0], 0.9, 1.4, CycleSettings(0.0, 2.0))
    place = walk.places[-2]
    assert place.cycle.period > 20.0
    total = 0.0
    points, weights = np.polynomial.legendre.leggauss(12)
    for x, share in zip(place.cycle.nodes, place.cycle.fractions, strict=True):
        duration = share * place.cycle.period
        states = equations.path(x, place.cycle.value, 0.5 * (points + 1) * duration)
        total += 0.5 * duration * weights @ (0.1 * (place.cycle.value + states[:, 0]))
    assert np.log(place.floquet.across[0].real) == pytest.approx(total, abs=1e-6)


def test_a_heteroclinic_end_joins_two_saddles() -> None:
    equations = forms.equations(2, forms.takens_carr, [0.15, 0.1])
    equations.maps = (lambda u: -u,)
    last = walk_from_hopf(equations, [0.0, 0.0], 0.05, 1.0, CycleSettings(-0.5, 1.0)).places[-1]
    assert last.special == HETEROCLINIC
    # Melnikov: 1/5 + O(ε²).
    assert last.at[0] == pytest.approx(0.2, abs=2e-5)
    assert last.sentence.startswith(
        "Heteroclinic end: the cycle breaks at 2 saddles that symmetries map into each other"
    )


@pytest.mark.parametrize(
    ("rhs", "parameters", "size", "name"),
    [
        (forms.carried, [-0.3, 0.37], 4, TORUS),
        (forms.twisted, [-0.3, 0.2], 4, DOUBLING),
        (forms.pitchfork, [-0.3], 3, BRANCH_POINT),
    ],
)
def test_crossings_of_the_unit_circle_are_told_apart(rhs: Any, parameters: list[float], size: int, name: str) -> None:
    equations = forms.equations(size, rhs, parameters)
    walk = walk_from(equations, [1.0, *([0.0] * (size - 1))], 2 * np.pi, -0.3, 1.0, CycleSettings(-0.5, 0.35))
    assert list(specials(walk)) == [name]
    assert specials(walk)[name].cycle.value == pytest.approx(0.0, abs=1e-9)


def test_a_pair_that_becomes_real_is_no_event() -> None:
    # Multipliers e^{2π(p ± √(p − 0.1))} of a damped pair: a pair below p = 0.1, real above, never of modulus 1.
    def rhs(x: Any, y: Any, z: Any, w: Any, p: Any) -> list[Any]:
        grow = 1.0 - (x * x + y * y)
        return [grow * x - y, grow * y + x, -0.6 * z + w, (p[0] - 0.1) * z - 0.6 * w]

    equations = forms.equations(4, rhs, [0.0])
    walk = walk_from(equations, [1.0, 0.0, 0.0, 0.0], 2 * np.pi, 0.0, 1.0, CycleSettings(-0.5, 0.3))
    assert not specials(walk)
    pairs = [np.abs(place.floquet.across[:2].imag).max() > 1e-9 for place in walk.places]
    assert pairs[0]
    assert not pairs[-1]


def test_points_and_steps_have_limits() -> None:
    equations = forms.equations(2, forms.hopf, [0.3, 1.7])
    walk = walk_from(equations, [0.3**0.5, 0.0], np.pi, 0.3, 1.0, CycleSettings(0.0, 2.0, points=5))
    assert len(walk.places) == 5
    assert walk.ended == End(EndKind.POINTS, "5 points were computed; raise `points` to go on.")
    fine = walk_from(equations, [0.3**0.5, 0.0], np.pi, 0.3, 1.0, CycleSettings(0.0, 2.0, largest_step=0.02))
    coarse = walk_from(equations, [0.3**0.5, 0.0], np.pi, 0.3, 1.0, CycleSettings(0.0, 2.0, largest_step=0.2))
    assert len(fine.places) > 3 * len(coarse.places)


def test_a_long_period_without_saddle_is_extrapolated() -> None:
    # θ̇ = p: nothing is at rest anywhere, T = 2π/p.
    equations = forms.equations(
        2, lambda x, y, p: [(1 - x * x - y * y) * x - p[0] * y, (1 - x * x - y * y) * y + p[0] * x], [1.0]
    )
    walk = walk_from(equations, [1.0, 0.0], 2 * np.pi, 1.0, -1.0, CycleSettings(-1.0, 2.0))
    last = walk.places[-1]
    assert last.special == UNKNOWN
    assert "no saddle was found" in last.sentence
    for place in walk.places:
        assert place.cycle.period == pytest.approx(2 * np.pi / place.cycle.value, rel=1e-10)


def test_the_law_of_growth_is_that_of_the_saddle() -> None:
    epsilon = 0.1
    equations = forms.equations(2, forms.bogdanov_takens, [1.0, epsilon])
    last = walk_from_hopf(equations, [-1.0, 0.0], 0.9, 1.4, CycleSettings(0.0, 2.0)).places[-1]
    # At the saddle (1, 0): λ² − ε(p + 1)λ − 2 = 0; the rate nearest to zero counts.
    rates = np.roots([1.0, -epsilon * (last.at[0] + 1), -2.0])
    assert f"T grows as −{1 / np.abs(rates).min():.3g} ln|p − p*|" in last.sentence
    measured = float(last.sentence.split("measured ")[1].split(")")[0])
    assert measured == pytest.approx(1 / np.abs(rates).min(), rel=0.05)


def test_a_logarithmic_end_is_extrapolated_exactly() -> None:
    last = folded().places[-1]
    values = 0.7 + 0.3 * np.array([1e-2, 3e-3, 1e-3])
    places = [
        replace(last, cycle=replace(last.cycle, value=float(v), period=5.0 - 1.7 * float(np.log(v - 0.7))))
        for v in values
    ]
    at, change = infinite_period.logarithmic_end(places, 1.7)
    assert at == pytest.approx(0.7, abs=1e-12)
    assert change < 1e-12


def test_pairs_that_change_places_are_no_torus() -> None:
    # One pair always decays at 0.2, the other always grows, at 0.3 first and then at 0.1: the nearest to 1 changes.
    def rhs(x: Any, y: Any, z: Any, w: Any, s: Any, t: Any, p: Any) -> list[Any]:
        grow = 1.0 - (x * x + y * y)
        slow, fast = -0.2, 0.3 - p[0]
        return [
            grow * x - y, grow * y + x, slow * z - 0.37 * w, slow * w + 0.37 * z, fast * s - 0.21 * t, fast * t + 0.21 * s,
        ]  # fmt: skip

    walk = walk_from(forms.equations(6, rhs, [0.0]), [1.0, 0, 0, 0, 0, 0], 2 * np.pi, 0.0, 1.0, CycleSettings(0.0, 0.2))
    assert not specials(walk)
    assert len(walk.places) > 2
