"""Phase diagrams of whole models: analytic lines, rules of one's own, bookkeeping, refusals."""

import pickle
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from sentences import check_sentence

import largespin as ls
from largespin import phase_diagram
from largespin.phases import (
    Rule,
    Search,
    critical_couplings,
    default_rules,
    evaluate_points,
    has_phase,
    hopfield_rules,
    phase_names,
)
from largespin.phases.codes import codes_of, flags
from largespin.phases.hopfield import hopfield_search
from largespin.reproduce.hopfield_phases import expected_phases

HOPFIELD = ls.models.hopfield(ls.ideal_large_spins(1))
DICKE = ls.models.dicke(ls.ideal_large_spins(1))
PLANE = {"temperature": (0.45, 0.95), "field": (0.0, 0.5)}


def names(rules: Any, points: xr.Dataset) -> list[str]:
    """Names of the phases of a list of points."""
    codes = codes_of(rules, points)
    found: list[str] = phase_names(xr.DataArray(codes, attrs=flags(rules, codes))).values.tolist()
    return found


@pytest.fixture(scope="module")
def diagram() -> xr.Dataset:
    return phase_diagram(HOPFIELD, rules=hopfield_rules(), search=hopfield_search(), resolution=1 / 64, between=PLANE)


def test_adaptive_diagram_follows_the_analytic_lines(diagram: xr.Dataset) -> None:
    assert diagram.phase.dims == ("temperature", "field")
    assert diagram.phase.shape == (65, 65)
    expected = expected_phases(diagram.temperature.values[:, None], diagram.field.values[None, :])
    found = phase_names(diagram).values
    wrong = expected != found
    # Points that lie on a line to rounding are undecided.
    assert np.all(found[wrong] == "undecided")
    assert np.all(diagram.phase.values[wrong] == 0)
    assert wrong.sum() <= 2
    assert np.array_equal(diagram.phase.values == 4, found == "limit cycle")


def test_adaptive_diagram_is_the_uniform_one(diagram: xr.Dataset) -> None:
    arrays: dict[str, Any] = {name: np.linspace(low, high, 17) for name, (low, high) in PLANE.items()}
    uniform = phase_diagram(HOPFIELD, rules=hopfield_rules(), search=hopfield_search(), **arrays)
    assert uniform.evaluated.all()
    assert uniform.evaluations == uniform.uniform_evaluations == 17**2
    assert np.array_equal(uniform.phase.values, diagram.phase.values[::4, ::4])
    assert np.array_equal(uniform.temperature, diagram.temperature[::4])


def test_what_is_known_of_evaluated_points(diagram: xr.Dataset) -> None:
    seen = diagram.evaluated.values
    assert seen.sum() == diagram.evaluations < diagram.uniform_evaluations == 65**2
    for name in ("number_of_states", "number_of_stable", "motion"):
        assert np.array_equal(np.isfinite(diagram[name].values), seen), name
    assert np.all(diagram.number_of_stable.values[seen & (diagram.phase == 2).values] >= 2)
    o, beta = diagram.order.values, 1 / diagram.temperature.values[:, None]
    gap = (1 + 8 * diagram.field.values**2 / np.cosh(beta * o) ** 2) * o - np.tanh(beta * o)
    held = seen & has_phase(diagram, "retrieval").values
    assert np.abs(gap[held]).max() < 1e-8
    assert diagram.temperature.attrs["long_name"] == "temperature of the flips"
    assert "paramagnet: every pattern is forgotten." in diagram.attrs["rules"]


def test_one_axis_and_a_fixed_parameter() -> None:
    line = phase_diagram(
        HOPFIELD, between={"temperature": (0.7, 1.2)}, field=0.2, resolution=1e-4, search=Search(starts=8)
    )
    edge = 1 / (1 + 8 * 0.2**2)
    above = line.temperature.values > edge
    found = phase_names(line).values
    assert found[above].tolist() == ["disordered"] * int(above.sum())
    assert found[~above].tolist() == ["retrieval"] * int((~above).sum())
    assert line.sizes["temperature"] == 16 * 1024 + 1
    assert line.evaluations < 60
    assert line.field.item() == 0.2


def test_default_rules_on_the_dicke_model() -> None:
    grid: dict[str, Any] = {"coupling": np.linspace(0.31, 1.0, 8), "field": np.array([0.4, 0.7])}
    found = phase_diagram(DICKE, search=Search(window=None), **grid)
    critical = [critical_couplings(field, [1.0], 1.0)[0] for field in grid["field"]]
    expected = np.where(grid["coupling"][:, None] > critical, "retrieval", "disordered")
    assert phase_names(found).values.tolist() == expected.tolist()
    assert found.evaluated.all()


def test_broken_symmetry_without_patterns() -> None:
    """h = Ω x − g z²/2 with individual decay along x: order along z above a critical coupling."""
    spins, g = ls.Spins(), ls.parameter("g")
    lower = 0.5 * np.array([[1.0, 1.0], [-1.0, -1.0]])
    energy = 0.5 * spins.average("x") - g * spins.average("z") ** 2 / 2
    model = ls.Model(spins, energy=energy, jumps=[ls.Jump(lower.astype(complex), 0.7)])
    assert [rule.name for rule in default_rules(model)] == ["disordered", "ordered", "moving"]
    line = phase_diagram(model, between={"g": (0.2, 2.0)}, resolution=1e-3)
    assert set(phase_names(line).values) == {"disordered", "ordered"}
    # By hand: m = −x̂ is stationary; (y, z): ẏ = −Γy/2 − (2Ω − 2g) z, ż = −Γz/2 + 2Ω y with Γ = 0.49.
    edge = 0.5 + (0.49 / 2) ** 2 / (4 * 0.5)
    assert float(line.g[has_phase(line, "ordered").values].min()) == pytest.approx(edge, abs=2e-3)


def test_slow_decay_is_not_motion() -> None:
    """A weakly damped Dicke model still swings in the window, but comes to rest."""
    search = Search(window=(200.0, 300.0))
    impatient = Search(window=(200.0, 300.0), patience=0.0)
    place = {"coupling": np.array([1.0]), "field": np.array([0.5])}
    swinging = evaluate_points(DICKE, parameters=place, search=impatient)
    assert names(default_rules(DICKE), swinging) == ["retrieval + moving"]
    resting = evaluate_points(DICKE, parameters=place, search=search)
    assert names(default_rules(DICKE), resting) == ["retrieval"]
    assert resting.patient.item()
    # Where even that would take too long, nothing is claimed.
    slow = evaluate_points(DICKE, parameters={"coupling": np.array([1.2]), "field": np.array([0.1])}, search=search)
    assert not slow.patient.item()
    assert slow.motion.item() > 1e-3
    assert names(default_rules(DICKE), slow) == ["retrieval"]


def test_passing_motion_does_not_last() -> None:
    """Above the threshold of two modes a run stays near a saddle until t = 500, and is at rest at t = 1000."""
    model = ls.models.dicke(ls.ideal_large_spins(2))
    place = {"coupling": np.array([1.06640625]), "field": np.array([1.748046875])}
    known = evaluate_points(model, parameters=place, search=Search())
    assert known.motion.item() < 1e-5
    assert names(default_rules(model), known) == ["retrieval"]


def test_a_centre_that_decays_slowly_is_not_motion() -> None:
    """At strong coupling spins lose their energy at 1.4e-6 only, for the verdict a centre; that they rest is not seen."""
    model = ls.models.dicke(ls.ideal_large_spins(2))
    place = {"coupling": np.array([2.9]), "field": np.array([0.55])}
    known = evaluate_points(model, parameters=place, search=Search(window=(50.0, 80.0)))
    assert known.verdict.values[0, 0] == "centre"
    assert known.motion.item() > 1e-3
    assert not known.patient.item()
    assert names(default_rules(model), known) == ["retrieval"]


def test_creeping_to_a_halt_is_not_motion() -> None:
    place = {"temperature": np.array([1.0]), "field": np.array([0.0])}
    known = evaluate_points(HOPFIELD, parameters=place, search=Search(window=(100.0, 300.0)))
    assert known.motion.item() > 1e-3
    assert "moving" not in names(default_rules(HOPFIELD), known)[0]


def test_motion_is_that_of_the_liveliest_start() -> None:
    glauber = ls.models.hopfield(ls.ideal_large_spins(1), rates="glauber")
    held = ls.stationary_states(glauber, temperature=0.6, field=0.274).m.values[0]
    begin = np.stack([held, np.array([[0.0, 0.0, 0.01]])])
    place = {"temperature": np.array([0.6]), "field": np.array([0.274])}
    for order in (begin, begin[::-1]):
        known = evaluate_points(glauber, parameters=place, search=Search(motion_starts=glauber.state(order)))
        assert known.motion.item() > 0.1
        assert names(default_rules(glauber), known) == ["retrieval + moving"]


def test_centres_last_where_nothing_is_damped() -> None:
    place = {"coupling": np.array([0.3]), "field": np.array([0.5]), "loss_1": np.array([0.0])}
    known = evaluate_points(DICKE, parameters=place, search=Search(window=None))
    assert "centre" in known.verdict.values
    assert known.number_of_stable.item() >= 1
    assert names(default_rules(DICKE), known) == ["disordered"]


def test_rules_of_ones_own() -> None:
    rules = (
        Rule("one", lambda points: points.number_of_stable == 1),
        Rule("several", lambda points: points.number_of_stable > 1, "Multistable."),
        Rule("cold", lambda points: points.temperature < 0.6),
    )
    found = phase_diagram(HOPFIELD, rules=rules, temperature=[0.5, 0.8, 1.3], field=[0.1, 0.6])
    expected = [["several + cold", "cold"], ["several", "one"], ["one", "one"]]
    assert phase_names(found).values.tolist() == expected
    assert found.phase.values.tolist() == [[2 + 4, 4], [2, 1], [1, 1]]
    assert found.phase.attrs["flag_values"].tolist() == [1, 2, 4, 3, 5, 6, 7, 0]
    assert found.phase.attrs["flag_meanings"].split()[4:] == [
        "one_+_cold",
        "several_+_cold",
        "one_+_several_+_cold",
        "undecided",
    ]
    assert "several: Multistable." in found.attrs["rules"]


def test_undecided_points_say_why() -> None:
    never = Rule("never", lambda points: points.number_of_stable > 99)
    found = phase_diagram(HOPFIELD, rules=[never], temperature=[0.5], field=[0.2])
    assert found.phase.item() == 0
    assert phase_names(found).item() == "undecided"
    assert str(found.sentence.item()).startswith("Undecided: no rule holds; number_of_states 3, number_of_stable 2")


def counted(model: ls.Model, *, parameters: Any, search: Search) -> xr.Dataset:
    return xr.Dataset({"size": ("point", np.hypot(parameters["temperature"], parameters["field"]))})


def test_evaluation_of_ones_own_and_pickling() -> None:
    rule = Rule("far", lambda points: points["size"] > 1.0)
    near = Rule("near", lambda points: points["size"] <= 1.0)
    between = {"temperature": (0.01, 1.0), "field": (0.0, 1.0)}
    found = phase_diagram(HOPFIELD, rules=[near, rule], evaluate=counted, between=between, resolution=1e-2)
    radius = np.hypot(found.temperature.values[:, None], found.field.values)
    assert np.array_equal(has_phase(found, "far"), radius > 1.0)
    assert found.evaluations < 0.2 * found.uniform_evaluations
    search = hopfield_search()
    again = pickle.loads(pickle.dumps(search))
    place = {"temperature": np.array([0.5]), "field": np.array([0.2])}
    function, model = pickle.loads(pickle.dumps((evaluate_points, HOPFIELD)))
    one, other = (
        function(model, parameters=place, search=again),
        evaluate_points(HOPFIELD, parameters=place, search=search),
    )
    assert one.order.item() == other.order.item()


def test_dataset_can_be_stored(diagram: xr.Dataset, tmp_path: Path) -> None:
    diagram.to_netcdf(tmp_path / "diagram.nc", engine="h5netcdf")
    with xr.open_dataset(tmp_path / "diagram.nc", engine="h5netcdf") as again:
        assert np.array_equal(again.phase, diagram.phase)
        assert again.phase.dtype == np.int32
        assert (phase_names(again).values == phase_names(diagram).values).all()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        diagram.to_zarr(tmp_path / "diagram.zarr", consolidated=False)
    with xr.open_zarr(tmp_path / "diagram.zarr", consolidated=False) as again:
        assert (phase_names(again).values == phase_names(diagram).values).all()
        assert again.phase.attrs["flag_values"] == diagram.phase.attrs["flag_values"].tolist()


def test_boundaries_are_kept() -> None:
    curves = xr.Dataset(
        {
            "temperature": ("point", [0.5, 0.6]),
            "field": ("point", [0.1, 0.2]),
            "curve": ("point", [0, 0]),
            "kind": ("point", ["fold", "fold"]),
        }
    )
    found = phase_diagram(HOPFIELD, boundaries=curves, temperature=[0.5], field=[0.2])
    assert found.boundary_temperature.values.tolist() == [0.5, 0.6]
    assert found.boundary_kind.values.tolist() == ["fold", "fold"]
    check_sentence(
        lambda: phase_diagram(HOPFIELD, boundaries=curves.drop_vars("kind"), temperature=[0.5], field=[0.2]),
        "Argument `boundaries` must hold `kind` over the axis `point`, but it does not.",
    )


def test_wrong_planes() -> None:
    check_sentence(
        lambda: phase_diagram(HOPFIELD, between={"temperature": (0.2, 0.4)}, field=[0.1, 0.2]),
        "Argument `field` must be one number beside `between`, but its shape is (2,); a diagram covers either ranges or arrays "
        "of values.",
    )
    check_sentence(
        lambda: phase_diagram(HOPFIELD, temperature=0.2, field=0.1),
        "A phase diagram must have the ranges of one or two parameters in `between`, or one or two parameters given as arrays, "
        "but there is no `between`, and arrays are given for: none.",
    )
    check_sentence(
        lambda: phase_diagram(HOPFIELD, between={"temperature": (0.4, 0.2)}, field=0.1),
        "Argument `between` must give (low, high) with low < high for `temperature`, but it gives (0.4, 0.2).",
    )
    check_sentence(
        lambda: phase_diagram(HOPFIELD, between={}, field=0.1),
        "Argument `between` must give the ranges of one or two parameters, but it gives: none.",
    )
    check_sentence(
        lambda: phase_diagram(HOPFIELD, between=(0.2, 0.4), field=0.1),  # type: ignore[arg-type]
        'Argument `between` must be a mapping from parameters to ranges, such as {"field": (0, 0.8)}, but it is (0.2, 0.4).',
    )
    check_sentence(
        lambda: phase_diagram(HOPFIELD, between={"temperature": (0.2, 0.4)}, temperature=0.3, field=0.1),
        "Argument `temperature` must not be given, because `between` says where it moves.",
    )
    check_sentence(
        lambda: phase_diagram(HOPFIELD, temperature=[0.4, 0.2], field=0.1),
        "Argument `temperature` must be a number or one-dimensional with rising values, but it is not; give a range to be "
        'refined as `between={"temperature": (low, high)}`.',
    )
    check_sentence(
        lambda: phase_diagram(HOPFIELD, between={"temperature": (0.2, 0.4), "field": (0.1, 0.2)}, resolution=1e-5),
        "Argument `resolution` must leave at most 3e+07 points on the finest grid, but 1e-05 gives 131073 along each of 2 axes; "
        "raise it, or take a smaller part and `known=`.",
    )
    check_sentence(
        lambda: phase_diagram(HOPFIELD, heat=0.5),
        "`heat` is neither an option of `phase_diagram` nor a parameter of the model; its parameters are field, temperature.",
    )


@pytest.mark.parametrize("option", ["resolution", "coarse"])
def test_options_of_ranges_are_refused_without_ranges(option: str) -> None:
    options: dict[str, Any] = {option: 1}
    check_sentence(
        lambda: phase_diagram(HOPFIELD, temperature=[0.2, 0.4], field=0.1, **options),
        f"Argument `{option}` must be left out without `between`, because arrays of values are taken as they are; give "
        'ranges, such as `between={"temperature": (0.4, 1.2)}`.',
    )


def test_wrong_input() -> None:
    rule = Rule("a", lambda points: points.motion > 0)
    check_sentence(
        lambda: phase_diagram(HOPFIELD, rules=rule, temperature=[0.2, 0.4], field=0.1),  # type: ignore[arg-type]
        "Argument `rules` must be a list of one or more Rule objects, but it is not.",
    )
    check_sentence(
        lambda: phase_diagram(HOPFIELD, evaluate=lambda *_, **__: None, temperature=[0.5], field=[0.1]),  # type: ignore[arg-type]
        "Argument `evaluate` must return a Dataset with an axis `point` of the 1 points it is given, but it does not.",
    )
    check_sentence(
        lambda: phase_diagram(HOPFIELD, rules=[], temperature=[0.2, 0.4], field=0.1),
        "Argument `rules` must be a list of one or more Rule objects, but it is not.",
    )
    twice = [Rule("a", lambda points: points.motion > 0)] * 2
    check_sentence(
        lambda: phase_diagram(HOPFIELD, rules=twice, temperature=[0.2, 0.4], field=0.1),
        "Argument `rules` must have different names other than undecided, not 'a'.",
    )
    many = [Rule(f"a{number}", lambda points: points.motion > 0) for number in range(32)]
    check_sentence(
        lambda: phase_diagram(HOPFIELD, rules=many, temperature=[0.2, 0.4], field=0.1),
        "Argument `rules` must hold at most 31 rules, but it holds 32.",
    )
    for name in ("", "a + b", "limit_cycle", "a  b", " a"):
        with pytest.raises(
            ls.LargespinError, match=r"^Argument `name` must be a word or more, with single blanks and without _ or"
        ):
            Rule(name, lambda points: points.motion > 0)
    check_sentence(lambda: Rule("a", 3), "Argument `holds` must be a function of a Dataset, but it is 3.")  # type: ignore[arg-type]
    check_sentence(
        lambda: phase_diagram(
            HOPFIELD, rules=[Rule("a", lambda points: points.lasting)], temperature=[0.5], field=[0.1]
        ),
        "Rule `a` must return one truth value for each point, but it returned values of type bool over point, state; "
        'reduce other axes, as in `.any("state")`.',
    )
