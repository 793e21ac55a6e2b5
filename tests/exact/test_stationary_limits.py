"""Stationary states at the end of double precision: said, never returned as if they were good."""

import numpy as np
import pytest

import largespin as ls


def hopfield_system(temperature: float) -> ls.exact.System:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    return ls.exact.System(model, 20, temperature=temperature, field=0.2)


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
    assert found.gap == pytest.approx(ls.exact.spectrum_of(hopfield_system(0.5), 2).gap, rel=1e-3)


def test_failed_points_of_a_grid_keep_their_reason() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    found = ls.exact.stationary_states(model, particles=20, temperature=[0.03, 0.5], field=0.2)
    assert found.outcome.values.tolist() == ["failed", "found"]
    assert "No stationary state" in str(found.sentence.values[0])
    assert np.isnan(found.m.values[0]).all()
