"""First mistakes: something of the wrong kind in any argument of the front doors is answered in one sentence, or works."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import largespin as ls

PATTERNS = ls.random_patterns(2, 100, seed=1)
BLOCKS = ls.large_spins(PATTERNS)
MODEL = ls.models.hopfield(ls.ideal_large_spins(1))
RUN = ls.evolve(MODEL, [0, 0, 1.0], [0, 1.0], temperature=0.5, field=0.2)
PICTURE = np.where(np.arange(16).reshape(4, 4) % 3 == 0, 1, -1)

CALLS: dict[str, tuple[Any, dict[str, Any]]] = {
    "random_patterns": (ls.random_patterns, dict(count=2, sites=10, seed=0, values=(-1, 1), probabilities=None)),
    "patterns_from_array": (
        ls.patterns_from_array,
        dict(array=[[1, -1]], names=None, picture_shape=None, keep_values=False),
    ),
    "patterns_from_images": (ls.patterns_from_images, dict(paths=["a.png"], size=None, threshold=None)),
    "save_picture": (ls.save_picture, dict(values=PICTURE, path="b.png", scale=1)),
    "large_spins": (ls.large_spins, dict(patterns=PATTERNS, gauge=False, weights="actual", start=None)),
    "ideal_large_spins": (ls.ideal_large_spins, dict(count=2, gauge=True, values=(-1, 1), probabilities=None)),
    "corrupt": (ls.corrupt, dict(configuration=[1, -1], share=0.5, seed=0)),
    "overlaps": (ls.overlaps, dict(patterns=PATTERNS, configuration=PATTERNS[0])),
    "check_load": (ls.check_load, dict(patterns=PATTERNS, blocks=BLOCKS, rule="hebb")),
    "learning_matrix": (ls.learning_matrix, dict(stored=PATTERNS, rule="hebb")),
    "orth": (ls.orthogonalised_couplings, dict(stored=PATTERNS)),
    "strongest": (ls.strongest_correlation, dict(stored=PATTERNS)),
    "recommended": (ls.recommended_rule, dict(stored=PATTERNS, limit=None)),
    "hopfield": (ls.models.hopfield, dict(large_spins=BLOCKS, rates="glauber", learning="hebb", pair_coupling=False)),
    "dicke": (
        ls.models.dicke,
        dict(
            large_spins=BLOCKS,
            mode_frequencies=None,
            losses=1.0,
            learning="hebb",
            decay=False,
            dephasing=False,
            relaxation=False,
        ),
    ),
    "retrieve": (
        ls.retrieve,
        dict(
            patterns=PATTERNS,
            model="hopfield",
            start=0,
            corruption=None,
            seed=0,
            learning=None,
            rates=None,
            temperature=None,
            field=None,
            time=1.0,
            frames=5,
            tolerance=1e-6,
            report=None,
        ),
    ),
    "equations": (ls.equations, dict(model=MODEL)),
    "Patterns": (ls.Patterns, dict(values=[[1.0, -1.0]], names=("a",), picture_shape=None)),
    "LargeSpins": (
        ls.LargeSpins,
        dict(
            coefficients=[[1.0, -1.0]],
            weights=[0.5, 0.5],
            names=("a",),
            block_of_site=None,
            counts=None,
            gauge=None,
            start=None,
            picture_shape=None,
            is_gauged=False,
        ),
    ),
    "near_pattern": (BLOCKS.near_pattern, dict(index=0, flipped=0.0, antipattern=False)),
    "from_sites": (BLOCKS.from_sites, dict(configuration=PATTERNS[0])),
    "paint": (BLOCKS.paint, dict(block_values=np.ones(BLOCKS.number_of_blocks))),
    "S.overlaps": (BLOCKS.overlaps, dict(block_values=np.ones(BLOCKS.number_of_blocks))),
    "picture": (ls.patterns_from_array([PICTURE]).picture, dict(index=0)),
    "PATTERNS[]": (lambda index: PATTERNS[index], dict(index=0)),
    "select": (lambda index: PATTERNS.select(index), dict(index=0)),
    "Particles": (ls.Particles, dict(levels=3, weights=[1.0], coefficients=((),), operators={}, level_names=())),
    "Spins": (ls.Spins, dict(blocks=None, weights=None, coefficients=None, operators=None)),
    "transition": (ls.transition, dict(levels=3, to=1, source=2)),
    "Jump": (ls.Jump, dict(operator=np.eye(2), amplitude=1, name="")),
    "CollectiveJump": (ls.CollectiveJump, dict(amplitude=1, name="")),
    "Mode": (ls.Mode, dict(name="a")),
    "modes": (ls.modes, dict(name="a", count=2)),
    "Model": (ls.Model, dict(particles=ls.Spins(), energy=0, jumps=(), collective_jumps=(), modes=(), name="x")),
    "average": (ls.Spins().average, dict(operator="x", coefficients=None, symbol=None, coefficient_name=None)),
    "block_average": (ls.Spins().block_average, dict(block=0, operator="x", symbol=None)),
    "overlaps.p": (ls.Spins(BLOCKS).overlaps, dict(operator="z", name="o")),
    "local_field": (
        ls.Spins(BLOCKS).local_field,
        dict(averages=ls.Spins(BLOCKS).overlaps(), matrix=None, matrix_name="A", symbol="D"),
    ),
    "per_block": (ls.Spins().per_block, dict(values=[1.0], symbol="t")),
    "loss": (ls.Mode("a").loss, dict(rate=1)),
}
WRONG: list[Any] = [
    None,
    3,
    -1,
    2.5,
    "text",
    [],
    {},
    object(),
    np.nan,
    RUN,
    PATTERNS,
    MODEL,
    np.ones((2, 10)),
    [[1, 2], [3]],
    True,
    ["x"],
    [3],
    (1, 2, 3),
    1j,
    np.zeros((0, 0)),
    b"x",
]


def answer(function: Any, arguments: dict[str, Any]) -> str:
    """What a call refuses, if it refuses; any other exception is a failure."""
    try:
        function(**arguments)
    except ls.LargespinError as error:
        return str(error)
    return ""


PLACES = [(call, argument) for call, (_, arguments) in CALLS.items() for argument in arguments]


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("call", "argument"), PLACES)
def test_wrong_kinds_are_refused_in_one_sentence(
    call: str, argument: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    ls.save_picture(PICTURE, "a.png")
    function, right = CALLS[call]
    function(**right)
    for wrong in WRONG:
        sentence = answer(function, right | {argument: wrong})
        assert "\n" not in sentence
        assert len(sentence) < 400


def test_values_of_pictures_are_named_with_the_cure() -> None:
    signs = ls.random_patterns(2, 50, seed=0).values
    picture = (signs + 1) / 2
    for array in (picture, picture.astype(bool)):
        with pytest.raises(ls.LargespinError, match=r"2\*array - 1 makes them ±1"):
            ls.patterns_from_array(array)
    np.testing.assert_array_equal(ls.patterns_from_array(2 * picture - 1).values, signs)
    grey = np.arange(100, dtype=np.uint8).reshape(2, 50)
    for array in (255 * picture, (255 * picture).astype(np.uint8), grey):
        with pytest.raises(ls.LargespinError, match=r"holds brightness from 0 to .* np.where\(array < 128, 1, -1\)"):
            ls.patterns_from_array(array)
    np.testing.assert_array_equal(ls.patterns_from_array(picture, keep_values=True).values, picture)
    assert ls.patterns_from_array(np.ones((1, 4), dtype=np.uint8)).is_binary
    assert not ls.patterns_from_array([[0, 1, -1, 1]]).is_binary


@pytest.mark.parametrize("rates", ["exponential", "glauber"])
def test_networks_with_huge_values_name_the_values(rates: Any) -> None:
    array = 255 * (ls.random_patterns(2, 50, seed=0).values + 1) / 2
    blocks = ls.large_spins(ls.patterns_from_array(array, keep_values=True))
    with pytest.raises(ls.LargespinError, match=r"must store values of order one.* from 0 to 255; divide the patterns"):
        ls.models.hopfield(blocks, rates=rates)
    ls.models.hopfield(blocks, rates=rates, learning="projection")


def test_words_are_answered_with_the_nearest_right_one() -> None:
    with pytest.raises(ls.LargespinError, match="but it is 'glauberr'; did you mean 'glauber'"):
        ls.models.hopfield(BLOCKS, rates="glauberr")  # type: ignore[arg-type]
    with pytest.raises(ls.LargespinError, match="did you mean 'hopfield'"):
        ls.retrieve(PATTERNS, model="hopfeild")  # type: ignore[arg-type]
    with pytest.raises(ls.LargespinError, match="did you mean 'projection'"):
        ls.retrieve(PATTERNS, learning="projektion")  # type: ignore[arg-type]
