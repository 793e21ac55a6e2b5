"""Stationary states at the end of double precision: said, never returned as if they were good."""

from typing import Any

import numpy as np
import pytest

import largespin as ls


def hopfield_system(temperature: float) -> ls.exact.System:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    return ls.exact.System(model, particles=20, temperature=temperature, field=0.2)


def test_rates_over_too_many_orders_are_refused() -> None:
    with pytest.raises(ls.LargespinError, match="No stationary state could be found"):
        ls.exact.stationary_states_of(hopfield_system(0.03))


def test_metastability_beyond_double_precision_is_not_called_unique() -> None:
    found = ls.exact.stationary_states_of(hopfield_system(0.1))
    assert not found.unique
    assert "do not split into extremal states" in found.sentence
    np.testing.assert_allclose(found.states[0].means()[0, 2], 0.0, atol=1e-6)


def test_a_gap_that_is_resolved_is_called_unique() -> None:
    found = ls.exact.stationary_states_of(hopfield_system(0.5))
    assert found.unique
    assert found.gap == pytest.approx(ls.exact.liouvillian_spectrum_of(hopfield_system(0.5), count=2).gap, rel=1e-3)


def test_failed_points_of_a_grid_keep_their_reason() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    found = ls.exact.stationary_states(model, particles=20, temperature=[0.03, 0.5], field=0.2)
    assert found.outcome.values.tolist() == ["failed", "finished"]
    assert "No stationary state" in str(found.sentence.values[0])
    assert np.isnan(found.m.values[0]).all()


def fast_precession(particles: int) -> ls.exact.System:
    """Slow decay beside fast oscillation: the slowest modes are far from zero."""
    spins = ls.Spins()
    energy = 20 * spins.average("z") + 0.5 * spins.average("x")
    return ls.exact.System(
        ls.Model(spins, energy=energy, jumps=[ls.Jump(spins.lowering, 0.3), ls.Jump(spins.raising, 0.3)]),
        particles=particles,
    )


def test_slow_modes_that_oscillate_fast_are_found() -> None:
    # Particles are independent: one particle relaxes at 0.18 and dephases at 0.09, for every N.
    found = ls.exact.liouvillian_spectrum_of(fast_precession(12), count=4)
    assert found.complete
    assert found.gap == pytest.approx(0.09, rel=1e-3)
    assert abs(found.eigenvalues[1].imag) == pytest.approx(40, rel=1e-3)


def test_a_state_is_not_read_into_another_system() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    values: Any = {"temperature": 0.5, "field": 0.2}
    run = ls.exact.evolve(model, [0, 0, 1], 1.0, particles=6, keep_states=True, **values)
    with pytest.raises(ls.LargespinError, match="must have the particles and Fock states of the run"):
        ls.exact.state_of(run, ls.exact.System(model, particles=4, **values))
