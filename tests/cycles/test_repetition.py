"""Where a branch of cycles turns back without a fold, and cycles of models that were not used in development."""

from functools import lru_cache

import cycle_normal_forms as forms
import numpy as np
import pytest
import sympy as sp
from test_continuation import walk_from

import largespin as ls
from largespin import branch, cycle_branch, limit_cycle
from largespin.cycles.continuation import CycleSettings
from largespin.cycles.equations import TaylorEquations
from largespin.cycles.infinite_period import SADDLE_NODE
from largespin.cycles.repetition import HALVING, PITCHFORK

MODE = ls.Mode("a")
SPINS = ls.Spins()


def test_a_doubled_cycle_ends_on_the_cycle_that_doubles() -> None:
    equations = forms.equations(4, forms.doubled, [0.5, 0.3])
    walk = walk_from(equations, [1.0, 0.0, np.sqrt(0.5), 0.0], 4 * np.pi, 0.5, -1.0, CycleSettings(-0.5, 1.0))
    end = walk.places[-1]
    assert end.special == HALVING
    assert end.at[0] == pytest.approx(0.0, abs=1e-10)
    assert walk.ended.sentence.startswith("Period halving: the branch ends on a cycle of half the period")
    for place in walk.places[:-1]:
        assert np.abs(place.cycle.nodes[:, 2:] ** 2).sum(axis=1).max() == pytest.approx(place.cycle.value, rel=1e-6)


class Mirrored(TaylorEquations):
    """Equations with the symmetry z → −z."""

    maps = (lambda u: u * np.array([1.0, 1.0, -1.0]),)


def test_a_branch_ends_at_its_pitchfork_and_not_at_a_fold() -> None:
    plain = forms.equations(3, forms.pitchfork, [0.5])
    equations = Mirrored.__new__(Mirrored)
    equations.__dict__.update(plain.__dict__)
    start, span = [1.0, 0.0, np.sqrt(0.5)], CycleSettings(-0.5, 1.0)
    walk = walk_from(equations, start, 2 * np.pi, 0.5, -1.0, span)
    assert walk.places[-1].special == PITCHFORK
    assert walk.places[-1].at[0] == pytest.approx(0.0, abs=1e-10)
    assert walk.ended.sentence.startswith("Pitchfork of cycles")


@lru_cache
def oscillator() -> ls.Model:
    """Gain G, two-photon loss, squeezing and drive: ``α̇ = (G/2 − iω) α − k |α|² α − i s α* − i F``."""
    gain, loss = ls.parameter("gain", nonnegative=True), ls.parameter("loss", nonnegative=True)
    omega, drive = ls.parameter("omega"), ls.parameter("drive", default=0.0)
    squeezing = ls.parameter("squeezing", default=0.0)
    energy = omega * MODE.number + drive * MODE.field + squeezing * (MODE.q**2 - MODE.p**2) / 2
    jumps = (
        ls.CollectiveJump(sp.sqrt(gain) * MODE.conjugate),
        ls.CollectiveJump(sp.sqrt(loss) * MODE.amplitude**2),
    )
    return ls.Model(SPINS, sp.expand(energy), (ls.Jump(SPINS.lowering),), jumps, (MODE,))


VALUES = {"gain": 1.0, "loss": 0.5}


def start() -> ls.State:
    return oscillator().state([0, 0, -1], [0.3])


def test_van_der_pol_locks_by_saddle_nodes_where_squeezing_equals_its_frequency() -> None:
    found = cycle_branch(oscillator(), start(), between={"omega": (-1, 2)}, omega=1.0, squeezing=0.4, parameters=VALUES)
    (end,) = np.flatnonzero(found.special.values == SADDLE_NODE)
    assert found.special_value.values[end] == pytest.approx(0.4, abs=1e-9)
    exact = limit_cycle(oscillator(), start(), omega=1.0, parameters=VALUES)
    assert exact.q_amplitude.item() == pytest.approx(2 * np.sqrt(2), rel=1e-6)
    assert exact.period.item() == pytest.approx(2 * np.pi, rel=1e-10)


def test_injection_stops_the_beating_at_a_hopf_point() -> None:
    """Stationary: ``F² = n[(G/2 − k n)² + ω²]``; the trace ``G − 4 k n`` vanishes at n = ½."""
    found = cycle_branch(
        oscillator(), start(), between={"drive": (0, 2)}, omega=1.0, drive=0.1, towards="high", parameters=VALUES
    )
    assert found.special.values[-1] == "Hopf end"
    assert found.special_value.values[-1] == pytest.approx(np.sqrt(0.5 * (0.0625 + 1)), abs=1e-9)


def test_cycles_begin_at_special_points_of_branches() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    states = branch(model, [0, 0, 0], between={"temperature": (0.6, 1.0)}, temperature=0.9, field=0.5)
    found = cycle_branch(model, states.isel(special_point=0), between={"temperature": (0.6, 1.0)})
    assert found.special_value.values[0] == pytest.approx(2 / 3, abs=1e-10)
    assert found.field.item() == 0.5
    point = ls.stationary_states(model, temperature=0.7, field=0.5, images=False).isel(state=0)
    assert cycle_branch(model, point, between={"temperature": (0.6, 1.0)}).special_value.values[0] == pytest.approx(
        2 / 3, abs=1e-10
    )


@lru_cache
def unbalanced() -> ls.Model:
    """The Dicke model with different rotating and counter-rotating couplings, one conserved length."""
    lowering, raising = SPINS.average("lowering"), SPINS.average("lowering").subs(sp.I, -sp.I)
    energy = MODE.number + SPINS.average("z") / 2
    energy += ls.parameter("g") * sp.expand(MODE.amplitude * raising + MODE.conjugate * lowering)
    energy += ls.parameter("counter") * sp.expand(MODE.amplitude * lowering + MODE.conjugate * raising)
    return ls.Model(SPINS, sp.expand(energy), (), (MODE.loss(1),), (MODE,))


@pytest.mark.slow
def test_period_doubling_and_halving_agree_and_the_length_stays() -> None:
    """A cycle doubles its period; the doubled cycle, followed back, ends at the same parameter on half its period."""
    length = 1.0
    begin = unbalanced().state([0.1, 0.2, -np.sqrt(0.95)], [0.1])
    cycle = limit_cycle(unbalanced(), begin, g=1.98, counter=2.5, settle=1500.0)
    assert np.abs(np.linalg.norm(cycle.m.values, axis=-1) - length).max() < 1e-10
    found = cycle_branch(unbalanced(), cycle, between={"counter": (2.3, 2.5)}, points=60)
    assert found.special.values[0] == HALVING
    assert np.abs(np.linalg.norm(found.m.values, axis=-1) - length).max() < 1e-10
    basic = limit_cycle(unbalanced(), begin, g=1.98, counter=2.4, settle=1500.0)
    assert basic.period.item() == pytest.approx(found.period.values[0] / 2, rel=0.05)
    doubling = cycle_branch(unbalanced(), basic, between={"counter": (2.3, 2.5)})
    (place,) = np.flatnonzero(doubling.special.values == "period doubling")
    assert doubling.special_value.values[place] == pytest.approx(found.special_value.values[0], abs=1e-8)
    assert 2 * doubling.period.values[place] == pytest.approx(found.period.values[0], rel=1e-6)
