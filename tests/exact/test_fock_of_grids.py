"""How many Fock states and which displacements do the points of a grid get?"""

import re
from typing import Any

import numpy as np
import pytest
from grid_models import COUPLED, DICKE, HOPFIELD, TIMES, UP, amplifier, up
from sentences import check_sentence

import largespin as ls
from largespin.exact.generator.system import System
from largespin.exact.solvers import cutoff


def test_a_given_state_keeps_its_fock_states() -> None:
    system = System(DICKE, particles=2, fock=6, parameters=COUPLED)
    begin = system.product_state(UP)
    run = ls.exact.evolve(DICKE, begin, TIMES, particles=2, parameters=COUPLED)
    given = ls.exact.evolve(DICKE, up(DICKE), TIMES, particles=2, fock=6, parameters=COUPLED)
    assert run.outcome.item() == given.outcome.item() == "truncated"
    assert run.sentence.item().endswith("of the probability; more are needed.")
    assert given.sentence.item().endswith("of the probability; raise `fock` or leave it out.")
    assert run.fock.values.tolist() == [6]
    for name in ("m", "q", "occupation", "covariance", "fock_tail"):
        np.testing.assert_allclose(run[name].values, given[name].values, atol=1e-10, err_msg=name)
    assert np.all(np.isfinite(run.m))
    check_sentence(
        lambda: ls.exact.evolve(DICKE, begin, TIMES, particles=[2, 3], parameters=COUPLED),
        "At particles = 3: Argument `start` must be a state of (3,) particles and (6,) Fock states, but it has (2,) and (6,).",
    )


def test_an_unstable_mode_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cutoff, "LARGEST_FOCK", 40)
    run = ls.exact.evolve(amplifier(), up(amplifier()), [0.0, 0.4, 4.0], particles=1, chi=[0.1, 1.0], keep_states=True)
    assert run.outcome.values.tolist() == ["finished", "failed"]
    said = (
        r"The number of Fock states was not raised beyond 40, but the last of them hold 0.\d+ of the probability of mode b, "
        r"which may be unstable; give `fock`, or end earlier\."
    )
    assert re.fullmatch(said, run.sentence.values[1])
    # What was reached with enough Fock states is good: the squeezed vacuum q² → e^{(2χ − κ) t} (…) of a parametric drive.
    assert run.end_time.values[1] == 0.4
    assert np.all(np.isnan(run.m.values[1, 2]))
    assert np.all(np.isnan(run.density_matrix.values[1, 2]))
    for row, chi in enumerate((0.1, 1.0)):
        growth = 2 * chi - 0.5
        expected = 0.5 * (np.exp(growth * 0.4) + 0.5 * (np.exp(growth * 0.4) - 1.0) / growth)
        variance = float(run.covariance.sel(row="b q", column="b q").values[row, 1])
        assert variance == pytest.approx(expected, rel=2e-4)
    found = ls.exact.stationary_states(amplifier(), particles=1, chi=[0.1, 1.0])
    assert found.outcome.values.tolist() == ["finished", "failed"]
    assert re.fullmatch(said, found.sentence.values[1])


def test_a_guess_beyond_the_limit_may_double() -> None:
    assert cutoff.grown(DICKE, (400,), np.array([1.0]), 1e-6, (400,)) == (602,)
    with pytest.raises(cutoff.CutoffError, match="not raised beyond 800"):
        cutoff.grown(DICKE, (602,), np.array([1.0]), 1e-6, (400,))
    with pytest.raises(cutoff.CutoffError, match=f"not raised beyond {cutoff.LARGEST_FOCK}"):
        cutoff.grown(DICKE, (250,), np.array([1.0]), 1e-6, (8,))
    assert cutoff.grown(DICKE, (8,), np.array([0.0]), 1e-6, (8,)) == (8,)


def test_given_fock_states_that_do_not_suffice_are_said_of_stationary_states() -> None:
    found = ls.exact.stationary_states(DICKE, particles=1, fock=3, field=0.5, coupling=[0.0, 1.5])
    assert found.outcome.values.tolist()[1] == "truncated"
    assert "raise `fock` or leave it out" in str(found.sentence.values[1])
    enough = ls.exact.stationary_states(DICKE, particles=1, field=0.5, coupling=1.5)
    assert enough.outcome.item() == "finished"
    assert enough.fock_tail.max() <= 1e-6 < np.nanmax(found.fock_tail.values[1])
    assert enough.fock.values[0] > 3


@pytest.mark.parametrize(
    ("model", "fock", "displacement", "sentence"),
    [
        (HOPFIELD, None, [1.0], "Argument `displacement` must be left out for a model without modes, but it is given."),
        (HOPFIELD, None, [], "Argument `displacement` must be left out for a model without modes, but it is given."),
        (DICKE, 4, "mean field", "Argument `displacement` must be amplitudes, or a function of time that gives them, but it is "
         "'mean field'; `largespin.exact.evolve` finds it for displace='mean field'."),
        (DICKE, 4, [1.0, 2.0], "Argument `displacement` must be 1 finite amplitudes, one per mode, but its shape is (2,)."),
        (DICKE, 4, [np.inf], "Argument `displacement` must be 1 finite amplitudes, one per mode, but it contains NaN or infinity."),
    ],
)  # fmt: skip
def test_bad_displacements(model: ls.Model, fock: Any, displacement: Any, sentence: str) -> None:
    values = {"temperature": 0.5, "field": 0.2} if model is HOPFIELD else COUPLED
    check_sentence(
        lambda: System(model, particles=2, fock=fock, displacement=displacement, parameters=values), sentence
    )


def test_displacements_of_runs_without_modes() -> None:
    values: dict[str, Any] = {"particles": 2, "temperature": 0.5, "field": 0.2}
    check_sentence(
        lambda: ls.exact.evolve(HOPFIELD, UP, 1.0, displace=[0.1], **values),
        "Argument `displace` must be left out for a model without modes, but it is given.",
    )
    free = ls.exact.evolve(HOPFIELD, UP, 1.0, displace="mean field", **values)
    np.testing.assert_array_equal(free.m.values, ls.exact.evolve(HOPFIELD, UP, 1.0, **values).m.values)
