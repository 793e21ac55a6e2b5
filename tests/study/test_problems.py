"""Everything that is wrong with a study is said at once, with the key as it stands in the file and what is allowed."""

import tomllib
from pathlib import Path

import pytest
from sentences import check_sentence

from largespin.errors import LargespinError
from largespin.study import StudyError, read_study
from largespin.study.definition import LARGEST_FILE, Study, checked_table
from largespin.study.work import prepare

HOPFIELD = """
[model]
ready = "hopfield"
patterns = 1
[parameters]
field = 0.1
temperature = 0.5
[compute]
what = "evolve"
start = [0, 0, 1]
times = 1
"""
OWN = """
[model]
energy = "Omega*m_x"
parameters = { Omega = 1.0 }
[compute]
what = "evolve"
start = [0, 0, 1]
times = 1
"""


def problems(text: str) -> list[str]:
    """All problems of a study; none if it can be run."""
    try:
        prepare(Study(Path("study.toml"), checked_table(tomllib.loads(text))))
    except StudyError as error:
        return list(error.problems)
    return []


def test_the_two_studies_of_this_page_are_right() -> None:
    assert problems(HOPFIELD) == problems(OWN) == []


def test_all_problems_of_types_are_said_at_once() -> None:
    text = """
    bla = 3
    [model]
    nam = "mine"
    energy = ["m_x"]
    levels = 2.0
    [model.parameters]
    Omega = { default = true, posit = 3 }
    "Ω" = 1.0
    exp = 1.0
    lambda = 1.0
    [[model.jumps]]
    amplitude = "1"
    rate = "1"
    operator = "x"
    [[model.jumps]]
    name = "second"
    [sweep]
    a = { from = 1, to = 2, points = 0 }
    b = 3
    c = []
    d = [1, 1]
    e = { from = 1, to = 1, points = 2 }
    f = { from = 0, to = 1, points = 2, scale = "log" }
    g = { from = 1, points = 2 }
    h = { values = [1], to = 2 }
    [compute]
    [run]
    executor = "tcp://evil:1"
    workers = 0
    [output]
    plot = 3
    """
    name = (
        "must be a name of at most 40 letters a–z, digits and _ that begins with a letter and is no word of Python, but it "
        "is not."
    )
    assert problems(text) == [
        "Key `model.levels` must be a whole number, but it is 2.0.",
        "Key `model.parameters.Omega.default` must be a number, but it is true.",
        "Key `model.parameters.Omega.posit` is unknown; did you mean `positive`?",
        f"Key `model.parameters.Ω` {name}",
        "Key `model.parameters.exp` must be another name, because formulas use this one already.",
        f"Key `model.parameters.lambda` {name}",
        "Key `model.energy` must be text in quotes, but it is ['m_x'].",
        "Key `model.jumps[1]` must have either `amplitude` or `rate` (its square), but it has both.",
        "Key `model.jumps[2].operator` must be given, but it is missing.",
        "Key `model.nam` is unknown; did you mean `name`?",
        "Key `sweep.a.points` must be at least 1, but it is 0.",
        "Key `sweep.b` must be a list of numbers or { from = …, to = …, points = … }, but it is neither.",
        "Key `sweep.c.values` must have at least 1 entries, but it has 0.",
        "Key `sweep.d` must not repeat values, but it does.",
        "Key `sweep.e` must have different `from` and `to`, but they are equal.",
        "Key `sweep.f` must have `from` and `to` above zero for the scale `log`, but one is not.",
        "Key `sweep.g` must have `from` and `to`, but `to` is missing.",
        "Key `sweep.h` must have either `values` or `from`, `to` and `points`, but it has both.",
        "Key `compute.what` must be given, but it is missing.",
        "Key `output.plot` must be true, false or the name of a variable in quotes, but it is none of them.",
        "Key `run.executor` must be one of 'serial', 'processes', 'dask', but it is 'tcp://evil:1'.",
        "Key `run.workers` must be at least 1, but it is 0.",
        "Key `bla` is unknown; allowed are title, description, model, parameters, sweep, compute, output, run.",
    ]


def test_all_problems_of_meaning_are_said_at_once() -> None:
    text = """
    [model]
    energy = "Omega*m_x/2 + foo"
    definitions = { half = "1/0", more = "half + m_z" }
    averages = { a = { operator = "z", block = 1 }, b = { operator = "zz" } }
    local_fields = { D = {}, E = { averages = ["m_z", "half"] } }
    per_block = { hot = [1, 2] }
    [model.parameters]
    Omega = {}
    m_x = 1
    [[model.jumps]]
    operator = "lowring"
    amplitude = "I"
    [[model.jumps]]
    operator = "x"
    amplitude = "m_x*m_z"
    [[model.jumps]]
    operator = { to = 0, from = 3 }
    [[model.jumps]]
    operator = [[1, 0]]
    [[model.jumps]]
    operator = 3
    rate = "more"
    [[model.collective_jumps]]
    amplitude = "m_y*"
    [compute]
    what = "evolv"
    [output]
    file = "x.txt"
    """
    known = (
        "D, E, I, Omega, a, b, half, hot, m_down, m_identity, m_lowering, m_raising, m_up, m_x, m_y, m_z, more, pi, t"
    )
    assert problems(text) == [
        "Key `model.parameters.m_x` must have another name, because `m_x` has a meaning already.",
        "Key `model.averages.a` must be an average over blocks that exist, but it has block 1; there are 1, counted from 0.",
        "Key `model.averages.b` must name an operator, but 'zz' is none; did you mean `z`?",
        "Key `model.per_block.hot` must have one entry per block (1), but it has 2.",
        "Key `model.local_fields.D`: These particles have no patterns: give `coefficients` or make them with `large_spins`.",
        "Key `model.local_fields.E.averages` must name averages such as `m_z` or `o_1`, but 'half' is none.",
        "Key `model.definitions.half` must be small enough to work with, but in `1/0` at column 1 there is no value (a "
        "division by zero, or the logarithm of zero).",
        f"Key `model.energy` must use known names, but `foo` at column 15 is not one of them; known are {known}.",
        "Key `model.jumps[1].operator` must name an operator, but 'lowring' is none; did you mean `lowering`?",
        "Key `model.jumps[1].amplitude`: The amplitude must be real, but its imaginary part is 1.",
        "Key `model.jumps[2].amplitude`: The amplitude must depend on the state through one linear combination of averages, "
        "but m_x*m_z depends on `m_x`, `m_z` separately; split it into several jumps or rewrite it as a function of a sum.",
        "Key `model.jumps[3].operator` must name levels from 0 to 1 or one of up, down, +z, -z, +x, -x, +y, -y, but 3 is "
        "none.",
        "Key `model.jumps[4].operator` must have 2 rows of 2 numbers, one per level, but it has not.",
        "Key `model.jumps[5].operator` must be a name, { to = …, from = … } or rows of numbers, but it is none of them.",
        "Key `model.collective_jumps[1].amplitude` must be an expression, but something is missing or too much (perhaps a "
        "*) at its end.",
        "Key `output.file` must end in .nc or .zarr, but it is 'x.txt'.",
        "Key `compute.what` must name a computation, but 'evolv' is none; did you mean `evolve`?",
    ]


CASES = {
    ("ready = ", "raedy = "): "Key `model.raedy` is unknown; allowed are name, levels, weights",
    ('"hopfield"', '"hopfild"'): "Key `model.ready` must name a ready model, but 'hopfild' is none; did you mean `hopfield`?",
    ("patterns = 1\n", ""): "Key `model.patterns` must be given for the model hopfield, but it is missing.",
    ("patterns = 1", "patterns = 0"): "Key `model.patterns.ideal` must be at least 1, but it is 0.",
    ("patterns = 1", "patterns = true"): "Key `model.patterns` must be a number of ideal patterns, { random",
    ("patterns = 1", "patterns = { random = 2 }"): "Key `model.patterns` must have `random` together with `sites`",
    ("patterns = 1", "patterns = {}"): "Key `model.patterns` must have one of `ideal`, `random` and `pictures`, but it has none.",
    ("patterns = 1", "patterns = { random = 100000, sites = 100000 }"): "must have at most 100000000 values",
    ("patterns = 1", "patterns = 1\noptions = { rate = 'x', learning = 3 }"): "Key `model.options.rate` is unknown; did you mean `rates`?",
    ("patterns = 1", "patterns = 1\noptions = { rates = 'x' }"): "must be one of exponential, glauber, but it is 'x'.",
    ("times = 1", "times = -1"): "",
    ("times = 1", "times = { from = 0, to = 1 }"): "Key `compute.times` must have `points`, but they are missing.",
    ("times = 1", "times = { from = 0, to = 1, pionts = 2 }"): "Key `compute.times.pionts` is unknown; did you mean `points`?",
    ("times = 1", ""): "Key `compute.times` must be given for evolve, but it is missing.",
    ("times = 1", "times = 1\ntolerance = 'x'"): "Key `compute.tolerance` must be a number, but it is 'x'.",
    ("times = 1", "times = 1\ntolerance = true"): "Key `compute.tolerance` must be a number, but it is true.",
    ("times = 1", "times = 1\ntolerence = 1e-3"): "Key `compute.tolerence` is unknown; did you mean `tolerance`?",
    ("times = 1", "times = 1\nworkers = 2"): "Key `compute.workers` is unknown; allowed are",
    ("[0, 0, 1]", "[0, 0, 2]"): "Key `compute.start` must be states (ρ ≥ 0; for spin ½ |m| ≤ 1), but",
    ("[0, 0, 1]", "{ pattern = 7 }"): "Key `compute.start` must lie in [0, 0], but it is 7.",
    ("[0, 0, 1]", "{ pattern = 0, bloch = [0, 0, 1] }"): "Key `compute.start` must have one of `bloch` and `pattern`",
    ("[0, 0, 1]", "{ bloch = [0, 0, 1], modes = ['1', '2'] }"): "Key `compute.start` must be finite and end in an axis of 0",
    ("[0, 0, 1]", "'up'"): "Key `compute.start` must be a Bloch vector, { pattern = … } or { bloch = … }",
    ("field = 0.1", "field = 0.1\nfeild = 1"): "Key `parameters.feild` must be a parameter of the model, but it is none; did you",
    ("field = 0.1", ""): "Key `parameters.field` must be given (or swept), but it is missing.",
    ("field = 0.1", "field = 'x'"): "Key `parameters.field` must be a number, but it is 'x'.",
    ("field = 0.1", "field = nan"): "Key `parameters.field` must be finite, but it is nan.",
    ("temperature = 0.5", "temperature = 0"): "Key `parameters.temperature` must be above zero, but it is 0.",
    ("[compute]", "[sweep]\nfield = [1, 2]\n[compute]"): "Key `sweep.field` must not be given as a fixed parameter too",
    ("[compute]", "[sweep]\nparticles = [1, 2]\n[compute]"): "Key `sweep.particles` must be a parameter of the model, but it is",
    ("field = 0.1\ntemperature = 0.5\n", "temperature = 0.5\n[sweep]\nfield = { from = 0, to = 1 }\n"): "Key `sweep.field.points` must be given, but it is missing.",
}  # fmt: skip


@pytest.mark.parametrize(("old", "new"), CASES)
def test_single_problems(old: str, new: str) -> None:
    assert old in HOPFIELD
    found = problems(HOPFIELD.replace(old, new))
    if CASES[old, new]:
        assert any(CASES[old, new] in sentence for sentence in found), found
        assert all(sentence.startswith("Key `") for sentence in found)


def test_patterns_of_a_model_of_ones_own() -> None:
    both = OWN.replace("[model]", "[model]\npatterns = 1\nweights = [1.0]")
    assert problems(both) == [
        "Key `model` must have `patterns` or `weights`, but it has both; patterns bring their weights."
    ]
    three = OWN.replace("[model]", "[model]\npatterns = 1\nlevels = 3")
    assert problems(three) == ["Key `model` must have 2 `levels` with `patterns`, but it has 3."]
    wrong = OWN.replace("[model]", "[model]\nweights = [0.5, 0.6]")
    assert problems(wrong) == ["Key `model` must sum to 1, but the sum is 1.1."]


def test_parameters_that_evaluation_needs_by_name_cannot_be_swept() -> None:
    text = OWN.replace("Omega", "options").replace("[compute]", "[sweep]\noptions = [1, 2]\n[compute]")
    (sentence,) = problems(text)
    assert sentence.startswith(
        "Key `sweep.options` must be a parameter of another name than model, computation, options"
    )


def test_particles_are_whole_numbers() -> None:
    text = HOPFIELD.replace('"evolve"', '"exact.evolve"')
    assert problems(text) == ["Key `compute.particles` must be given for exact.evolve, but it is missing."]
    for wrong in ("0", "[4.5]", "true", "'4'"):
        (sentence,) = problems(text + f"particles = {wrong}\n")
        assert sentence.startswith("Key `compute.particles` must be a whole number above 0, or one per block")
    assert problems(text + "particles = 4\n") == problems(text + "particles = [4]\n") == []
    for wrong in ("[4.4, 4.2]", "[0, 4]", "{ from = 1, to = 3, points = 9 }"):
        (sentence,) = problems(text.replace("[compute]", f"[sweep]\nparticles = {wrong}\n[compute]"))
        assert sentence == "Key `sweep.particles` must hold different whole numbers above 0, but it does not."
    (sentence,) = problems(text.replace("[compute]", "[sweep]\nparticles = [4, 8]\n[compute]") + "particles = 4\n")
    assert sentence == "Key `compute.particles` must be left out, because it is swept."


def test_files_that_are_no_studies(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    check_sentence(lambda: read_study(file), f"A study must be a TOML file, but {str(file)!r} is no file.")
    check_sentence(lambda: read_study(tmp_path), f"A study must be a TOML file, but {str(tmp_path)!r} is a folder.")
    file.write_bytes(b"\xff\xfe")
    check_sentence(lambda: read_study(file), f"A study must be text in UTF-8, but {str(file)!r} is not.")
    file.write_text("a = \n")
    with pytest.raises(
        LargespinError, match=r"^A study must be TOML, but '.*' is not: Invalid value \(at line 1, column 5\)\.$"
    ):
        read_study(file)
    file.write_text("[" * 100_000)
    with pytest.raises(LargespinError, match=r"^A study must be TOML, but"):
        read_study(file)
    file.write_text("a = " + "[" * 50_000 + "]" * 50_000)
    with pytest.raises(LargespinError, match=r"^A study must"):
        read_study(file)
    file.write_text("#" * (LARGEST_FILE + 1))
    check_sentence(lambda: read_study(file), f"A study must have at most 1000000 bytes, but {str(file)!r} is larger.")
    file.write_text("")
    with pytest.raises(
        StudyError, match=r"^Key `model` must be given, but it is missing\.\nKey `compute` must be given"
    ):
        read_study(file)


def test_problems_travel_between_processes() -> None:
    import pickle

    error = pickle.loads(pickle.dumps(StudyError(["one", "two"])))
    assert error.problems == ("one", "two")
    assert str(error) == "one\ntwo"


def test_a_parameter_that_no_formula_uses() -> None:
    unused = OWN.replace("Omega*m_x", "m_x") + "[parameters]\nOmega = 2.0\n"
    words = "must be a parameter that a formula uses, but none does; remove it, or use it."
    assert problems(unused) == [f"Key `parameters.Omega` {words}"]
    assert problems(unused.replace("[parameters]\nOmega = 2.0", "[sweep]\nOmega = [1, 2]")) == [
        f"Key `sweep.Omega` {words}"
    ]


def test_ranges_too_narrow_for_their_points() -> None:
    narrow = "{ from = 1.0, to = 1.0000000000000002, points = 5 }"
    assert problems(HOPFIELD.replace("temperature = 0.5", f"[sweep]\ntemperature = {narrow}")) == [
        "Key `sweep.temperature` must have different values, but `from` and `to` are too close for so many points."
    ]


def test_numbers_of_particles_are_not_rounded_behind_the_back() -> None:
    exact = HOPFIELD.replace('"evolve"', '"exact.evolve"') + "[sweep]\nparticles = VALUES\n"
    assert problems(exact.replace("VALUES", "[4, 8.0]")) == []
    assert problems(exact.replace("VALUES", "{ from = 4, to = 9, points = 3 }")) == []
    assert problems(exact.replace("VALUES", "[4.5, 8]")) == [
        "Key `sweep.particles` must hold different whole numbers above 0, but it does not."
    ]


def test_the_mark_with_which_some_editors_begin_text(tmp_path: Path) -> None:
    (tmp_path / "a.toml").write_text(HOPFIELD, encoding="utf-8-sig")
    assert read_study(tmp_path / "a.toml").table.compute.what == "evolve"
