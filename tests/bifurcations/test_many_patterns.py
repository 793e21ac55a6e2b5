"""Several patterns at once: what symmetry makes critical together, and which mixtures grow."""

import numpy as np
import pytest

import largespin as ls
from largespin import boundaries, branches


@pytest.mark.slow
def test_two_patterns_with_independent_blocks() -> None:
    """Two patterns are two independent blocks: their folds coincide, and single and mixed states share all lines."""
    model = ls.models.hopfield(ls.ideal_large_spins(2))
    lines = boundaries(
        model,
        between={"temperature": (0.4, 1.2), "field": (0.0, 0.5)},
        cuts=2,
    )
    beta = 1 / lines.temperature.values
    paramagnet = np.abs(lines.overlap.values).max(axis=1) < 1e-9
    pitchfork = paramagnet & lines.kind.str.startswith("pitchfork").values
    assert np.abs(beta - 1 - 8 * lines.field.values**2)[pitchfork].max() < 1e-9
    # F24 (B.4) with the magnetisation of the block that folds: [1 + 8Ω²/cosh²(βm)] m = tanh(βm), and its derivative.
    fold = (lines.kind == "fold").values & (lines.temperature.values < 0.65)
    m = np.abs(lines.m.sel(component="z").values).max(axis=1)
    c = np.cosh(beta * m)
    equation = (1 + 8 * lines.field.values**2 / c**2) * m - np.tanh(beta * m)
    assert fold.sum() > 10
    assert np.abs(equation[fold]).max() < 1e-9


def test_four_patterns_grow_in_all_their_mixtures() -> None:
    """One, two, three and four equal overlaps: by the mean over blocks, ``(1 + 8Ω²/cosh²(βh)) m = tanh(βh)`` (B.1)."""
    model = ls.models.hopfield(ls.ideal_large_spins(4))
    found = branches(model, [0, 0, 0], between={"temperature": (0.8, 1.2)}, temperature=1.1, field=0.1, depth=1)
    assert found.multiplicity.values[0] == 4
    counts = set()
    for number in range(1, found.sizes["branch_number"]):
        own = found.isel(point=(found.branch == number) & (found.special == "")).isel(point=-1)
        overlap = own.overlap.values
        size = np.abs(overlap).max()
        active = np.sign(overlap) * (np.abs(overlap) > 1e-9)
        assert np.abs(overlap - size * active).max() < 1e-8
        beta = 1 / own.temperature.item()
        signs = np.array(np.meshgrid(*[[-1, 1]] * 4)).reshape(4, -1)
        field = beta * size * (active @ signs)
        m = np.tanh(field) / (1 + 8 * 0.01 / np.cosh(field) ** 2)
        assert np.mean(m * (active @ signs)) / np.abs(active).sum() == pytest.approx(size, abs=1e-8)
        counts.add(int(np.abs(active).sum()))
    assert counts == {1, 2, 3, 4}


@pytest.mark.slow
def test_three_patterns_oscillate_together() -> None:
    """At the double zero of the paramagnet six eigenvalues vanish at once; the Hopf line of three pairs begins there.

    No cut crosses this line.
    """
    lines = boundaries(
        ls.models.hopfield(ls.ideal_large_spins(3)),
        between={"temperature": (0.5, 0.9), "field": (0.1, 0.32)},
        cuts=1,
        depth=0,
    )
    paramagnet = np.abs(lines.overlap.values).max(axis=1) < 1e-9
    hopf = paramagnet & lines.kind.str.startswith("Hopf").values
    assert hopf.sum() > 2
    assert np.abs(lines.temperature.values - 2 / 3)[hopf].max() < 1e-8
    assert lines.field.values[hopf].min() == pytest.approx(0.25, abs=0.02)
