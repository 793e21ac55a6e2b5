"""What the derivation keeps: few scalar expressions, and nothing that grows with the number of blocks."""

import numpy as np
import pytest
import sympy as sp

import largespin as ls
from largespin.meanfield.derive import mean_field
from largespin.model.operators import transition


@pytest.mark.parametrize("patterns", [1, 2, 5])
def test_the_number_of_expressions_does_not_grow_with_the_blocks(patterns: int) -> None:
    equations = mean_field(ls.models.hopfield(ls.ideal_large_spins(patterns)))
    assert [str(rate) for rate in equations.rates] == ["cosh(DeltaE*beta)", "sinh(DeltaE*beta)"]
    assert len(equations.drift) == 4
    assert equations.coefficients.shape == (patterns + 1, 2 ** (patterns - 1))


def test_many_jumps_of_many_levels_keep_one_rate_each() -> None:
    atoms, beta = ls.Particles(3), ls.parameter("beta")
    n = [atoms.average(transition(3, i, i), symbol=f"n_{i}") for i in range(3)]
    pairs = [(i, j) for i in range(3) for j in range(3) if i != j]
    jumps = [ls.Jump(transition(3, i, j), sp.exp(beta * (n[i] - n[j]))) for i, j in pairs]
    assert len(mean_field(ls.Model(atoms, jumps=jumps)).rates) <= 6


def test_jumps_without_strength_leave_no_trace() -> None:
    spins = ls.Spins()
    equations = mean_field(ls.Model(spins, energy=spins.average("x"), jumps=[ls.Jump(spins.lowering, 0)]))
    assert equations.drift == ()


def test_time_is_noticed_wherever_it_stands() -> None:
    spins, x = ls.Spins(), ls.Spins().average("x")
    pulse = ls.derived_parameter("pulse", sp.cos(ls.time))
    assert mean_field(ls.Model(spins, energy=x)).is_autonomous
    assert not mean_field(ls.Model(spins, energy=ls.time * x)).is_autonomous
    assert not mean_field(ls.Model(spins, energy=pulse * x)).is_autonomous
    assert not mean_field(ls.Model(spins, energy=x, jumps=[ls.Jump(spins.z, sp.exp(-ls.time))])).is_autonomous


def test_forces_are_derivatives() -> None:
    spins = ls.Spins()
    x, z = spins.average("x"), spins.average("z")
    equations = mean_field(ls.Model(spins, energy=x**2 * z))
    assert dict(zip(equations.averages, equations.forces, strict=True)) == {x: 2 * x * z, z: x**2}
    assert equations.operators.shape == (2, 4)
    np.testing.assert_array_equal(equations.operators[0], [0, 1, 0, 0])
