"""Lines in two parameters and the special points on them, in normal forms where both are known."""

from dataclasses import replace

import numpy as np
import pytest
import sympy as sp
from static_forms import MU, NU, NormalForm, X, around, plane, tracer

from largespin.bifurcations.kinds.fold import FoldFamily
from largespin.bifurcations.kinds.hopf import HopfFamily
from largespin.bifurcations.special import SpecialPoint
from largespin.bifurcations.two_parameters import BoundaryCurve, curve_through, emanating
from largespin.ends import End, EndKind
from largespin.errors import FloatArray

x, y, z, w = X
SQUARE = x**2 + y**2
BOX = ((-1.0, 1.0), (-1.0, 1.0))


def on_cut(form: NormalForm, u: list[float], mu: float, nu: float) -> list[SpecialPoint]:
    """The special points on the branch through u at fixed ν."""
    rows = [sp.sympify(e).subs(NU, nu) for e in form.rows]
    found = tracer(replace(form, rows=rows, free=(MU,)), -2.0, 2.0).through(np.array(u, dtype=float), mu)
    return [replace(s, p=np.array([s.p[0], nu])) for s in found.specials]


def line(
    form: NormalForm, special: SpecialPoint, box: tuple[tuple[float, float], tuple[float, float]] = BOX
) -> BoundaryCurve:
    curve = curve_through(around(form), special, plane(*box))
    assert curve is not None
    return curve


def names(curve: BoundaryCurve) -> list[str]:
    return [", ".join(stop.specials) for stop in curve.specials]


def parameters(curve: BoundaryCurve) -> FloatArray:
    return np.array([stop.p for stop in curve.stops])


def test_cusp() -> None:
    form = NormalForm([MU + NU * x - x**3], (MU, NU))
    first, *_ = on_cut(form, [1.0], 0.0, 1.0)
    curve = line(form, first, ((-1.0, 1.0), (-1.0, 1.5)))
    assert names(curve) == ["cusp"]
    assert curve.specials[0].p == pytest.approx([0.0, 0.0], abs=1e-10)
    p = parameters(curve)
    assert np.abs(27.0 * p[:, 0] ** 2 - 4.0 * p[:, 1] ** 3).max() < 1e-10
    assert p[0, 0] * p[-1, 0] < 0.0
    assert {stop.reading.kind for stop in curve.stops} == {"fold"}


def test_bogdanov_takens() -> None:
    """ẍ = μ + ν x + x² + x ẋ: folds at 4μ = ν², Hopf points at μ = 0, ν < 0, l₁ > 0."""
    form = NormalForm([y, MU + NU * x + x**2 + x * y], (MU, NU))
    box = ((-1.0, 1.0), (-2.0, 1.0))
    hopf, fold = on_cut(form, [0.5 - 0.5 * np.sqrt(5.0), 0.0], -1.0, -1.0)
    folds, hopfs = line(form, fold, box), line(form, hopf, box)
    assert names(folds) == ["double zero"]
    assert names(hopfs) == ["double zero"]
    for curve in (folds, hopfs):
        assert curve.specials[0].p == pytest.approx([0.0, 0.0], abs=1e-9)
        assert curve.specials[0].residual < 1e-9
    p = parameters(folds)
    assert np.abs(4.0 * p[:, 0] - p[:, 1] ** 2).max() < 1e-10
    p = parameters(hopfs)
    assert np.abs(p[:, 0]).max() < 1e-10
    assert p[:, 1].max() < 1e-9
    ends = {end.kind: end.sentence for end in hopfs.ended}
    assert ends[EndKind.LEFT].startswith("The curve left the range")
    words = "The frequency went to zero: beyond the double zero eigenvalue there is no Hopf point."
    assert ends[EndKind.DOUBLE_ZERO] == words
    for stop in hopfs.stops[1:-1]:
        if not stop.specials:
            assert stop.reading.frequency == pytest.approx(np.sqrt(-stop.p[1]), abs=1e-9)
            assert stop.reading.coefficient > 0.0
    (born,) = emanating(around(form), folds, folds.specials[0], plane(*box))
    assert isinstance(born.family, HopfFamily)
    assert names(born) == []
    assert np.abs(parameters(born)[:, 0]).max() < 1e-9
    assert parameters(born)[:, 1].min() == pytest.approx(-2.0)
    probe = hopfs.stops[3]
    assert born.passes(around(form), probe.u, probe.p)
    assert not folds.passes(around(form), probe.u, probe.p)


def test_generalised_hopf() -> None:
    grow = MU + NU * SQUARE - SQUARE**2
    form = NormalForm([grow * x - y, x + grow * y], (MU, NU))
    (hopf,) = on_cut(form, [0.0, 0.0], -0.5, 0.5)
    curve = line(form, hopf)
    assert names(curve) == ["generalised Hopf"]
    assert curve.specials[0].p == pytest.approx([0.0, 0.0], abs=1e-10)
    for stop in curve.stops:
        # l₁ = 2 ν/ω with ω = 1.
        assert stop.reading.coefficient == pytest.approx(2.0 * stop.p[1], abs=1e-9)


def test_zero_hopf() -> None:
    grow = NU + z
    form = NormalForm([grow * x - y, x + grow * y, MU - z**2 - SQUARE], (MU, NU))
    hopf, fold = on_cut(form, [0.0, 0.0, 1.0], 1.0, 0.3)
    for special in (hopf, fold):
        curve = line(form, special)
        assert names(curve) == ["zero–Hopf"]
        assert curve.specials[0].p == pytest.approx([0.0, 0.0], abs=1e-8)
    p = parameters(line(form, hopf))
    assert np.abs(p[:, 0] - p[:, 1] ** 2).max() < 1e-10


def test_hopf_hopf() -> None:
    first, second = MU - NU - SQUARE, MU + NU - z**2 - w**2
    form = NormalForm([first * x - y, x + first * y, second * z - 2 * w, 2 * z + second * w], (MU, NU))
    found = on_cut(form, [0.0] * 4, -0.5, 0.3)
    assert sorted(s.frequency for s in found) == pytest.approx([1.0, 2.0])
    for special in found:
        curve = line(form, special)
        assert names(curve) == ["Hopf–Hopf"]
        assert curve.specials[0].p == pytest.approx([0.0, 0.0], abs=1e-10)
        assert len({round(stop.reading.frequency, 9) for stop in curve.stops}) == 1


def test_degenerate_pitchfork_and_its_folds() -> None:
    form = NormalForm([MU * x + NU * x**3 - x**5], (MU, NU), (-np.eye(1),))
    (pitchfork,) = on_cut(form, [0.0], -0.5, -0.3)
    curve = line(form, pitchfork)
    assert names(curve) == ["degenerate pitchfork"]
    assert curve.specials[0].p == pytest.approx([0.0, 0.0], abs=1e-10)
    for stop in curve.stops:
        kind = f"pitchfork ({'supercritical' if stop.p[1] < 0 else 'subcritical'})"
        assert stop.specials or stop.reading.kind == kind
    (folds,) = emanating(around(form), curve, curve.specials[0], plane(*BOX))
    assert isinstance(folds.family, FoldFamily)
    p = parameters(folds)
    assert p[0] == pytest.approx([0.0, 0.0], abs=1e-10)
    assert np.abs(4.0 * p[:, 0] + p[:, 1] ** 2).max() < 1e-10
    assert p[-1] == pytest.approx([-0.25, 1.0])


def test_folds_end_at_their_mirror_image() -> None:
    form = NormalForm([MU * x + NU * x**3 - x**5], (MU, NU), (-np.eye(1),))
    state = float(np.sqrt(0.5 * (0.5 + np.sqrt(0.25 + 4 * 0.5))))
    (fold,) = [s for s in on_cut(form, [state], 0.5, 0.5) if s.kind == "fold"]
    assert fold.p[0] == pytest.approx(-0.0625)
    curve = line(form, fold)
    words = "The curve ends in a state of more symmetry; beyond it lies its mirror image."
    assert End(EndKind.SYMMETRIC, words) in curve.ended
    assert np.linalg.norm(parameters(curve), axis=1).min() < 0.05


def test_transcritical_line_without_symmetry() -> None:
    form = NormalForm([(MU - NU**2 / 2) * x + NU * x**2 - x**3], (MU, NU))
    crossing, *_ = on_cut(form, [0.0], -0.5, -0.3)
    assert crossing.kind == "transcritical"
    curve = line(form, crossing)
    assert names(curve) == ["degenerate transcritical"]
    p = parameters(curve)
    assert np.abs(p[:, 0] - p[:, 1] ** 2 / 2).max() < 1e-10
    assert curve.specials[0].p == pytest.approx([0.0, 0.0], abs=1e-10)


def test_closed_line_is_followed_once() -> None:
    form = NormalForm([x**2 + MU**2 + NU**2 - 1], (MU, NU))
    first, last = on_cut(form, [float(np.sqrt(0.91))], 0.0, 0.3)
    curve = line(form, first, ((-1.5, 1.5), (-1.5, 1.5)))
    assert curve.ended == (End(EndKind.CLOSED, "Closed: the curve came back to its start."),) * 2
    p = parameters(curve)
    assert np.abs(np.linalg.norm(p, axis=1) - 1.0).max() < 1e-10
    turn = np.unwrap(np.arctan2(p[:, 1], p[:, 0]))
    assert 2.0 * np.pi <= abs(turn[-1] - turn[0]) < 2.5 * np.pi
    assert curve.passes(around(form), last.u, last.p)
