"""Branches of normal forms whose bifurcations, coefficients and branches are known by hand."""

from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st
from random_models import examples
from static_forms import MU, NormalForm, Rotated, X, tracer

from largespin.bifurcations.crossings import crossings
from largespin.bifurcations.problem import Problem
from largespin.bifurcations.special import SpecialPoint
from largespin.bifurcations.switch import all_branches
from largespin.bifurcations.trace import StationaryBranch
from largespin.ends import End, EndKind
from largespin.errors import FloatArray

x, y, z, w = X
SQUARE = x**2 + y**2
LEFT_BOTH = tuple(End(EndKind.LEFT, f"The branch left the range at {border}.") for border in (-1, 1))


def followed(
    form: Problem, u: list[float], p: float, low: float, high: float, depth: int = 1, **options: Any
) -> list[StationaryBranch]:
    found = tracer(form, low, high, **options)
    branches = all_branches(found, found.through(np.array(u, dtype=float), p), depth)
    assert found.failures == []
    for branch in branches:
        for stop in branch.stops:
            assert np.abs(form.flow(stop.u, stop.p)).max() < 1e-9
    return branches


def specials(branches: list[StationaryBranch]) -> list[SpecialPoint]:
    return [special for branch in branches for special in branch.specials]


def rotation(seed: int, size: int) -> FloatArray:
    return np.asarray(np.linalg.qr(np.random.default_rng(seed).normal(size=(size, size)))[0])


def test_fold_with_a_slaved_variable() -> None:
    # y = x²/5 is slaved, so ẋ = μ + (3/50 − 1) x² + …: a = −0.94.
    form = NormalForm([MU - x**2 + x**3 / 7 + 3 * y / 10, -y + x**2 / 5], (MU,))
    start = [float(np.roots([1 / 7, -0.94, 0, 0.8])[1].real)]
    branches = followed(form, [start[0], start[0] ** 2 / 5], 0.8, -1.0, 2.0)
    (fold,) = specials(branches)
    assert fold.kind == "fold"
    assert fold.p[0] == pytest.approx(0.0, abs=1e-12)
    assert fold.u == pytest.approx([0.0, 0.0], abs=1e-10)
    assert fold.coefficient == pytest.approx(-0.94, abs=1e-9)
    assert abs(fold.vector[0]) == pytest.approx(1.0)
    assert fold.residual < 1e-12
    # Both sheets are followed.
    assert min(s.u[0] for s in branches[0].stops) < -1.0
    assert max(s.u[0] for s in branches[0].stops) > 1.0


@examples(4)
@given(slaving=st.floats(-2.0, 2.0), decay=st.floats(0.5, 2.0), seed=st.integers(0, 1000), at=st.floats(-0.3, 0.3))
def test_pitchfork_with_a_slaved_variable(slaving: float, decay: float, seed: int, at: float) -> None:
    # z = x²/λ, so ẋ = μ x + (s/λ − 1) x³.
    cubic = slaving / decay - 1.0
    mirror = np.diag([-1.0, 1.0])
    plain = NormalForm([(MU - at) * x + slaving * x * y - x**3, -decay * y + x**2], (MU,), (mirror,))
    (first, *_) = specials(followed(Rotated(plain, rotation(seed, 2)), [0.0, 0.0], -0.5, -1.0, 1.0))
    assert first.kind == f"pitchfork ({'supercritical' if cubic < 0 else 'subcritical'})"
    assert first.p[0] == pytest.approx(at, abs=1e-10)
    assert first.coefficient == pytest.approx(cubic, abs=1e-7)
    assert first.residual < 1e-10


def test_pitchfork_branches_where_they_should_be() -> None:
    form = NormalForm([MU * x + x**3 - x**5], (MU,), (-np.eye(1),))
    trivial, other = followed(form, [0.0], -0.5, -1.0, 1.0)
    assert [s.kind for s in trivial.specials] == ["pitchfork (subcritical)"]
    (fold,) = other.specials
    assert fold.kind == "fold"
    assert fold.p[0] == pytest.approx(-0.25, abs=1e-12)
    assert abs(fold.u[0]) == pytest.approx(np.sqrt(0.5), abs=1e-10)
    assert all(abs(s.p[0] + s.u[0] ** 2 - s.u[0] ** 4) < 1e-9 for s in other.stops)
    assert other.origin is trivial.specials[0]
    assert other.parent == 0


def test_without_a_symmetry_both_sides_are_followed() -> None:
    trivial, up, down = followed(NormalForm([MU * x - 2 * x**3], (MU,)), [0.0], -0.5, -1.0, 1.0)
    assert trivial.specials[0].kind == "pitchfork (supercritical)"
    assert sorted([float(np.sign(up.stops[-1].u[0])), float(np.sign(down.stops[-1].u[0]))]) == [-1.0, 1.0]


def test_transcritical_and_what_follows() -> None:
    # The other branch is μ = x − x² (y = x²) with a fold at x = ½.
    form = NormalForm([MU * x - x**2 + x * y, -y + x**2], (MU,))
    branches = followed(form, [0.0, 0.0], -0.5, -1.0, 1.0)
    crossing, fold = specials(branches)
    assert (crossing.kind, fold.kind) == ("transcritical", "fold")
    assert crossing.p[0] == pytest.approx(0.0, abs=1e-12)
    assert crossing.coefficient == pytest.approx(-1.0, abs=1e-9)
    assert fold.p[0] == pytest.approx(0.25, abs=1e-12)
    assert len(branches) == 3
    assert min(s.u[0] for b in branches for s in b.stops) < -0.5
    assert max(s.u[0] for b in branches for s in b.stops) > 1.2


@examples(4)
@given(slaving=st.floats(-2.0, 2.0), frequency=st.floats(0.5, 3.0), seed=st.integers(0, 1000), at=st.floats(-0.3, 0.3))
def test_hopf_with_a_slaved_variable(slaving: float, frequency: float, seed: int, at: float) -> None:
    # ż = −z + r² follows with a lag that does not matter on the circle: ṙ = μ r + (s − 1) r³, l₁ = 2 (s − 1)/ω.
    rows = [(MU - at + slaving * z - SQUARE) * x - frequency * y, frequency * x + (MU - at + slaving * z - SQUARE) * y]
    form = Rotated(NormalForm([*rows, -z + SQUARE], (MU,)), rotation(seed, 3))
    (hopf,) = specials(followed(form, [0.0, 0.0, 0.0], -0.5, -1.0, 1.0))
    expected = 2.0 * (slaving - 1.0) / frequency
    assert hopf.kind == f"Hopf ({'supercritical' if expected < 0 else 'subcritical'})"
    assert hopf.p[0] == pytest.approx(at, abs=1e-10)
    assert hopf.frequency == pytest.approx(frequency, abs=1e-9)
    assert hopf.coefficient == pytest.approx(expected, abs=1e-6)
    jacobian = form.jacobian(hopf.u, hopf.p)
    assert np.abs(jacobian @ hopf.vector - 1j * hopf.frequency * hopf.vector).max() < 1e-8


def test_hopf_with_second_order_terms() -> None:
    # ẍ = −x + x² + (μ + x) ẋ. Guckenheimer–Holmes (3.4.11) gives a = 1/8 here, so l₁ = 2 a/ω = ¼.
    form = NormalForm([y, -x + x**2 + (MU + x) * y], (MU,))
    (hopf,) = specials(followed(form, [0.0, 0.0], -0.5, -1.0, 0.9))
    assert hopf.kind == "Hopf (subcritical)"
    assert hopf.coefficient == pytest.approx(0.25, abs=1e-9)


def test_hopf_on_a_level_set() -> None:
    """The Hopf form above, with x + y + z conserved by a third variable: one direction does not count."""
    s = x + y + z
    rows = [y + s / 3, -x + x**2 + (MU + x) * y]
    form = NormalForm([rows[0], rows[1], -rows[0] - rows[1]], (MU,), (), (s,))
    (hopf,) = specials(followed(form, [0.0, 0.0, 0.0], -0.5, -1.0, 0.9))
    assert hopf.p[0] == pytest.approx(0.0, abs=1e-12)
    assert hopf.frequency == pytest.approx(1.0, abs=1e-10)
    # |q| = 1 in three variables: q = (1, i, −1 − i)/2 instead of (1, i)/√2, so l₁ is half as large.
    assert hopf.coefficient == pytest.approx(0.125, abs=1e-9)


def test_hopf_on_a_curved_level_set() -> None:
    """z = x² is conserved, and z stands for x² in the equation: the coefficient is that of the plane."""
    form = NormalForm([y, -x + z + (MU + x) * y, 2 * x * y], (MU,), (), (z - x**2,))
    (hopf,) = specials(followed(form, [0.0, 0.0, 0.0], -0.5, -1.0, 0.9))
    assert hopf.kind == "Hopf (subcritical)"
    assert hopf.coefficient == pytest.approx(0.25, abs=1e-9)


def test_fold_and_pitchfork_on_curved_level_sets() -> None:
    """As above: ẋ = μ − z folds with a = −1, ẋ = μ x − x z is a pitchfork with c = −1."""
    fold = NormalForm([MU - y, 2 * x * (MU - y)], (MU,), (), (y - x**2,))
    (found,) = specials(followed(fold, [1.0, 1.0], 1.0, -1.0, 2.0))
    assert (found.kind, found.p[0]) == ("fold", pytest.approx(0.0, abs=1e-10))
    assert found.coefficient == pytest.approx(-1.0, abs=1e-9)
    rate = MU * x - x * y
    pitchfork = NormalForm([rate, 2 * x * rate], (MU,), (np.diag([-1.0, 1.0]),), (y - x**2,))
    (found,) = specials(followed(pitchfork, [0.0, 0.0], -0.5, -1.0, 1.0))
    assert found.kind == "pitchfork (supercritical)"
    assert found.coefficient == pytest.approx(-1.0, abs=1e-9)


def test_closed_loop() -> None:
    (loop,) = followed(NormalForm([x**2 + MU**2 - 1], (MU,)), [1.0], 0.0, -2.0, 2.0)
    assert loop.ended == (End(EndKind.CLOSED, "Closed: the branch came back to its start."),) * 2
    assert sorted(s.p[0] for s in loop.specials) == pytest.approx([-1.0, 1.0], abs=1e-12)
    length = loop.stops[-1].arclength
    # The metric measures the parameter in units of its interval 4: the perimeter of an ellipse with axes 1 and ¼.
    angles = np.linspace(0.0, 2.0 * np.pi, 20_001)
    perimeter = float(np.hypot(np.diff(np.cos(angles)), np.diff(np.sin(angles)) / 4.0).sum())
    assert length == pytest.approx(perimeter, rel=0.03)


def test_two_hopf_pairs_and_a_centre() -> None:
    """A pair that stays on the axis is no Hopf point; the one that crosses is."""
    form = NormalForm([MU * x - 2 * y - x * SQUARE, 2 * x + MU * y - y * SQUARE, 3 * w, -3 * z], (MU,))
    (hopf,) = specials(followed(form, [0.0, 0.0, 0.0, 0.0], -0.5, -1.0, 1.0))
    assert hopf.frequency == pytest.approx(2.0, abs=1e-9)


def test_two_crossings_in_one_step() -> None:
    form = NormalForm([(MU - sp.Rational(1, 100)) * x - x**3, (MU + sp.Rational(1, 100)) * y - 2 * y**3], (MU,))
    found = followed(form, [0.0, 0.0], -0.5, -1.0, 1.0, depth=0, largest_step=0.3)
    assert sorted(s.p[0] for s in specials(found)) == pytest.approx([-0.01, 0.01], abs=1e-10)


def test_symmetric_plane_has_its_axes() -> None:
    """D₄: two directions at once; branches along an axis and along the diagonal, each followed once."""
    swap, flip = np.array([[0.0, 1.0], [1.0, 0.0]]), np.diag([-1.0, 1.0])
    form = NormalForm([MU * x - x**3 - 3 * x * y**2, MU * y - y**3 - 3 * y * x**2], (MU,), (swap, flip))
    trivial, *others = followed(form, [0.0, 0.0], -0.5, -1.0, 1.0)
    assert trivial.specials[0].multiplicity == 2
    ends = sorted(sorted(np.abs(b.stops[-1].u)) for b in others)
    assert np.array(ends) == pytest.approx(np.array([[0.0, 1.0], [0.5, 0.5]]), abs=1e-10)


def test_budget_and_border_are_said() -> None:
    (branch,) = followed(NormalForm([MU - x], (MU,)), [0.0], 0.0, -1.0, 1.0, points=5)
    assert branch.ended == (End(EndKind.POINTS, "5 points were computed; raise `points` to go on."),) * 2
    (branch,) = followed(NormalForm([MU - x], (MU,)), [0.0], 0.0, -1.0, 1.0)
    assert branch.ended == LEFT_BOTH
    assert branch.stops[-1].u[0] == pytest.approx(1.0, abs=1e-12)
    (branch,) = followed(NormalForm([MU - x / 1000], (MU,)), [0.0], 0.0, -1.0, 1.0, largest_step=5.0)
    assert branch.ended[1].kind is EndKind.UNPHYSICAL
    assert branch.ended[1].sentence.startswith("The state became unphysical near 0.1")


def test_start_on_the_border() -> None:
    (branch,) = followed(NormalForm([MU - x], (MU,)), [-1.0], -1.0, -1.0, 1.0)
    assert branch.ended == LEFT_BOTH
    assert len({float(s.p[0]) for s in branch.stops}) == len(branch.stops)


def test_what_was_on_the_axis_does_not_cross_it() -> None:
    """An eigenvalue that is zero up to rounding at one end crosses, unless it was there before."""
    before, after = np.array([-1e-12, -1.0 + 0j]), np.array([1e-3, -1.0 + 0j])
    (crossing,) = crossings(before, after)
    assert (crossing.before, crossing.after) == (before[0], after[0])
    assert crossings(before, after, centres=True) == []
    (crossing,) = crossings(np.array([-1e-3 + 0j]), np.array([1e-3 + 0j]), centres=True)
    assert crossing.share == pytest.approx(0.5)
