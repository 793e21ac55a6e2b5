"""Exact objects say in one line what they are."""

import largespin as ls


def test_exact_objects_show_one_line() -> None:
    system = ls.exact.System(ls.models.hopfield(ls.ideal_large_spins(1)), 6, temperature=0.5, field=0.2)
    found = ls.exact.stationary_states_of(system)
    for thing in (system, found, found.states[0], ls.exact.liouvillian_spectrum_of(system)):
        assert type(thing).__name__ in repr(thing)
        assert "\n" not in repr(thing)
        assert len(repr(thing)) < 300
