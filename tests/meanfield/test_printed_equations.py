"""Printed equations read back: every line has the value that is solved, and says everything once.

The value of a line is worked out from what its symbols are called, and nothing else.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import example, given
from hypothesis import strategies as st
from random_models import KINDS, SEEDS, examples, library_model, recipe, start_state
from solved import library_rhs, random_state

import largespin as ls
from largespin.meanfield.derive import mean_field
from largespin.meanfield.equations import Equation, Equations
from largespin.meanfield.typeset import Term
from largespin.model.operators import named_operators
from largespin.model.symbols import Parameter, resolve


def printed_slopes(model: ls.Model, u: Any, values: Mapping[str, float], time: float = 0.0) -> Any:
    """``u̇`` from the printed lines of the model, in the order of the state vector."""
    equations = ls.equations(model)
    bloch, _ = model.split(u)
    count = model.particles.number_of_components
    shared = _shared(model, u, values, time)
    slopes = []
    for k in range(model.particles.number_of_blocks):
        names = shared | _of_block(model, equations, u, bloch[k], k)
        slopes += [_value(equation, names, model) for equation in equations.dynamics[:count]]
    lines = equations.dynamics[count:]
    for number in range(len(model.modes)):
        generic = len(lines) < len(model.modes)
        own = _numbered(shared, number + 1) if generic else shared
        velocity = _value(lines[0 if generic else number], own, model)
        slopes += [np.sqrt(2) * velocity.real, np.sqrt(2) * velocity.imag]
    return np.array(slopes)


def _shared(model: ls.Model, u: Any, values: Mapping[str, float], time: float) -> dict[str, complex]:
    derived = mean_field(model)
    names: dict[str, complex] = {"t": time}
    chosen = {p: values[p.key] for p in model.parameters.values()}
    for symbol in model.symbols:
        if isinstance(symbol, Parameter):
            names[symbol.name] = complex(resolve(symbol).evalf(subs=chosen | {ls.time: time}))
    names |= {s.name: v for s, v in zip(derived.averages, derived.values_of_averages(u), strict=True)}
    _, pairs = model.split(u)
    for mode, (q, p) in zip(model.modes, pairs.reshape(-1, 2), strict=True):
        stem, _, index = mode.name.rpartition("_")
        stem, index = (stem, f"_{index}") if index.isdigit() else (mode.name, "")
        name = ("alpha" if stem == "a" else stem) + index
        names |= {name: complex(q, p) / np.sqrt(2), f"{name}*": complex(q, -p) / np.sqrt(2)}
    return names


def _of_block(model: ls.Model, equations: Equations, u: Any, components: Any, k: int) -> dict[str, complex]:
    derived = mean_field(model)
    lefts = [equation.text_left[1:-3] for equation in equations.dynamics]
    names = dict(zip(lefts, components, strict=False))
    s = derived.values_of_averages(u)
    for average in derived.averages:
        index = str(average.family.index) if average.family else "mu"
        names[average.data.coefficient_name.replace("mu", index)] = average.data.coefficients[k]
    for field in derived.local_fields:
        value = derived.field_matrix(field)[k] @ s + field.data.constants[k]
        names |= {field.name: value, f"{field.name}_k": value}
    return names


def _numbered(names: Mapping[str, complex], index: int) -> dict[str, complex]:
    """What symbols with the index μ stand for when μ is this number."""
    found = dict(names)
    for name, value in names.items():
        for star in ("", "*"):
            if name.endswith(f"_{index}{star}") and (star or not name.endswith("*")):
                found[name[: -len(f"{index}{star}")] + "mu" + star] = value
    for name, value in names.items():
        if f"_{{{index},k}}" in name:
            found[name.replace(f"{{{index},k}}", "{mu,k}")] = value
    return found


def _value(equation: Equation, names: Mapping[str, complex], model: ls.Model) -> complex:
    plain = sp.Add(*(term.expression for term in equation.terms if not term.sum_over))
    return _number(plain, names) + sum((_sum(term, names, model) for term in equation.terms if term.sum_over), 0.0)


def _sum(term: Term, names: Mapping[str, complex], model: ls.Model) -> complex:
    patterns = range(1, len(model.particles.coefficients) + 1)
    summed = sum(_number(sp.Mul(*term.sum_of), _numbered(names, mu)) for mu in patterns)
    return _number(term.expression, names) * summed


def _number(expression: sp.Expr, names: Mapping[str, complex]) -> complex:
    symbols = list(expression.free_symbols)
    return complex(sp.lambdify(symbols, expression, "numpy", dummify=True)(*(names[s.name] for s in symbols)))


def check_printed(model: ls.Model, u: Any, values: Mapping[str, float], time: float = 0.0) -> None:
    """The printed lines are the equations that are solved, and repeat nothing."""
    expected = library_rhs(model, u, values, time)
    scale = max(1.0, float(np.abs(expected).max()))
    np.testing.assert_allclose(printed_slopes(model, u, values, time).real, expected, atol=1e-10 * scale)
    for equation in ls.equations(model).dynamics:
        check_collected(equation)


def check_collected(equation: Equation) -> None:
    """No product of variables stands in two terms, and no term is zero."""
    seen = set()
    for term in equation.terms:
        variables = {s for s in term.expression.free_symbols if not isinstance(s, Parameter) and s != ls.time}
        factor, state = term.expression.as_independent(*variables, as_Add=False) if variables else (term.expression, 1)
        # Amplitudes of modes are collected with all that multiplies them: (i Δ + g m_z) α; quadratures are α ± α*.
        brackets = [
            f
            for f in sp.Mul.make_args(state)
            if isinstance(f, sp.Add) and not all("α" in str(s) or "alpha" in str(s) for s in f.free_symbols)
        ]
        assert factor != 0
        assert not brackets or equation.text_left.startswith("dα"), str(equation)
        key = (state, term.sum_over, term.sum_of)
        assert key not in seen, str(equation)
        seen.add(key)


@pytest.mark.slow
@examples(4)
@given(st.builds(recipe, SEEDS, blocks=st.sampled_from([1, 2]), mode=st.booleans(), kind=KINDS, degree=st.just(2)))
@example(recipe(3, levels=3, blocks=2, kind="constant", degree=2))
@example(recipe(4, levels=4, blocks=1, kind="constant", degree=1))
def test_random_models_print_what_is_solved(plan: Any) -> None:
    model = library_model(plan, driven=True)
    check_printed(model, start_state(plan, model).vector, {"strength": 0.7}, time=0.4)


@pytest.mark.parametrize("gauge", [True, False])
def test_sums_over_patterns_print_what_is_solved(gauge: bool) -> None:
    generator = np.random.default_rng(4)
    blocks = ls.ideal_large_spins(3, gauge=gauge)
    for model in (ls.models.hopfield(blocks, pair_coupling=True), ls.models.dicke(blocks, decay=not gauge)):
        values = {key: float(generator.uniform(0.4, 1.0)) for key in model.parameters}
        if "loss_1" in values:
            # One line for all modes.
            assert len(ls.equations(model).dynamics) == 4
        check_printed(model, random_state(model, generator).vector, values)


def ladder_of_levels(seed: int, levels: int, blocks: int) -> ls.Model:
    """A model of named operators, transitions and parameters, in which many terms repeat or cancel."""
    generator = np.random.default_rng(seed)
    weights = np.full(blocks, 1.0 / blocks)
    atoms = ls.Particles(levels, weights=weights)
    names = sorted(name for name in named_operators(levels) if name not in ("identity", "raising", "lowering"))
    energy: sp.Expr = sp.Integer(0)
    for number, name in enumerate(generator.choice(names, 4, replace=False)):
        power = int(generator.integers(1, 3))
        energy += ls.parameter(f"D{number}") * atoms.average(str(name)) ** power
    pairs = [(i, j) for i in range(1, levels + 1) for j in range(1, levels + 1)]
    jumps = [
        ls.Jump(ls.transition(levels, *pairs[n]), sp.sqrt(ls.parameter(f"g{n}", nonnegative=True)))
        for n in generator.choice(len(pairs), 3, replace=False)
    ]
    return ls.Model(atoms, energy=energy, jumps=jumps)


@examples(15)
@given(SEEDS, st.sampled_from([2, 3, 4]), st.sampled_from([1, 2]))
def test_models_of_transitions_print_what_is_solved_in_exact_numbers(seed: int, levels: int, blocks: int) -> None:
    model = ladder_of_levels(seed, levels, blocks)
    generator = np.random.default_rng(seed)
    values = {key: float(generator.uniform(0.2, 2.0)) for key in model.parameters}
    check_printed(model, random_state(model, generator).vector, values)
    assert not any(line.expression.has(sp.Float) for eq in ls.equations(model).dynamics for line in eq.terms)


@pytest.mark.parametrize("levels", [2, 3, 4, 5])
def test_an_energy_linear_in_the_state_prints_every_component_once(levels: int) -> None:
    """With ``h = Σ_j D_j p_j`` coherence jk turns at ``D_j − D_k``: two or one factor each, no population moves."""
    atoms = ls.Particles(levels)
    parameters = ls.parameters(" ".join(f"D{j}" for j in range(1, levels + 1)))
    projectors = [ls.transition(levels, j, j) for j in range(1, levels + 1)]
    energy = sum(
        D * atoms.average(p, symbol=f"n{j}") for j, (D, p) in enumerate(zip(parameters, projectors, strict=True))
    )
    lines = {eq.text_left: eq for eq in ls.equations(ls.Model(atoms, energy=energy)).dynamics}
    for equation in lines.values():
        assert len(equation.terms) <= 1
    if levels > 2:
        (term,) = lines["dm_s12/dt"].terms
        assert sp.expand(term.expression - (parameters[1] - parameters[0]) * sp.Symbol("m_a12")) == 0
        assert str(lines["dm_d1/dt"]) == "dm_d1/dt = 0"


def test_three_levels_with_one_energy() -> None:
    """``h = D |2⟩⟨2|``: levels 1 and 3 have the same energy, so their coherence rests."""
    atoms = ls.Particles(3)
    model = ls.Model(atoms, energy=ls.parameter("D") * atoms.average("p2"))
    assert (
        str(ls.equations(model))
        == """\
dm_s12/dt = D m_a12
dm_s13/dt = 0
dm_s23/dt = -D m_a23
dm_a12/dt = -D m_s12
dm_a13/dt = 0
dm_a23/dt = D m_s23
dm_d1/dt = 0
dm_d2/dt = 0"""
    )


def test_names_of_levels_stand_in_the_equations() -> None:
    model = ls.Model(
        (atoms := ls.Particles(3, level_names=("g", "e", "r"))),
        energy=ls.parameter("Omega") * atoms.average("sge"),
        jumps=[ls.Jump(atoms.transition("g", "e"), sp.sqrt(ls.parameter("gamma", nonnegative=True)))],
    )
    text = str(ls.equations(model))
    assert "dm_sgr/dt = -1/2 √6 Ω m_aer" in text
    numbered = ls.Particles(3)
    other = ls.Model(
        numbered,
        energy=ls.parameter("Omega") * numbered.average("s12"),
        jumps=[ls.Jump(ls.transition(3, 1, 2), sp.sqrt(ls.parameter("gamma", nonnegative=True)))],
    )
    # The same physics under other names is another model, or one would be printed with the names of the other.
    assert other != model
    plain = str(ls.equations(other))
    for name, number in (("ge", "12"), ("gr", "13"), ("er", "23")):
        plain = plain.replace(f"s{number}", f"s{name}").replace(f"a{number}", f"a{name}")
    assert plain == text


def test_names_of_several_letters_are_kept_apart() -> None:
    atoms = ls.Particles(3, level_names=("up", "down", "dark"))
    model = ls.Model(atoms, energy=atoms.average("s_up_down") * atoms.average("p_dark"))
    equations = ls.equations(model)
    assert equations.dynamics[0].text_left == "dm_{s,up,down}/dt"
    assert equations.dynamics[0].latex_left == r"\dot{m}_{s,up,down}"
    latex = equations.latex()
    assert latex.count("{") == latex.count("}")
    assert "}_{" not in latex.replace(r"\dot{m}_{", "")


def test_squares_of_sums_that_cancel() -> None:
    """``(m_x + m_z)² − m_x² − 2 m_x m_z`` is ``m_z²``."""
    spins, g = ls.Spins(), ls.parameter("g")
    x, z = spins.average("x"), spins.average("z")
    written = ls.Model(spins, energy=g * ((x + z) ** 3 - x**3 - 3 * x**2 * z - 3 * x * z**2))
    plain = ls.Model(spins, energy=g * z**3)
    assert str(ls.equations(written)) == str(ls.equations(plain))


def test_numbers_that_are_typed_stay_as_they_are_and_short() -> None:
    spins = ls.Spins()
    text = str(ls.equations(ls.Model(spins, energy=0.3 * spins.average("x") + 0.123456789 * spins.average("y"))))
    assert "0.6 m_" in text
    assert "0.246914 m_" in text
    assert "0.246913" not in text
