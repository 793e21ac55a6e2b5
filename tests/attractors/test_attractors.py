"""Attractors and basins: known stationary states, cycles and symmetries; shares with honest error bars."""

import numpy as np
import pytest
import qutip
from sentences import check_sentence

import largespin as ls
from largespin import find_attractors
from largespin.attractors.attractor import Attractor, group_images, path_distance, same_set
from largespin.meanfield.evolve import final_states

HOPFIELD = ls.models.hopfield(ls.ideal_large_spins(1))
GLAUBER = ls.models.hopfield(ls.ideal_large_spins(1), rates="glauber")
DICKE = ls.models.dicke(ls.ideal_large_spins(1))


def test_two_patterns_and_paramagnet_and_cycle() -> None:
    found = find_attractors(HOPFIELD, samples=96, temperature=[0.5, 2.0], field=0.2)
    assert found.kind.values.tolist() == [["stationary", "stationary"], ["stationary", ""]]
    assert found.number_of_attractors.values.tolist() == [2, 1]
    overlaps = np.sort(found.overlap.values[0, :, 0])
    # F24 (B.4), as in the documentation of `evolve`.
    assert overlaps == pytest.approx([-0.9235, 0.9235], abs=1e-4)
    assert found.symmetry_class.values[0].tolist() == [0.0, 0.0]
    assert found.class_share.values[0].tolist() == [1.0, 1.0]
    assert found.share.values[0].sum() == 1.0
    assert np.all((found.share_low < 0.5) & (found.share_high > 0.5), where=[[True, True], [False, False]])
    assert np.abs(found.overlap.values[1, 0]).max() < 1e-9
    assert found.lyapunov_exponent.values[1, 0] == pytest.approx(-0.5)
    assert np.isnan(found.share.values[1, 1])


def test_rates_are_those_of_the_stationary_states() -> None:
    found = find_attractors(HOPFIELD, samples=32, temperature=0.5, field=0.2)
    states = ls.stationary_states(HOPFIELD, temperature=0.5, field=0.2)
    assert found.lyapunov_exponent.values == pytest.approx(states.growth_rate.values[:2])
    assert found.sentence.values.tolist() == states.sentence.values[:2].tolist()


def test_basins_on_a_line_are_known() -> None:
    """Ω = 0: the sign of z is kept, so starts with z > 0 reach the positive pattern, whatever else they are."""

    def biased(generator: np.random.Generator, count: int) -> np.ndarray:
        z = np.where(np.arange(count) < 30, 0.2, -0.3)
        return np.stack([np.zeros(count), np.zeros(count), z], axis=-1)[:, None, :]

    found = find_attractors(HOPFIELD, samples=100, starts=biased, temperature=0.5, field=0.0)
    assert found.hits.values.tolist() == [70.0, 30.0]
    assert np.sign(found.overlap.values[:, 0]).tolist() == [-1.0, 1.0]
    own = find_attractors(
        HOPFIELD, starts=HOPFIELD.state(biased(np.random.default_rng(0), 100)), temperature=0.5, field=0.0
    )
    assert own.hits.values.tolist() == [70.0, 30.0]


def test_limit_cycle_is_one_whatever_the_phase() -> None:
    found = find_attractors(HOPFIELD, samples=48, temperature=0.6, field=0.6)
    assert found.kind.values.tolist() == ["limit cycle"]
    assert found.share.item() == 1.0
    assert found.period.item() == pytest.approx(6.01, abs=0.01)
    run = ls.evolve(HOPFIELD, [0, 0.1, 0.1], np.linspace(0, 320, 32001), temperature=0.6, field=0.6)
    run = run.isel(time=slice(-2001, None))
    assert found.amplitude.item() == pytest.approx(float(np.ptp(run.m.values, axis=0).max()), rel=1e-3)
    assert found.lyapunov_exponent.item() == 0.0


def test_coexistence_of_cycle_and_retrieval() -> None:
    # docs/theory.md, section 9: 0.27204 < Ω < 0.27603 at T = 0.6 for Glauber rates.
    fields = [0.271, 0.274, 0.277]
    start = np.array([[0, 0, 0.01], [0, 0, -0.02], [0, 0.1, 0.1]])[:, None, :]
    states = ls.stationary_states(GLAUBER, temperature=0.6, field=0.274)
    near = states.m.values[:2] * 1.001
    begin = GLAUBER.state(np.concatenate([start, near]))
    found = find_attractors(GLAUBER, starts=begin, temperature=0.6, field=fields)
    assert set(found.kind.values[0]) == {"stationary", ""}
    assert sorted(found.kind.values[1]) == ["limit cycle", "stationary", "stationary"]
    assert found.kind.values[2].tolist() == ["limit cycle", "", ""]
    cycle = found.isel(field=1, attractor=0)
    assert cycle.kind == "limit cycle"
    assert cycle.hits == 3
    assert found.class_share.values[1].tolist() == pytest.approx([0.6, 0.4, 0.4])


def test_two_cycles_that_are_images_of_each_other() -> None:
    """Self-trapped motion above and below the equator: the flip of the pattern carries one orbit into the other."""
    spins = ls.Spins(ls.ideal_large_spins(1))
    model = ls.Model(spins, energy=0.5 * spins.average("x") - 2.0 * spins.average("z") ** 2)
    one = np.array([0.6, 0.0, 0.8])
    later = ls.evolve(model, one, 1.3).m.values[0]
    turned = model.state(np.stack([one, later, one * [1, -1, -1]])[:, None, :])
    found = find_attractors(model, starts=turned, settle=100.0)
    assert found.kind.values.tolist() == ["limit cycle", "limit cycle"]
    assert found.hits.values.tolist() == [2.0, 1.0]
    assert found.symmetry_class.values.tolist() == [0.0, 0.0]
    assert found.m.values[0, 0, 2] * found.m.values[1, 0, 2] < 0
    back = ls.evolve(model, one, found.period.values[0])
    assert back.m.values[0] == pytest.approx(one, abs=1e-6)


def test_two_patterns_give_four_images() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(2))
    found = find_attractors(model, samples=128, temperature=0.5, field=0.1)
    assert found.kind.values.tolist() == ["stationary"] * 4
    assert found.class_share.values.tolist() == [1.0] * 4
    largest = np.abs(found.overlap.values).max(axis=-1)
    assert largest == pytest.approx(largest[0])
    assert np.all(found.share_low < 0.25)
    assert np.all(found.share_high > 0.25)


def test_pure_states_stay_pure_and_choose_a_sign() -> None:
    found = find_attractors(DICKE, samples=24, settle=1500.0, coupling=[0.4, 0.9], field=0.5, loss_1=1.0)
    assert found.kind.values[0].tolist() == ["stationary", ""]
    assert found.kind.values[1].tolist() == ["stationary"] * 2
    # CL21 Eq. 12.
    expected = ls.phases.dicke_retrieval_overlaps(0.5, 0.9, [1.0], 1.0)[0]
    assert np.abs(found.overlap.values[1, :, 0]) == pytest.approx([expected] * 2)
    assert np.linalg.norm(found.m.values[1, :, 0], axis=-1) == pytest.approx([1.0, 1.0])
    # Normal: all spins along −x.
    assert found.m.values[0, 0, 0] == pytest.approx([-1.0, 0.0, 0.0], abs=1e-8)


@pytest.mark.slow
def test_conservative_chaos_and_tori() -> None:
    start = DICKE.state(np.array([[[0.6, 0, 0.8]], [[-0.999, 0.0, np.sqrt(1 - 0.999**2)]]]), modes=0)
    found = find_attractors(DICKE, starts=start, settle=1000.0, coupling=[0.9, 0.1], field=0.5, loss_1=0.0)
    assert "chaotic" in found.kind.values[0].tolist()
    chaotic = found.isel(coupling=0, attractor=found.kind.values[0].tolist().index("chaotic"))
    assert chaotic.lyapunov_exponent > 0.1
    assert set(found.kind.values[1]) <= {"torus", "limit cycle"}


def test_results_are_starts_and_bring_their_parameters() -> None:
    """Of three stationary states two attract: the unstable one, disturbed, falls to one of them."""
    states = ls.stationary_states(HOPFIELD, temperature=0.5, field=0.2)
    found = find_attractors(HOPFIELD, starts=states)
    assert (float(found.temperature), float(found.field)) == (0.5, 0.2)
    assert sorted(found.kind.values.tolist()) == ["stationary", "stationary", "unstable stationary"]
    assert found.hits.values.tolist() == [1.0, 1.0, 1.0]
    hotter = find_attractors(HOPFIELD, starts=states, temperature=1.5)
    assert (hotter.sizes["attractor"], hotter.hits.item()) == (1, 3.0)
    grid = ls.stationary_states(HOPFIELD, temperature=[0.5, 1.5], field=0.2)
    check_sentence(
        lambda: find_attractors(HOPFIELD, starts=grid),
        "Argument `starts` must hold states at one value of `temperature`, but it holds 2; give `temperature=…`, or choose "
        "states with `.sel(temperature=…)`.",
    )
    both = find_attractors(HOPFIELD, starts=grid, temperature=[0.5, 1.5])
    assert both.attrs["samples"] == 4  # gaps are no starts
    assert both.hits.sum("attractor").values.tolist() == [4.0, 4.0]
    assert both.outcome.values.tolist() == [["finished"] * 3, ["finished", "no state", "no state"]]
    assert both.usable.values[1].tolist() == [True, False, False]
    assert both.sentence.values[1, 2] == "No further attractor was seen at this point."


def test_starts_are_operators_of_qutip_not_functions() -> None:
    up = qutip.basis(2, 0) * qutip.basis(2, 0).dag()
    found = find_attractors(HOPFIELD, starts=up, temperature=0.5, field=0.2)
    assert found.hits.values.tolist() == [1.0]
    assert found.overlap.item() > 0.9


def test_modes_come_along() -> None:
    states = ls.stationary_states(DICKE, like=DICKE.state([-1, 0, 0], modes=0), coupling=1.2, field=0.5)
    row = states.isel(state=0)
    found = find_attractors(DICKE, starts=row)
    np.testing.assert_allclose(found.alpha.values[0], row.alpha.values, atol=1e-6)
    check_sentence(
        lambda: find_attractors(DICKE, starts=[0, 0, 1.0], coupling=0.9, field=0.5),
        "Argument `starts` must say where the 1 mode(s) of the model begin, but it holds particles alone; hand on the whole "
        "result, or make the state with `model.state(…, modes=…)` (`modes=0` is the vacuum).",
    )


def test_not_settled_is_said() -> None:
    found = find_attractors(HOPFIELD, samples=8, settle=2.0, temperature=0.9, field=0.12)
    assert "moving, not settled" in found.kind.values.tolist()
    index = found.kind.values.tolist().index("moving, not settled")
    assert "raise `settle`" in str(found.sentence.values[index])
    assert found.outcome.values[index] == "failed"
    assert not found.usable.values[index]


def test_exact_starts_rest_at_unstable_states() -> None:
    begin = HOPFIELD.state(np.array([[0.0, 0.0, 0.0], [0.0, 0.0, 1e-4]])[:, None, :])
    found = find_attractors(HOPFIELD, starts=begin, settle=2.0, temperature=0.5, field=0.1)
    assert found.kind.values.tolist() == ["unstable stationary", "moving, not settled"]
    assert found.hits.values.tolist() == [1.0, 1.0]
    assert str(found.sentence.values[0]).endswith("Reached by starts on its stable set only.")


def test_runs_on_their_way_to_a_cycle_are_counted_with_it() -> None:
    found = find_attractors(HOPFIELD, samples=4, settle=12.0, temperature=0.6, field=0.6)
    assert found.kind.values.tolist() == ["limit cycle"]
    assert found.hits.values.tolist() == [4.0]


def test_runs_that_diverge_are_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    def some_lost(model: ls.Model, starts: np.ndarray, *arguments: object, **options: object) -> np.ndarray:
        ends = final_states(model, starts, *arguments, **options)  # type: ignore[arg-type]
        ends[:3] = np.nan
        return ends

    monkeypatch.setattr("largespin.attractors.find_attractors.final_states", some_lost)
    found = find_attractors(HOPFIELD, samples=8, temperature=2.0, field=0.2)
    assert found.kind.values.tolist() == ["stationary", "failed"]
    assert found.hits.values.tolist() == [5.0, 3.0]
    assert str(found.sentence.values[1]).startswith("Failed: the state diverges")
    assert np.isnan(found.m.values[1]).all()


def test_grouping_by_symmetry() -> None:
    points = [Attractor("stationary", np.array([[x, 0.0]]), 1e-4, "", [0]) for x in (1.0, 0.5, -1.0)]
    group_images(points, [lambda u: -u])
    assert [a.group for a in points] == [0, 1, 0]


def test_path_distance_is_to_segments() -> None:
    path = np.array([[0.0, 0.0], [2.0, 0.0], [2.0, 2.0]])
    assert path_distance(path, np.array([[1.0, 0.5], [3.0, 3.0], [2.0, 1.0]])) == pytest.approx([0.5, 2**0.5, 0.0])
    assert path_distance(path[:1], np.array([[3.0, 4.0]])) == pytest.approx([5.0])


def test_clouds_are_told_apart() -> None:
    generator = np.random.default_rng(2)
    one, two = generator.normal(size=(2, 512, 3))
    assert same_set(one, two)
    away = np.array([4.0, 0.0, 0.0])
    assert not same_set(one, two + away)
    # One part of the other is not the other.
    assert not same_set(np.concatenate([one, two + 2 * away]), two)
    assert not same_set(two, np.concatenate([one, two + 2 * away, two + 4 * away]))


def test_wrong_input() -> None:
    mixed = DICKE.state(np.array([[[0, 0, 1.0]], [[0, 0, 0.5]]]), modes=0)
    check_sentence(
        lambda: find_attractors(DICKE, starts=mixed, coupling=0.9, field=0.5),
        "Argument `starts` must share the values of all conserved quantities, but purity of block 0 differs between "
        "starts, so every start has attractors of its own; draw the starts at fixed values.",
    )
    check_sentence(
        lambda: find_attractors(
            HOPFIELD, samples=3, starts=lambda generator, count: [0, 0, 1], temperature=1.0, field=0.0
        ),
        "Argument `starts` must return 3 states when it is called, but it returned 1.",
    )

    spins = ls.Spins()
    dephasing = ls.Model(spins, energy=spins.average("z"), jumps=[ls.Jump(spins.z, 0.5)])
    check_sentence(
        lambda: find_attractors(dephasing, samples=4),
        "Argument `starts` must share the values of all conserved quantities, but linear quantity 0 differs between "
        "uniform starts, so every start has attractors of its own; give `starts` of one's own at fixed values.",
    )

    def one_only(generator: np.random.Generator) -> np.ndarray:
        return generator.normal(size=3)

    check_sentence(
        lambda: find_attractors(HOPFIELD, starts=one_only, temperature=1.0, field=0.0),  # type: ignore[arg-type]
        "Argument `starts` must take a NumPy generator and the number of states when it is called, but this does not fit "
        "one_only(generator: numpy.random._generator.Generator) -> numpy.ndarray: too many positional arguments.",
    )
    check_sentence(
        lambda: find_attractors(HOPFIELD, settle=0.0, temperature=1.0, field=0.0),
        "Argument `settle` must be above 0, but it is 0.",
    )
    check_sentence(
        lambda: find_attractors(HOPFIELD, samples=0, temperature=1.0, field=0.0),
        "Argument `samples` must be at least 1, but it is 0.",
    )
    check_sentence(
        lambda: find_attractors(HOPFIELD, tolerance=0.01, temperature=1.0, field=0.0),
        "Argument `tolerance` must lie in [1e-15, 0.001], but it is 0.01.",
    )


def test_slow_decay_is_no_torus() -> None:
    """Far above threshold the spin creeps to rest at a rate of 2.4e-4: after t = 400 it moves on what looks like a torus."""
    states = ls.stationary_states(DICKE, like=DICKE.state([0, 0, 1], modes=0), coupling=1.5, field=0.5, loss_1=1.0)
    assert states.growth_rate.values[0] == pytest.approx(-2.39e-4, abs=1e-6)
    found = find_attractors(DICKE, samples=1, seed=1, coupling=1.5, field=0.5, loss_1=1.0)
    assert set(found.kind.values.tolist()) == {"moving, not settled"}
