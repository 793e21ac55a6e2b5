"""The command that prints equations."""

import subprocess
import sys
from typing import Any

import pytest
from typer.testing import CliRunner

import largespin as ls
from largespin.cli.app import app
from largespin.models.ready.rates import Rates


@pytest.mark.parametrize("rates", ["exponential", "glauber"])
def test_hopfield(rates: Rates) -> None:
    result = CliRunner().invoke(app, ["equations", "hopfield", "--rates", rates, "--patterns", "3"])
    expected = ls.equations(ls.models.hopfield(ls.ideal_large_spins(3), rates=rates))
    assert result.stdout == f"{expected}\n"


def test_dicke_as_latex() -> None:
    result = CliRunner().invoke(app, ["equations", "dicke", "--latex"])
    assert result.stdout == ls.equations(ls.models.dicke(ls.ideal_large_spins(2))).latex() + "\n"


@pytest.mark.parametrize(
    ("words", "options"),
    [
        (["hopfield", "--learning=projection", "--pair-coupling"], {"learning": "projection", "pair_coupling": True}),
        (["dicke", "--relaxation"], {"relaxation": True}),
    ],
)
def test_options_are_those_of_the_model(words: list[str], options: dict[str, Any]) -> None:
    result = CliRunner().invoke(app, ["equations", *words])
    build = getattr(ls.models, words[0])
    assert result.stdout == f"{ls.equations(build(ls.ideal_large_spins(2), **options))}\n"


def test_decay_needs_blocks_without_a_gauge() -> None:
    result = CliRunner().invoke(app, ["equations", "dicke", "--decay"])
    assert "- γ m_{k,z} - γ" in result.stdout


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["hopfeild"], "dicke, hopfield; did you mean hopfield?"),
        (
            ["dicke", "--rates", "glauber"],
            "Option --rates must be left out for the model dicke, which has --learning, --decay",
        ),
        (
            ["hopfield", "--rates", "glauberr"],
            "Option --rates must be one of exponential, glauber, but it is 'glauberr'.",
        ),
        (["hopfield", "--rates"], "Option --rates must be one of exponential, glauber, but it is ''."),
        (["hopfield", "more"], "Option more must be left out"),
    ],
)
def test_wrong_options(words: list[str], sentence: str) -> None:
    result = CliRunner().invoke(app, ["equations", *words])
    assert result.exit_code == 2
    assert sentence in result.stderr


def test_python_m_largespin_is_the_command() -> None:
    said = [
        subprocess.run([*program, "--version"], capture_output=True, text=True, check=True).stdout
        for program in (
            [sys.executable, "-m", "largespin"],
            [sys.executable, "-c", "from largespin.cli import main; main()"],
        )
    ]
    assert said[0] == said[1] == f"largespin {ls.__version__}\n"
