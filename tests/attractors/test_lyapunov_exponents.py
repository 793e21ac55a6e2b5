"""Lyapunov exponents against eigenvalues, Floquet multipliers, the divergence, literature and pairs of runs."""

from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from random_models import SPINS, Recipe, examples, library_model, start_state
from scipy.integrate import solve_ivp
from sentences import check_sentence

import largespin as ls
from largespin import floquet, lyapunov_exponents
from largespin.attractors.benettin import exponents, growth
from largespin.attractors.lyapunov_exponents import judge
from largespin.attractors.tangent import TangentFlow
from largespin.meanfield.numeric import numeric_mean_field
from largespin.outcomes import Ending, Outcome
from largespin.stationary.judgement import Judgement

HOPFIELD = ls.models.hopfield(ls.ideal_large_spins(1))
DICKE = ls.models.dicke(ls.ideal_large_spins(1))


class Lorenz:
    """The Lorenz system with its variational equations, by SciPy: the core knows nothing of models."""

    def __init__(self, u: np.ndarray, interval: float) -> None:
        self.u, self.interval = u, interval

    def rhs(self, _: float, state: np.ndarray) -> np.ndarray:
        (x, y, z), tangents = state[:3], state[3:].reshape(3, -1)
        jacobian = np.array([[-10.0, 10.0, 0.0], [28.0 - z, -1.0, -x], [y, x, -8.0 / 3.0]])
        flow = [10.0 * (y - x), x * (28.0 - z) - y, x * y - 8.0 / 3.0 * z]
        return np.concatenate([flow, (jacobian @ tangents).ravel()])

    def __call__(self, tangents: np.ndarray) -> np.ndarray:
        begin = np.concatenate([self.u, tangents[0].ravel()])
        end = solve_ivp(self.rhs, (0.0, self.interval), begin, method="DOP853", rtol=1e-7, atol=1e-9).y[:, -1]
        self.u = end[:3]
        return end[3:].reshape(1, 3, -1)


@pytest.mark.slow
def test_core_on_the_lorenz_system() -> None:
    # Literature: 0.9056, 0, −14.5723 (Sprott, Chaos and Time-Series Analysis, 2003).
    interval = 0.4
    logarithms = growth(Lorenz(np.array([1.0, 1.0, 20.0]), interval), np.eye(3)[None], 25, 900)
    values, errors = exponents(logarithms, interval)
    assert values.sum() == pytest.approx(-41.0 / 3.0, abs=1e-4)
    assert np.all(np.abs(values[0] - [0.9056, 0.0, -14.5723]) < 4.0 * errors[0] + 1e-3)
    assert errors[0].max() < 0.04


class Linear:
    """``v̇ = A v``."""

    def __init__(self, matrix: np.ndarray, interval: float) -> None:
        values, vectors = np.linalg.eig(matrix)
        self.step = (vectors @ np.diag(np.exp(values * interval)) @ np.linalg.inv(vectors)).real

    def __call__(self, tangents: np.ndarray) -> np.ndarray:
        return self.step @ tangents


def test_core_on_a_linear_system() -> None:
    matrix = np.array([[-0.1, 1.0, 0.0], [-1.0, -0.1, 0.0], [0.5, 0.0, 0.3]])
    logarithms = growth(Linear(matrix, 0.5), np.random.default_rng(0).normal(size=(2, 3, 3)), 100, 4000)
    assert logarithms.shape == (2, 4000, 3)
    values, errors = exponents(logarithms, 0.5)
    assert values == pytest.approx(np.array([[0.3, -0.1, -0.1]] * 2), abs=1e-3)
    assert np.all(np.abs(values - [0.3, -0.1, -0.1]) < 3 * errors + 1e-9)


def test_errors_are_those_of_a_mean() -> None:
    generator = np.random.default_rng(3)
    samples = generator.normal(0.7, 2.0, size=(400, 1000, 1))
    values, errors = exponents(samples * 0.5, 0.5)
    scatter = values.std()
    assert scatter == pytest.approx(2.0 / np.sqrt(1000), rel=0.1)
    # Of two estimates the larger: never below the truth on average, and not far above.
    assert 0.95 * scatter < errors.mean() < 1.5 * scatter


def test_errors_see_a_drift() -> None:
    # No scatter at all, but the rate falls from 1 to 0: half the difference between the halves, ¼.
    slope = np.linspace(1.0, 0.0, 1000).reshape(1, -1, 1)
    assert exponents(slope, 1.0)[1][0, 0] == pytest.approx(0.25, abs=1e-3)


def test_runs_end_where_evolve_does() -> None:
    result = lyapunov_exponents(HOPFIELD, [0, 0.1, 0.1], 30.0, settle=10.0, temperature=0.6, field=[0.5, 0.6])
    run = ls.evolve(HOPFIELD, [0, 0.1, 0.1], 40.0, temperature=0.6, field=[0.5, 0.6])
    assert result.m.values == pytest.approx(run.m.values, abs=1e-7)


@given(SPINS)
@examples(10)
def test_tangents_follow_the_jacobian(plan: Recipe) -> None:
    """The compiled tangent equations, the NumPy ones and differences of the flow agree."""
    model = library_model(plan)
    flow = TangentFlow(model, 2)
    n = model.number_of_variables
    u = start_state(plan, model).vector
    tangents = np.random.default_rng(1).normal(size=(n, 2))
    parameters = np.full(len(model.parameters), 0.7)
    change = flow.parted(flow.rhs(flow.joined(u, tangents), parameters, 0.0))[1]
    functions, size = numeric_mean_field(model), 1e-6
    for column in range(2):
        ahead, back = (functions.rhs(u + sign * size * tangents[:, column], parameters) for sign in (1, -1))
        assert change[:, column] == pytest.approx((ahead - back) / (2 * size), rel=1e-6, abs=1e-7)
    import heyoka as hy

    system = flow.system()
    assert len(system.rows) == flow.number_of_variables
    compiled = hy.cfunc([rhs for _, rhs in system.rows], [variable for variable, _ in system.rows])
    options: dict[str, Any] = {"pars": parameters} if compiled.nparams else {}
    joined = flow.joined(u, tangents)
    assert compiled(joined, **options) == pytest.approx(flow.rhs(joined, parameters, 0.0), rel=1e-10, abs=1e-10)


def test_stationary_state_has_its_eigenvalues() -> None:
    values: dict[str, Any] = {"temperature": [0.5, 0.8], "field": 0.1}
    result = lyapunov_exponents(HOPFIELD, [0, 0, 0.5], 2000.0, count=3, **values)
    for i, temperature in enumerate(values["temperature"]):
        states = ls.stationary_states(HOPFIELD, temperature=temperature, field=0.1)
        expected = np.sort(states.eigenvalue_real.values[0])[::-1]
        assert result.lyapunov_exponent.values[i] == pytest.approx(expected, abs=2e-3)
    assert result.verdict.values.tolist() == ["contracting"] * 2
    assert result.outcome.values.tolist() == ["finished"] * 2
    assert result.lyapunov_exponent.dims == ("temperature", "exponent")
    assert result.field.item() == 0.1


def test_cycle_has_zero_and_its_multipliers() -> None:
    place: dict[str, Any] = {"temperature": 0.6, "field": 0.6}
    cycle = floquet(HOPFIELD, [0, 0.1, 0.1], **place)
    expected = np.log(np.abs(cycle.multiplier_real + 1j * cycle.multiplier_imag)) / cycle.period
    result = lyapunov_exponents(HOPFIELD, [0, 0.1, 0.1], 4000.0, count=3, **place)
    assert result.lyapunov_exponent.values == pytest.approx(expected.values, abs=1e-3)
    assert result.verdict.item() == "neutral"
    assert "as on a cycle or torus" in result.sentence.item()


def test_sum_is_the_mean_divergence() -> None:
    result = lyapunov_exponents(HOPFIELD, [0, 0.1, 0.1], 600.0, count=3, settle=300.0, temperature=0.6, field=0.6)
    run = ls.evolve(HOPFIELD, [0, 0.1, 0.1], np.linspace(0, 900.0, 45001), temperature=0.6, field=0.6)
    u = run.m.values.reshape(-1, 3)[15000:]
    divergence = np.trace(numeric_mean_field(HOPFIELD).jacobian(u, np.array([0.6, 0.6])), axis1=-2, axis2=-1)
    # Parameters of the model in its own order; equal here, so it cannot matter.
    assert result.lyapunov_exponent.values.sum() == pytest.approx(divergence.mean(), abs=1e-3)


@pytest.mark.slow
def test_dicke_without_loss_is_chaotic_and_hamiltonian() -> None:
    """Exponents in pairs ±λ, two zeros for energy and time; the direction that would change |m| is left out."""
    place: dict[str, Any] = {"field": 0.5, "coupling": 0.9, "loss_1": 0.0}
    result = lyapunov_exponents(DICKE, DICKE.state([0.6, 0, 0.8], modes=0), 3000.0, count=5, **place)
    values, errors = result.lyapunov_exponent.values, result.lyapunov_error.values
    assert result.verdict.item() == "chaotic"
    assert np.isnan(values[4])
    assert values[0] == pytest.approx(-values[3], abs=3e-3)
    assert np.abs(values[1:3]).max() < 0.01
    assert np.sum(values[:4]) == pytest.approx(0.0, abs=1e-6)
    slope = _parting(place)
    assert values[0] == pytest.approx(slope, abs=4 * errors[0] + 0.02)


def _parting(place: dict[str, Any]) -> float:
    """The same from the distance of two near runs, pulled together again and again; no derivatives at all."""
    size, interval, rounds = 1e-7, 10.0, 300
    u = DICKE.state([0.6, 0, 0.8], modes=0).vector
    near = u + size * np.array([0.0, 1.0, 0.0, 0.0, 0.0])
    total = 0.0
    for number in range(rounds + 10):
        state = np.stack([u, near])
        state[:, :3] /= np.linalg.norm(state[:, :3], axis=1, keepdims=True)
        modes = (state[:, 3] + 1j * state[:, 4])[:, None] / np.sqrt(2)
        pair = DICKE.state(state[:, None, :3], modes, dims=("start",))
        run = ls.evolve(DICKE, pair, interval, tolerance=1e-13, **place)
        ends = np.concatenate([run.m.values[:, 0], run.q.values, run.p.values], axis=1)
        distance = np.linalg.norm(ends[1] - ends[0])
        if number >= 10:
            total += np.log(distance / np.linalg.norm(state[1] - state[0]))
        u, near = ends[0], ends[0] + size * (ends[1] - ends[0]) / distance
    return total / (rounds * interval)


def test_dicke_with_weak_coupling_is_regular() -> None:
    result = lyapunov_exponents(DICKE, DICKE.state([0.6, 0, 0.8], modes=0), 1000.0, field=0.5, coupling=0.1, loss_1=0.0)
    assert result.verdict.item() == "neutral"


@pytest.mark.slow
def test_driven_dicke_model_is_chaotic() -> None:
    """Explicit time is allowed; the drive makes chaos where the lossy model rests."""
    spins, mode = ls.Spins(ls.ideal_large_spins(1)), ls.modes("a", 1)[0]
    drive, pace = ls.parameters("drive pace")
    overlap = spins.overlaps("z")[0]
    energy = 0.5 * spins.average("x") + mode.number + 0.9 * (1 + drive * sp.cos(pace * ls.time)) * mode.field * overlap
    model = ls.Model(spins, energy=energy, collective_jumps=[mode.loss(0.1)], modes=[mode])
    result = lyapunov_exponents(
        model, model.state([0.6, 0, 0.8], modes=0), 3000.0, settle=500.0, drive=[0.0, 1.0], pace=1.0
    )
    assert result.verdict.values.tolist()[1] == "chaotic"
    assert result.lyapunov_exponent.values[0, 0] < 0.01
    assert result.lyapunov_exponent.values[1, 0] > 0.05


def test_many_runs_are_the_same_as_single_ones() -> None:
    fields = np.linspace(0.1, 0.6, 11)
    together = lyapunov_exponents(HOPFIELD, [0, 0.1, 0.1], 50.0, interval=0.5, temperature=0.55, field=fields)
    for i in (0, 5, 10):
        one = lyapunov_exponents(HOPFIELD, [0, 0.1, 0.1], 50.0, interval=0.5, temperature=0.55, field=fields[i])
        assert one.lyapunov_exponent.values == pytest.approx(together.lyapunov_exponent.values[i], abs=1e-8)


def test_settling_is_not_counted() -> None:
    # The start decays at rate 1 to 2 first; the exponents are those of the paramagnet.
    place: dict[str, Any] = {"temperature": 2.0, "field": 0.0}
    values = [
        lyapunov_exponents(HOPFIELD, [0, 0, 0.9], 40.0, settle=settle, **place).lyapunov_exponent.item()
        for settle in (0.0, 60.0)
    ]
    assert values[1] == pytest.approx(-0.5, abs=1e-6)
    assert abs(values[0] + 0.5) > 1e-3


def test_a_run_that_diverges_says_so() -> None:
    # Squeezing without loss: q grows as e^t beyond all numbers.
    spins, mode = ls.Spins(ls.ideal_large_spins(1)), ls.modes("a", 1)[0]
    strength = ls.parameters("strength")[0]
    model = ls.Model(spins, energy=strength * mode.q * mode.p, modes=[mode])
    start = model.state([0, 0, 1.0], [1.0])
    result = lyapunov_exponents(model, start, 1000.0, settle=0.0, interval=5.0, tolerance=1e-5, strength=[1.0])
    assert result.outcome.values.tolist() == ["failed"]
    assert np.isnan(result.lyapunov_exponent.values).all()
    assert result.sentence.values[0].startswith("Failed: ")


def test_judgements() -> None:
    done = Ending(Outcome.FINISHED, "")
    assert judge(0.1, 0.01, 1000.0, done).verdict == "chaotic"
    assert judge(0.1, 0.04, 1000.0, done).verdict == "neutral"
    assert judge(0.004, 0.0, 1000.0, done).verdict == "neutral"
    assert judge(-0.1, 0.01, 1000.0, done).verdict == "contracting"
    assert judge(np.nan, np.nan, 1000.0, done).outcome is Outcome.FAILED
    broken = judge(0.1, 0.0, 1000.0, Ending(Outcome.FAILED, "Not finite."))
    assert broken == Judgement(Outcome.FAILED, "Failed: Not finite.", "")
    nowhere = Ending(Outcome.NO_STATE, "No state at this point.")
    assert judge(np.nan, np.nan, 1000.0, nowhere) == Judgement(Outcome.NO_STATE, "No state at this point.", "")


def test_wrong_input() -> None:
    place: dict[str, Any] = {"temperature": 0.6, "field": 0.6}
    check_sentence(
        lambda: lyapunov_exponents(HOPFIELD, [0, 0, 1], 0.0, **place),
        "Argument `duration` must be above 0, but it is 0.",
    )
    check_sentence(
        lambda: lyapunov_exponents(HOPFIELD, [0, 0, 1], 10.0, count=4, **place),
        "Argument `count` must lie in [1, 3], but it is 4.",
    )
    check_sentence(
        lambda: lyapunov_exponents(HOPFIELD, [0, 0, 1], 10.0, interval=20.0, **place),
        "Argument `interval` must lie in (0, 10], but it is 20.",
    )
    check_sentence(
        lambda: lyapunov_exponents(HOPFIELD, [0, 0, 1], 10.0, tolerance=0.01, **place),
        "Argument `tolerance` must lie in [1e-15, 0.001], but it is 0.01.",
    )
    spins = ls.Spins()
    pulsed = ls.Model(spins, energy=sp.Heaviside(ls.time) * spins.average("x"))
    check_sentence(
        lambda: lyapunov_exponents(pulsed, [0, 0, 1], 10.0),
        "Argument `model` must suit the Taylor integrator, but the Taylor integrator cannot differentiate Heaviside(t).",
    )
    large = ls.models.dicke(ls.ideal_large_spins(7))
    check_sentence(
        lambda: lyapunov_exponents(large, large.state([0, 0, 1], modes=0), 10.0, count=206, field=0.5, coupling=1.0),
        "Argument `count` must leave at most 20000 equations, but 206 exponent(s) of 206 variables need 42642; ask for "
        "fewer exponents.",
    )
