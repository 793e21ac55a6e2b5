"""The command that prints equations."""

import pytest
from typer.testing import CliRunner

import largespin as ls
from largespin.cli.app import app


@pytest.mark.parametrize("rates", ["exponential", "glauber"])
def test_hopfield(rates: str) -> None:
    result = CliRunner().invoke(app, ["equations", "hopfield", "--rates", rates, "--patterns", "3"])
    expected = ls.equations(ls.models.hopfield(ls.ideal_large_spins(3), rates=rates))
    assert result.stdout == f"{expected}\n"


def test_dicke_as_latex() -> None:
    result = CliRunner().invoke(app, ["equations", "dicke", "--latex"])
    assert result.stdout == ls.equations(ls.models.dicke(ls.ideal_large_spins(2))).latex() + "\n"
