"""What a user reads after a mistake: the whole sentence, which names the argument and what would be allowed."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import sympy as sp
import xarray as xr

import largespin as ls

spins = ls.Spins()
x, z = spins.average("x"), spins.average("z")
net = ls.models.hopfield(ls.ideal_large_spins(2))
dicke = ls.models.dicke(ls.ideal_large_spins(1))
P: dict[str, Any] = {"temperature": 1.0, "field": 0.2}
a = ls.Mode("a")
nan = float("nan")
wrong_thing: Any = 2
words: Any = "hopfield"


def model(**definition: Any) -> ls.Model:
    return ls.Model(spins, **definition)


def run(start: Any = (0, 0, 1), times: Any = 1.0, **changes: Any) -> xr.Dataset:
    return ls.evolve(net, start, times, **{**P, **changes})


CASES: dict[str, tuple[Callable[[], object], str]] = {
    "unknown symbol": (
        lambda: model(energy=sp.Symbol("B") * x),
        "The energy contains the unknown symbol `B`; declare it with `ls.parameter('B')`, or use an average, a mode or `ls.time`.",
    ),
    "energy not real": (
        lambda: model(energy=sp.I * x),
        "The energy must be real, but its imaginary part is m_x.",
    ),
    "energy is text": (
        lambda: model(energy="m_x"),
        "Argument `energy` must be a number or a SymPy expression, but it is the text 'm_x'.",
    ),
    "energy is None": (
        lambda: model(energy=None),
        "Argument `energy` must be a number or a SymPy expression, but a NoneType is neither.",
    ),
    "energy is a matrix": (
        lambda: model(energy=np.eye(2)),
        "Argument `energy` must be a number or a SymPy expression, but a ndarray is neither.",
    ),
    "energy not finite": (
        lambda: model(energy=sp.oo * x),
        "Argument `energy` must be finite, but it is oo*m_x.",
    ),
    "energy NaN": (
        lambda: model(energy=nan),
        "Argument `energy` must be finite, but it is nan.",
    ),
    "local field in energy": (
        lambda: ls.Model(net.particles, energy=net.particles.local_field(net.particles.overlaps())),
        "The energy must be one number for the whole system, but `Delta` differs from block to block.",
    ),
    "mode not declared": (
        lambda: model(energy=a.number),
        "The energy uses mode 'a', which is not in `modes`.",
    ),
    "other particles": (
        lambda: model(energy=ls.Particles(2, weights=np.array([0.5, 0.5])).average("x")),
        "The energy uses `m_x`, an average of other particles than the model's.",
    ),
    "quadrature in rate": (
        lambda: model(jumps=[ls.Jump(spins.z, a.q)], modes=[a]),
        "The amplitude of jump 1 may not depend on `q_a`: only averages, local fields, parameters and time are allowed.",
    ),
    "two averages apart": (
        lambda: model(jumps=[ls.Jump(spins.z, x * z)]),
        "The amplitude of jump 1 must depend on the state through one linear combination of averages, but m_x*m_z depends on `m_x`, `m_z` separately; split it into several jumps or rewrite it as a function of a sum.",
    ),
    "complex amplitude": (
        lambda: model(jumps=[ls.Jump(spins.z, sp.I)]),
        "The amplitude of jump 1 must be real, but its imaginary part is 1.",
    ),
    "root of a negative": (
        lambda: model(jumps=[ls.Jump(spins.z, sp.sqrt(z))]),
        "The amplitude of jump 1 must be real for every state, but sqrt(m_z) becomes complex.",
    ),
    "pole at zero": (
        lambda: model(jumps=[ls.Jump(spins.z, 1 / z)]),
        "The amplitude of jump 1 must be finite for every state, but 1/m_z is not.",
    ),
    "infinite rate": (
        lambda: ls.Jump(spins.z, float("inf")),
        "Argument `amplitude` must be finite, but it is oo.",
    ),
    "NaN rate": (
        lambda: ls.Jump(spins.z, nan),
        "Argument `amplitude` must be finite, but it is nan.",
    ),
    "text rate": (
        lambda: ls.Jump(spins.z, "gamma"),
        "Argument `amplitude` must be a number or a SymPy expression, but it is the text 'gamma'.",
    ),
    "wrong matrix size": (
        lambda: model(jumps=[ls.Jump(np.eye(3, dtype=complex), 1, name="hop")]),
        "Argument `operator of jump hop` must be a 2 × 2 matrix because the particles have 2 levels, but its shape is (3, 3).",
    ),
    "NaN in matrix": (
        lambda: model(jumps=[ls.Jump(np.diag([1.0, nan]))]),
        "Argument `operator` must be finite, but it contains NaN or infinity.",
    ),
    "not a jump": (
        lambda: model(jumps=[spins.lowering]),
        "Argument `jumps` must contain `Jump` objects only, but one is a ndarray.",
    ),
    "particles of another kind": (
        lambda: ls.Model(wrong_thing),
        "Argument `particles` must be Particles or Spins, but it is a int.",
    ),
    "two modes of one name": (
        lambda: model(modes=[a, ls.Mode("a")]),
        "Argument `modes` must have different names, but they are a, a.",
    ),
    "mode name": (
        lambda: ls.Mode("a b"),
        "Argument `name` must be a Python name such as 'a', but it is 'a b'.",
    ),
    "one name, two meanings": (
        lambda: model(energy=x * spins.average("z", symbol="m_x")),
        "Two different quantities of the model are both called `m_x`; give one another name with `symbol=`.",
    ),
    "one key, two parameters": (
        lambda: model(energy=ls.parameter("field", symbol="B") * x + ls.parameter("field", symbol="A") * z),
        "The parameters `A` and `B` are both given as `field`; give one another key.",
    ),
    "parameter key": (
        lambda: ls.parameter("trans verse"),
        "Argument `key` must be a Python name such as 'field', but it is 'trans verse'.",
    ),
    "abbreviation of an average": (
        lambda: ls.derived_parameter("D", x**2),
        "Argument `definition` must contain parameters, time and numbers only, but it contains `m_x`.",
    ),
    "levels": (
        lambda: ls.Particles(1),
        "Argument `levels` must be at least 2, but it is 1.",
    ),
    "weights sum": (
        lambda: ls.Particles(2, weights=np.array([0.5, 0.6])),
        "Argument `weights` must sum to 1, but the sum is 1.1.",
    ),
    "empty block": (
        lambda: ls.Particles(2, weights=np.array([1.0, 0.0])),
        "Argument `weights` must be above zero for every block; leave empty blocks out.",
    ),
    "weights NaN": (
        lambda: ls.Particles(2, weights=np.array([1.0, nan])),
        "Argument `weights` must be finite, but it contains NaN or infinity.",
    ),
    "coefficient columns": (
        lambda: ls.Particles(2, coefficients=np.ones((2, 3))),
        "Argument `coefficients` must have one column per block (1), but its shape is (2, 3).",
    ),
    "operator name taken": (
        lambda: ls.Particles(2, operators={"up": np.eye(2)}),
        "Argument `operators` must use free Python names, but 'up' is taken or invalid.",
    ),
    "operator size": (
        lambda: ls.Particles(3, operators={"hop": np.eye(2)}),
        "Argument `operators['hop']` must be a 3 × 3 matrix because the particles have 3 levels, but its shape is (2, 2).",
    ),
    "unknown operator": (
        lambda: spins.average("w"),
        "Argument `operator` must be one of identity, x, y, z, raising, lowering, up, down or a matrix, but it is 'w'.",
    ),
    "matrix without symbol": (
        lambda: spins.average(np.diag([1.0, 2.0])),
        "Argument `symbol` must be given when `operator` is a matrix without a name, but it is missing.",
    ),
    "average coefficients": (
        lambda: spins.average("z", coefficients=[1, 2]),
        "Argument `coefficients` must have one entry per block (1), but it has 2.",
    ),
    "no patterns": (
        lambda: spins.overlaps(),
        "These particles have no patterns: give `coefficients` or make them with `large_spins`.",
    ),
    "local field of one": (
        lambda: net.particles.local_field([x]),
        "Argument `averages` must be one average per pattern (2), but it is [m_x].",
    ),
    "rule of wrong shape": (
        lambda: net.particles.local_field(net.particles.overlaps(), matrix=np.eye(3)),
        "Argument `matrix` must have shape (2, 2), but its shape is (3, 3).",
    ),
    "per block": (
        lambda: net.particles.per_block([1.0], symbol="theta"),
        "Argument `values` must have one entry per block (2), but it has 1.",
    ),
    "spins of nothing": (
        lambda: ls.Spins(wrong_thing),
        "Argument `blocks` must have weights and coefficients, but int has not.",
    ),
    "block number": (
        lambda: spins.block_average(1, "z"),
        "Argument `block` must lie in [0, 0], but it is 1.",
    ),
    "not a state": (
        lambda: net.state([0, 0, 1.2]),
        "Argument `start` must be states (ρ ≥ 0; for spin ½ |m| ≤ 1), but a smallest eigenvalue is -0.1.",
    ),
    "number of blocks": (
        lambda: net.state(np.zeros((3, 3))),
        "Argument `start` must have 2 blocks (or 1 for all) of 3 Bloch components, but it has 3 of 3.",
    ),
    "components": (
        lambda: net.state([0, 0]),
        "Argument `start` must end in 3 Bloch components or hold kets of norm 1, but its last axis has 2 numbers whose norm differs from 1.",
    ),
    "NaN state": (
        lambda: net.state([0, 0, nan]),
        "Argument `start` must be finite, but it contains NaN or infinity.",
    ),
    "text state": (
        lambda: net.state("up"),
        "Argument `start` must be a state (Bloch vectors, density matrices, kets, a `State` or a row of a result), but it is a str.",
    ),
    "ragged state": (
        lambda: net.state([[0, 0, 1], [0]]),
        "Argument `start` must be an array of numbers, but its rows differ in length.",
    ),
    "complex state": (
        lambda: net.state([0, 0, 1j]),
        "Argument `start` must hold real Bloch vectors, but some are complex.",
    ),
    "not Hermitian": (
        lambda: net.state([[0.5, 0.1], [0.2, 0.5]]),
        "Argument `start` must be Hermitian density matrices, but one is not Hermitian.",
    ),
    "trace": (
        lambda: net.state(np.eye(2)),
        "Argument `start` must be density matrices of trace 1, but a trace differs from 1.",
    ),
    "mode amplitudes": (
        lambda: net.state([0, 0, 1], [1.0]),
        "Argument `modes` must be finite and end in an axis of 0 amplitudes, but its shape is (1,).",
    ),
    "mode words": (
        lambda: net.state([0, 0, 1], "vacuum"),
        "Argument `modes` must be complex numbers, but 'vacuum' is not.",
    ),
    "state of another model": (
        lambda: net.state(model(energy=a.number, modes=[a]).state([0, 0, 1], modes=0)),
        "Argument `start` must be a state with 0 mode(s), but it has 1.",
    ),
    "axes of state and modes": (
        lambda: model(energy=a.number, modes=[a]).state(np.zeros((2, 1, 3)), np.zeros((3, 1))),
        "The leading axes of `start` (2,) and `modes` (3,) must match.",
    ),
    "unnamed axes": (
        lambda: net.state(np.zeros((2, 3, 2, 3))),
        "Argument `dims` must name the 2 leading axes, each once, but it is None.",
    ),
    "modes that nobody gave": (
        lambda: ls.evolve(dicke, [0, 0, 1], 1.0, field=1, coupling=1),
        "Argument `start` must say where the 1 mode(s) of the model begin, but it holds particles alone; hand on the whole result, or make the state with `model.state(…, modes=…)` (`modes=0` is the vacuum).",
    ),
    "ket of another norm": (
        lambda: net.state([1, 1]),
        "Argument `start` must end in 3 Bloch components or hold kets of norm 1, but its last axis has 2 numbers whose norm differs from 1.",
    ),
    "mistyped option": (
        lambda: run(tolerence=1e-6),
        "`tolerence` is neither an option of `evolve` nor a parameter of the model; did you mean `tolerance`?",
    ),
    "beginning of an option": (
        lambda: run(tol=1e-6),
        "`tol` is neither an option of `evolve` nor a parameter of the model; did you mean `tolerance`?",
    ),
    "nothing alike": (
        lambda: run(zzz=1),
        "`zzz` is neither an option of `evolve` nor a parameter of the model; its parameters are field, temperature.",
    ),
    "parameter given twice": (
        lambda: run(parameters={"field": 0.3}),
        "Parameter `field` must be given once, but it is a keyword and in `parameters` too.",
    ),
    "wrong word": (
        lambda: run(method="tailor"),
        "Argument `method` must be one of auto, taylor, implicit, but it is 'tailor'; did you mean 'taylor'?",
    ),
    "unknown parameter": (
        lambda: run(feild=0.3),
        "`feild` is neither an option of `evolve` nor a parameter of the model; did you mean `field`?",
    ),
    "missing parameter": (
        lambda: ls.evolve(net, [0, 0, 1], 1.0, field=0.2),
        "Parameter `temperature` (T) has no value; give it as `temperature=…`.",
    ),
    "temperature zero": (
        lambda: run(temperature=0.0),
        "Argument `temperature` must be above zero, but it is 0.",
    ),
    "temperature negative": (
        lambda: run(temperature=[1.0, -0.5]),
        "Argument `temperature` must be above zero, but it is -0.5.",
    ),
    "NaN parameter": (
        lambda: run(field=nan),
        "Argument `field` must be finite, but it contains NaN or infinity.",
    ),
    "text parameter": (
        lambda: run(field="strong"),
        "Argument `field` must be real numbers, but 'strong' is not.",
    ),
    "complex parameter": (
        lambda: run(field=1j),
        "Argument `field` must be real numbers, but 1j is not.",
    ),
    "matrix of values": (
        lambda: run(field=np.ones((2, 2))),
        "Argument `field` must be a number or one-dimensional, but its shape is (2, 2); use an xarray.DataArray to name its axes.",
    ),
    "no values": (
        lambda: run(field=[]),
        "Argument `field` must contain at least one value, but it is empty.",
    ),
    "text DataArray": (
        lambda: run(field=xr.DataArray(["a"], dims="run")),
        "Argument `field` must be real numbers, but an array of shape (1,) is not.",
    ),
    "reserved axis": (
        lambda: run(field=xr.DataArray([0.1, 0.2], dims="time")),
        "Axis `time` of `field` must have another name, because results use this one.",
    ),
    "reserved axis of start": (
        lambda: run(net.state(np.zeros((2, 2, 3)), dims=("block",))),
        "Axis `block` of `start` must have another name, because results use this one.",
    ),
    "axes that differ": (
        lambda: run(field=xr.DataArray([0.1, 0.2], dims="run"), temperature=xr.DataArray([1.0, 2.0, 3.0], dims="run")),
        "Axis `run` must be the same wherever it occurs, but it differs between `temperature` and `field`.",
    ),
    "negative rate": (
        lambda: ls.evolve(dicke, dicke.state([0, 0, 1], modes=0), 1.0, field=1, coupling=1, loss_1=-1),
        "Argument `loss_1` must be at least zero, but it is -1.",
    ),
    "times fall": (
        lambda: run(times=[0.0, 1.0, 0.5]),
        "Argument `times` must rise from the time of the start, but it does not.",
    ),
    "one time in a list": (
        lambda: run(times=[1.0]),
        "Argument `times` must hold the time of the start and at least one later time, but its length is 1; a single number gives the final state alone.",
    ),
    "time zero": (
        lambda: run(times=0.0),
        "Argument `times` must be above zero, the time of the start, but it is 0.",
    ),
    "no times": (
        lambda: run(times=[]),
        "Argument `times` must hold the time of the start and at least one later time, but its length is 0; a single number gives the final state alone.",
    ),
    "NaN times": (
        lambda: run(times=[0.0, nan]),
        "Argument `times` must be finite, but it contains NaN or infinity.",
    ),
    "two-dimensional times": (
        lambda: run(times=np.ones((2, 2))),
        "Argument `times` must be a number or one-dimensional, but its shape is (2, 2).",
    ),
    "tolerance": (
        lambda: run(tolerance=1.0),
        "Argument `tolerance` must lie in [1e-15, 0.01], but it is 1.",
    ),
    "method": (
        lambda: run(method="euler"),
        "Argument `method` must be one of auto, taylor, implicit, but it is 'euler'.",
    ),
    "workers": (
        lambda: run(workers=0),
        "Argument `workers` must be at least 1, but it is 0.",
    ),
    "stop rule": (
        lambda: run(stop=0.1),
        "Argument `stop` must be StopWhenStationary or StopWhen rules, but it is 0.1.",
    ),
    "stop rate": (
        lambda: ls.StopWhenStationary(0.0),
        "Argument `rate` must be above 0, but it is 0.",
    ),
    "stop direction": (
        lambda: ls.StopWhen(x, "upwards"),
        "Argument `direction` must be one of rising, falling, any, but it is 'upwards'.",
    ),
    "stop of another model": (
        lambda: run(stop=ls.StopWhen(ls.Spins().average("y"))),
        "Argument `stop` must use the model's own averages, quadratures and parameters, but `m_y` is none of them.",
    ),
    "stop of nothing": (
        lambda: run(stop=ls.StopWhen(ls.parameter("field", symbol="Omega", description="transverse field") - 1)),
        "Argument `stop` must change along a run, but Omega - 1 does not.",
    ),
    "no model": (
        lambda: ls.evolve(words, [0, 0, 1], 1.0),
        "Argument `model` must be a Model, but it is a str.",
    ),
    "too large": (
        lambda: run(times=np.linspace(0, 1, 10**6), field=np.linspace(0, 1, 1000)),
        "The result would take 48.0 GB (1000 runs × 1000000 times × 6 variables); ask for fewer times or for the final state only.",
    ),
    "Taylor cannot": (
        lambda: ls.evolve(model(energy=sp.Heaviside(ls.time) * x), [0, 0, 1], 1.0, method="taylor"),
        "The Taylor integrator cannot differentiate Heaviside(t); use method='auto'.",
    ),
    "many runs for a map": (
        lambda: ls.local_map(net, [0, 0, 1], 1.0, temperature=[1, 2], field=0.1),
        "Parameter values must be single numbers for this call, but there are several along temperature.",
    ),
    "falling times of a map": (
        lambda: ls.local_map(net, [0, 0, 1], [1.0, 0.0], **P),
        "Argument `times` must rise from the time of the start, but it does not.",
    ),
    "pair shape": (
        lambda: ls.apply_local_map(ls.local_map(net, [0, 0, 1], 1.0, **P), np.eye(2) / 2, [0, 1]),
        "Argument `density_matrix` must have shape (4, 4) for 2 particles of 2 levels, but its shape is (2, 2).",
    ),
    "pair positive": (
        lambda: ls.apply_local_map(ls.local_map(net, [0, 0, 1], 1.0, **P), np.diag([1.5, -0.5]), [0]),
        "Argument `density_matrix` must be positive with trace 1, but it is not.",
    ),
    "pair Hermitian": (
        lambda: ls.apply_local_map(ls.local_map(net, [0, 0, 1], 1.0, **P), [[0.5, 1], [0, 0.5]], [0]),
        "Argument `density_matrix` must be finite and Hermitian, but it is not.",
    ),
    "pair block": (
        lambda: ls.apply_local_map(ls.local_map(net, [0, 0, 1], 1.0, **P), np.eye(2) / 2, [2]),
        "Argument `blocks` must lie in [0, 1], but it is 2.",
    ),
    "which time": (
        lambda: ls.apply_local_map(ls.local_map(net, [0, 0, 1], [0.0, 1.0], **P), np.eye(2) / 2, [0]),
        "Argument `time` must say which output time is meant, because the map has several.",
    ),
    "not a map": (
        lambda: ls.apply_local_map(run(), np.eye(2) / 2, [0]),
        "Argument `map_` must be the result of `local_map`, but it has no propagator.",
    ),
    "rates": (
        lambda: ls.models.hopfield(ls.ideal_large_spins(1), rates="linear"),  # type: ignore[arg-type]
        "Argument `rates` must be one of exponential, glauber, but it is 'linear'.",
    ),
    "frequencies": (
        lambda: ls.models.dicke(ls.ideal_large_spins(2), mode_frequencies=[1.0, 2.0, 3.0]),
        "Argument `mode_frequencies` must be one number or one per pattern (2), but its shape is (3,).",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_sentence(case: str) -> None:
    wrong, sentence = CASES[case]
    with pytest.raises(ls.LargespinError) as caught:
        wrong()
    assert str(caught.value) == sentence


@pytest.mark.parametrize("case", CASES)
def test_sentence_is_one_line_that_ends(case: str) -> None:
    sentence = CASES[case][1]
    assert "\n" not in sentence
    assert sentence.endswith((".", "?"))
    assert sentence[0].isupper() or sentence[0] == "`"


def test_wrong_input_is_a_value_error_too() -> None:
    """So that code which knows nothing of this library can catch it."""
    with pytest.raises(ValueError, match="must rise"):
        run(times=[1.0, 0.0])
