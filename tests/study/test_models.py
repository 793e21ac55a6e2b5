"""A model written in a study file is the model that one writes in Python, to the last symbol."""

import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sympy import cos, cosh, exp, sqrt

import largespin as ls
from largespin.model.operators import transition
from largespin.study.definition import Study, checked_table
from largespin.study.problems import StudyError
from largespin.study.work import Work, prepare

COMPUTE = "\n[compute]\nwhat = 'evolve'\nstart = [0, 0, 1]\ntimes = 1.0\n"


def work(text: str, folder: Path = Path("."), compute: str = COMPUTE) -> Work:
    return prepare(Study(folder / "study.toml", checked_table(tomllib.loads(text + compute))))


def model(text: str, compute: str = COMPUTE) -> ls.Model:
    return work(text, compute=compute).model


def same_derivatives(one: ls.Model, other: ls.Model, **values: Any) -> None:
    """Both models move a state alike, whatever their formulas look like."""
    generator = np.random.default_rng(5)
    shape = (one.particles.number_of_blocks, one.particles.number_of_components)
    bloch = 0.3 * generator.uniform(-1, 1, shape)
    start = [m.state(bloch, 0.3 * generator.uniform(-1, 1, len(m.modes)) if m.modes else None) for m in (one, other)]
    ends = [
        ls.evolve(m, s, 0.7, parameters=values).m.values
        for m, s in zip((one, other), (start[0], start[0]), strict=True)
    ]
    np.testing.assert_allclose(ends[0], ends[1], atol=1e-10)


def test_hopfield_in_formulas_is_the_hopfield_network() -> None:
    text = """
    [model]
    patterns = 2
    energy = "Omega*m_x"
    [model.parameters]
    Omega = {}
    beta = { positive = true }
    [model.local_fields]
    dE = {}
    [[model.jumps]]
    operator = "raising"
    amplitude = "exp(+beta*dE/2)/sqrt(2)"
    [[model.jumps]]
    operator = "lowering"
    rate = "exp(-beta*dE)/2"
    [parameters]
    Omega = 0.2
    beta = 2.0
    """
    spins = ls.Spins(ls.ideal_large_spins(2))
    Omega, beta = ls.parameter("Omega"), ls.parameter("beta", positive=True)
    dE = spins.local_field(spins.overlaps("z"), symbol="dE")
    expected = ls.Model(
        spins,
        energy=Omega * spins.average("x"),
        jumps=[
            ls.Jump(spins.raising, exp(beta * dE / 2) / sqrt(2)),
            ls.Jump(spins.lowering, sqrt(exp(-beta * dE) / 2)),
        ],
    )
    found = model(text)
    assert found == expected
    ready = ls.models.hopfield(ls.ideal_large_spins(2))
    one = ls.evolve(found, [0, 0, 0.5], 5.0, Omega=0.2, beta=2.0)
    other = ls.evolve(ready, [0, 0, 0.5], 5.0, field=0.2, temperature=0.5)
    np.testing.assert_allclose(one.m.values, other.m.values, atol=1e-9)


def test_kinetically_constrained_model_with_a_definition_and_an_average() -> None:
    text = """
    [model]
    energy = "field*m_x"
    parameters = { up = { positive = true }, down = { positive = true }, field = 0.0 }
    averages = { n = { operator = "up" } }
    definitions = { root = "sqrt(up)", facilitated = "root*n" }
    jumps = [{ operator = "raising", amplitude = "facilitated" }, { operator = "lowering", amplitude = "sqrt(down)*n" }]
    [parameters]
    up = 1.0
    down = 0.5
    """
    spins = ls.Spins()
    up, down, field = (
        ls.parameter("up", positive=True),
        ls.parameter("down", positive=True),
        ls.parameter("field", default=0.0),
    )
    n = spins.average("up", symbol="n")
    root = ls.derived_parameter("root", sqrt(up))
    expected = ls.Model(
        spins,
        energy=field * spins.average("x"),
        jumps=[ls.Jump(spins.raising, root * n), ls.Jump(spins.lowering, sqrt(down) * n)],
    )
    assert model(text) == expected


def test_two_photon_dicke_model() -> None:
    text = """
    [model]
    energy = "m_z + omega*number_a + g*m_x*(amplitude_a**2 + conjugate_a**2)"
    parameters = { g = {}, omega = {}, kappa = { positive = true } }
    modes = [{ name = "a", loss = "kappa" }]
    [parameters]
    g = 0.1
    omega = 1
    kappa = 1
    """
    spins, cavity = ls.Spins(), ls.Mode("a")
    g, omega, kappa = ls.parameter("g"), ls.parameter("omega"), ls.parameter("kappa", positive=True)
    expected = ls.Model(
        spins,
        energy=spins.average("z")
        + omega * cavity.number
        + g * spins.average("x") * (cavity.amplitude**2 + cavity.conjugate**2),
        modes=[cavity],
        collective_jumps=[cavity.loss(kappa)],
    )
    assert model(text) == expected


def test_mode_names() -> None:
    text = "[model]\nenergy = 'field_a*m_x + q_a*p_b + number_b'\nmodes = [{ name = 'a' }, { name = 'b' }]"
    spins, a, b = ls.Spins(), ls.Mode("a"), ls.Mode("b")
    assert model(text) == ls.Model(spins, energy=a.field * spins.average("x") + a.q * b.p + b.number, modes=[a, b])


def test_boundary_time_crystal_and_complex_collective_jumps() -> None:
    text = "[model]\nenergy = 0.5\n[[model.collective_jumps]]\namplitude = '{}'"
    spins = ls.Spins()
    expected = ls.Model(spins, energy=0.5, collective_jumps=[ls.CollectiveJump(spins.average("lowering"))])
    assert model(text.format("m_lowering")) == expected
    assert model(text.format("(m_x - I*m_y)/2")) == expected
    assert model(text.format("m_x/2 - 1j*m_y/2")) == expected


def test_three_levels_with_transitions() -> None:
    pairs = [(i, j) for i in range(3) for j in range(3) if i != j]
    text = "[model]\nlevels = 3\nenergy = 'field*m_s12'\nparameters = { beta = { positive = true, default = 2 }, field = 0.1 }\n"
    for i in range(3):
        rows = [[float(k == m == i) for m in range(3)] for k in range(3)]
        text += f"[model.averages.n_{i}]\noperator = {rows}\n"
    for i, j in pairs:
        text += f"[[model.jumps]]\noperator = {{ to = {i}, from = {j} }}\namplitude = 'exp(beta*n_{i}/2)'\n"
    beta, field = ls.parameter("beta", positive=True, default=2.0), ls.parameter("field", default=0.1)
    atoms = ls.Particles(3)
    share = [atoms.average(transition(3, i, i), symbol=f"n_{i}") for i in range(3)]
    jumps = [ls.Jump(transition(3, i, j), exp(beta * share[i] / 2)) for i, j in pairs]
    expected = ls.Model(atoms, energy=field * atoms.average("s12"), jumps=jumps)
    compute = COMPUTE.replace("[0, 0, 1]", "[0, 0, 0, 0, 0, 0, 0, 0]")
    assert model(text, compute) == expected


def test_time_powers_and_blocks() -> None:
    text = """
    [model]
    weights = [0.25, 0.75]
    energy = "-m_z**3 + field*cos(t)*m_x + first*second"
    parameters = { field = 0.4 }
    averages = { first = { operator = "z", block = 0 }, second = { operator = "y", coefficients = [2.0, -1.0] } }
    per_block = { hot = [1.0, 0.0] }
    jumps = [{ operator = "lowering", amplitude = "hot" }, { operator = { to = "-x", from = "+x" }, rate = 0.25 }]
    """
    spins, field = ls.Spins(weights=np.array([0.25, 0.75])), ls.parameter("field", default=0.4)
    first = spins.average(spins.z, coefficients=[4.0, 0.0], symbol="first")
    second = spins.average(spins.y, coefficients=[2.0, -1.0], symbol="second")
    lower = 0.5 * np.array([[1.0, 1.0], [-1.0, -1.0]], dtype=np.complex128)
    expected = ls.Model(
        spins,
        energy=-(spins.average("z") ** 3) + field * cos(ls.time) * spins.average("x") + first * second,
        jumps=[ls.Jump(spins.lowering, spins.per_block([1.0, 0.0], symbol="hot")), ls.Jump(lower, 0.5)],
    )
    found = model(text)
    assert [str(jump.amplitude) for jump in found.jumps] == ["hot", "0.500000000000000"]
    np.testing.assert_allclose(found.jumps[1].operator, lower, atol=1e-15)
    same_derivatives(found, expected)


def test_local_field_with_a_matrix_and_chosen_averages() -> None:
    text = """
    [model]
    patterns = { ideal = 2, gauge = false }
    averages = { s_1 = { operator = "x" }, s_2 = { operator = "z" } }
    local_fields = { D = { averages = ["s_1", "o_2"], matrix = [[1, 0.5], [0, 2]] } }
    operators = { ladder = [[0, "1j"], [0, 0]] }
    jumps = [{ operator = "ladder", amplitude = "cosh(D)" }]
    """
    spins = ls.Spins(ls.ideal_large_spins(2, gauge=False))
    averages: list[Any] = [spins.average(spins.x, symbol="s_1"), spins.overlaps("z")[1]]
    field = spins.local_field(averages, matrix=[[1.0, 0.5], [0.0, 2.0]], symbol="D")
    assert model(text) == ls.Model(spins, jumps=[ls.Jump(np.array([[0, 1j], [0, 0]]), cosh(field))])


def test_ready_models_with_options() -> None:
    dicke = model(
        "[model]\nready = 'dicke'\npatterns = 2\noptions = { mode_frequencies = [1.5, 2], losses = 2, dephasing = true }\n"
        "[parameters]\nfield = 1\ncoupling = 1\ndephasing = 0.1"
    )
    spins = ls.ideal_large_spins(2)
    assert dicke == ls.models.dicke(spins, mode_frequencies=[1.5, 2.0], losses=2.0, dephasing=True)
    text = "[model]\nready = 'hopfield'\npatterns = {}\noptions = {{ rates = 'glauber' }}\n[parameters]\nfield = 1\ntemperature = 1"
    random = ls.large_spins(ls.random_patterns(2, 500, seed=3))
    assert model(text.format("{ random = 2, sites = 500, seed = 3 }")) == ls.models.hopfield(random, rates="glauber")


def test_pictures_are_beside_the_study(tmp_path: Path) -> None:
    from PIL import Image

    for number in range(2):
        picture = Image.new("L", (8, 8), 255)
        picture.paste(0, (number * 4, 0, number * 4 + 3, 8))
        picture.save(tmp_path / f"{number}.png")
    text = "[model]\nready = 'hopfield'\npatterns = { pictures = ['0.png', '1.png'] }\n[parameters]\nfield = 1\ntemperature = 1"
    found = work(text, tmp_path).model
    patterns = ls.patterns_from_images([tmp_path / "0.png", tmp_path / "1.png"])
    assert found == ls.models.hopfield(ls.large_spins(patterns))
    with pytest.raises(StudyError, match=r"must name picture files beside the study, but there is no '.*2\.png'"):
        work(text.replace("1.png", "2.png"), tmp_path)


@pytest.mark.parametrize(
    ("start", "bloch"),
    [
        ("[0, 0, 0.5]", [[0, 0, 0.5], [0, 0, 0.5]]),
        ("[[0.1, 0, 0.5], [0, 0.2, 1e-1]]", [[0.1, 0, 0.5], [0, 0.2, 0.1]]),
        ("{ pattern = 1, flipped = 0.1 }", [[0, 0, 0.8], [0, 0, -0.8]]),
        ("{ pattern = 1, antipattern = true }", [[0, 0, -1], [0, 0, 1]]),
    ],
)
def test_starts(start: str, bloch: list[list[float]]) -> None:
    text = "[model]\nready = 'hopfield'\npatterns = 2\n[parameters]\nfield = 1\ntemperature = 1"
    found = work(text, compute=COMPUTE.replace("[0, 0, 1]", start)).options["start"]
    np.testing.assert_allclose(found.bloch, bloch)


def test_starts_with_modes() -> None:
    text = "[model]\nenergy = 'number_a*m_z'\nmodes = [{ name = 'a' }]"
    found = work(text, compute=COMPUTE.replace("[0, 0, 1]", "{ bloch = [0, 0, 1], modes = ['0.5 - 1j/4'] }"))
    np.testing.assert_allclose(found.options["start"].amplitudes, [0.5 - 0.25j])
    # The library refuses a start without its modes; a study that names none means the vacuum.
    for start in ("[0, 0, 1]", "{ bloch = [0, 0, 1] }"):
        vacuum = work(text, compute=COMPUTE.replace("[0, 0, 1]", start)).options["start"]
        assert vacuum.amplitudes.tolist() == [0.0]


@pytest.mark.parametrize(
    ("times", "values"),
    [("2", 2.0), ("[0, 1, 3]", [0, 1, 3]), ("{ from = 1, to = 100, points = 3, scale = 'log' }", [1, 10, 100])],
)
def test_times(times: str, values: Any) -> None:
    text = "[model]\nenergy = 'm_z'"
    np.testing.assert_allclose(work(text, compute=COMPUTE.replace("1.0", times)).options["times"], values)


def test_transitions_between_named_states() -> None:
    from largespin.study.operators import matrix_of

    flip = matrix_of({"to": "+y", "from": "-y"}, 2, {})
    x, y = np.array([[0, 1], [1, 0]]), np.array([[0, -1j], [1j, 0]])
    np.testing.assert_allclose(y @ flip, flip, atol=1e-15)  # It ends in the state with σ_y = 1 …
    np.testing.assert_allclose(flip @ y, -flip, atol=1e-15)  # … and begins in the other.
    along_x = matrix_of({"to": "+x", "from": "-z"}, 2, {})
    np.testing.assert_allclose(x @ along_x, along_x, atol=1e-15)
    np.testing.assert_array_equal(matrix_of({"to": "up", "from": "down"}, 2, {}), ls.Spins().raising)
