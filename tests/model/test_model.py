"""The definition itself: a value that cannot change, printed, compared, copied."""

import copy
import dataclasses
import pickle
from typing import Any

import numpy as np
import pytest
import sympy as sp

import largespin as ls

Copier = Any


def example(**changes: Any) -> ls.Model:
    spins, a = ls.Spins(), ls.Mode("a")
    omega = ls.parameter("field", symbol="Omega", default=0.5)
    kappa = ls.parameter("loss", symbol="kappa", positive=True)
    definition: dict[str, Any] = {
        "energy": omega * spins.average("x") + a.number,
        "jumps": [ls.Jump(spins.lowering, sp.exp(spins.average("z")), name="decay")],
        "collective_jumps": [a.loss(kappa)],
        "modes": [a],
        "name": "example",
    }
    return ls.Model(spins, **(definition | changes))


def test_nothing_can_be_assigned() -> None:
    model = example()
    for name in ("energy", "jumps", "particles", "something_new"):
        with pytest.raises(dataclasses.FrozenInstanceError):
            setattr(model, name, None)
    with pytest.raises(TypeError):
        model.parameters["field"] = 1  # type: ignore[index]
    with pytest.raises(ValueError, match="read-only"):
        model.jumps[0].operator[0, 0] = 3.0
    for part in (model.jumps[0], model.collective_jumps[0], model.modes[0]):
        with pytest.raises(dataclasses.FrozenInstanceError):
            part.name = "other"  # type: ignore[misc]


def test_equal_definitions_are_equal_models() -> None:
    assert example() == example()
    assert hash(example()) == hash(example())
    assert example(name="another name") == example()
    assert example() != "example"


@pytest.mark.parametrize(
    "changes",
    [
        {"energy": sp.Integer(0)},
        {"jumps": []},
        {"jumps": [ls.Jump(np.diag([1.0, -1.0]), sp.exp(ls.Spins().average("z")))]},
        {"jumps": [ls.Jump(ls.Spins().lowering, sp.exp(2 * ls.Spins().average("z")))]},
        {"collective_jumps": [ls.Mode("a").loss(2)]},
        {"modes": [ls.Mode("a"), ls.Mode("b")]},
        {"energy": ls.parameter("other", symbol="Omega") * ls.Spins().average("x") + ls.Mode("a").number},
    ],
)
def test_every_part_of_the_definition_counts(changes: dict[str, Any]) -> None:
    assert example(**changes) != example()


def test_weights_count() -> None:
    halves, others = (ls.Particles(2, weights=np.array(w)) for w in ([0.5, 0.5], [0.4, 0.6]))
    assert ls.Model(halves) != ls.Model(others)


@pytest.mark.parametrize("copier", [lambda x: pickle.loads(pickle.dumps(x)), copy.deepcopy])
def test_copies_are_equal_even_after_use(copier: Copier) -> None:
    model = example()
    assert list(model.parameters) == ["field", "loss"]
    _ = model.key, model.symbols
    again = copier(model)
    assert again == model
    assert again.parameters == model.parameters
    run = ls.evolve(again, again.state([0, 0, 1], 0), 1.0, loss=1.0)
    np.testing.assert_array_equal(run.m.values, ls.evolve(model, again.state([0, 0, 1], 0), 1.0, loss=1.0).m.values)


def test_parameters_by_key_without_abbreviations() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(2))
    assert sorted(model.parameters) == ["field", "temperature"]
    assert model.parameters["temperature"].is_positive


def test_text() -> None:
    assert str(example()).splitlines() == [
        "example: 1 block(s) of 2-level particles, 1 mode(s)",
        "  energy per particle: Omega*m_x + p_a**2/2 + q_a**2/2",
        "  jump: decay: lowering × exp(m_z)",
        "  collective jump: √N × sqrt(2)*sqrt(kappa)*(I*p_a + q_a)/2",
        "  parameters: field (Omega) = 0.5, loss (kappa)",
    ]


def test_latex_is_balanced_and_complete() -> None:
    text = example().latex()
    assert text.startswith(r"\begin{aligned}h &= \Omega m_{x}")
    assert r"L_i &= \sigma_{-}^{(i)}\, e^{m_{z}}" in text
    assert r"L &= \sqrt{N}\," in text
    assert text.count("{") == text.count("}")
    assert example()._repr_latex_() == f"${text}$"


def test_sizes() -> None:
    model = example()
    assert model.number_of_variables == 5
    assert model.has_local_jumps
    assert not example(jumps=[ls.Jump(ls.Spins().lowering, 0)]).has_local_jumps
    assert ls.Model(ls.Particles(3, weights=np.array([0.5, 0.5]))).number_of_variables == 16


def test_indexed_averages_keep_their_order() -> None:
    spins = ls.Spins(ls.large_spins(ls.random_patterns(11, 40, seed=1)))
    model = ls.Model(spins, energy=sp.Add(*(o**2 for o in spins.overlaps())))
    assert [str(s) for s in model.averages] == [f"o_{mu}" for mu in range(1, 12)]


def test_a_vanishing_imaginary_part_is_dropped() -> None:
    spins = ls.Spins()
    lowering = spins.average("lowering")
    energy = sp.expand(lowering * sp.conjugate(lowering))
    model = ls.Model(spins, energy=lowering * sp.conjugate(lowering))
    assert not model.energy.has(sp.I)
    assert sp.expand(model.energy - energy) == 0


def test_parameter_names_that_python_functions_have_too() -> None:
    """Names are names: a parameter called t, exp or lambda is neither time nor a function."""
    spins = ls.Spins()
    t, exp, lam = ls.parameter("rate", symbol="t"), ls.parameter("exp"), ls.parameter("lam", symbol="lambda")
    model = ls.Model(
        spins, energy=(t * sp.cos(ls.time) + exp + lam) * spins.average("x"), jumps=[ls.Jump(spins.z, sp.exp(lam))]
    )
    plain = ls.Model(
        spins,
        energy=(0.3 * sp.cos(ls.time) + 0.5 - 0.9) * spins.average("x"),
        jumps=[ls.Jump(spins.z, sp.exp(sp.Float(-0.9)))],
    )
    expected = ls.evolve(plain, [0, 0, 1], 2.0, tolerance=1e-12).m.values
    for method in ("taylor", "implicit"):
        run = ls.evolve(model, [0, 0, 1], 2.0, tolerance=1e-12, method=method, rate=0.3, exp=0.5, lam=-0.9)
        np.testing.assert_allclose(run.m.values, expected, atol=1e-9)


def test_a_model_that_depends_on_no_average() -> None:
    model = ls.Model(ls.Spins(), jumps=[ls.Jump(ls.Spins().lowering)])
    run = ls.evolve(model, [0, 0, 1], 1.0, tolerance=1e-12)
    np.testing.assert_allclose(run.m.values[0, 2], 2 * np.exp(-1) - 1, atol=1e-10)
