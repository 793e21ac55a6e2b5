"""What a type checker tells users: their mistakes are found, and every public call returns something concrete."""

import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest
from public_calls import CALLS

CONFIGURATION = """
[mypy]
plugins = largespin.mypy_plugin
python_version = 3.11
ignore_missing_imports = true
"""
BEGINNING = """
import numpy as np
import xarray as xr
import largespin as ls
from largespin.patterns.patterns import Patterns

memory: ls.Model = ls.models.hopfield(ls.ideal_large_spins(1))
spins = ls.Spins()
covariance: xr.DataArray = xr.DataArray(0.5 * np.eye(4))
patterns: Patterns = ls.random_patterns(2, 100, seed=1)
"""
RIGHT = [
    "ls.evolve(memory, [0, 0, 1], 1.0, temperature=0.5, field=[0.1, 0.2], tolerance=1e-6)",
    "ls.exact.evolve(memory, [0, 0, 1], [0, 1], particles=[10, 20], temperature=0.5, field=0.2)",
    "spins.raising @ spins.z",
    'ls.models.hopfield(ls.ideal_large_spins(1), rates="glauber")',
    "ls.gaussian.discord(covariance, 0, 1, tolerance=1e-6)",
]
MISTAKES = {
    "option of a call with parameters": "ls.evolve(memory, [0, 0, 1], 1.0, temperature=0.5, field=0.2, tol=1e-6)",
    "letter of an option": "ls.stationary_states(memory, strats=4, temperature=0.5, field=0.2)",
    "option of a measure": "ls.gaussian.discord(covariance, 0, 1, tol=1e-6)",
    "operator": "spins.xx",
    "kind of number": 'ls.exact.evolve(memory, [0, 0, 1], [0, 1], particles="many", temperature=0.5, field=0.2)',
    "word": 'ls.evolve(memory, [0, 0, 1], 1.0, method="euler", temperature=0.5, field=0.2)',
    "word of a model": 'ls.models.hopfield(ls.ideal_large_spins(1), rates="glauberr")',
    "public name": "ls.evolv(memory, [0, 0, 1], 1.0)",
    "missing argument": "ls.exact.evolve(memory, [0, 0, 1], [0, 1], temperature=0.5, field=0.2)",
    "word of retrieval": 'ls.retrieve(patterns, model="hopfeld")',
    "option of retrieval": "ls.retrieve(patterns, tol=1e-6)",
    "range": 'ls.branch(memory, [0, 0, 0], between=("field", 0, 1), temperature=0.5, field=0.1)',
    "word of ordering": 'ls.gaussian.purity(covariance, ordering="pqpq")',
    "text for a sweep": 'ls.sweep(len, over={"x": [1]}, executor="proceses")',
}

pytestmark = pytest.mark.slow


def checked(folder: Path, lines: list[str]) -> str:
    """What mypy says of a user's file."""
    (folder / "mypy.ini").write_text(CONFIGURATION, encoding="utf-8")
    (folder / "users.py").write_text(BEGINNING + "\n".join(lines) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--config-file", "mypy.ini", "users.py"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return done.stdout + done.stderr


def test_mistakes_are_found_and_nothing_else(tmp_path: Path) -> None:
    said = checked(tmp_path, [*RIGHT, *MISTAKES.values()])
    first = BEGINNING.count("\n") + 1
    found = {int(line) for line in re.findall(r"users.py:(\d+): error", said)}
    unseen = [name for number, name in enumerate(MISTAKES, first + len(RIGHT)) if number not in found]
    assert not unseen, said
    assert not {line for line in found if line < first + len(RIGHT)}, said


def test_every_public_call_returns_something_concrete(tmp_path: Path) -> None:
    said = checked(tmp_path, [f"reveal_type(ls.{name})" for name in CALLS])
    revealed = re.findall(r'Revealed type is "(.*)"', said)
    assert len(revealed) == len(CALLS), said
    vague = [name for name, shown in zip(CALLS, revealed, strict=True) if re.search(r"\bAny\b", _returns(shown))]
    assert not vague


def _returns(shown: str) -> str:
    """What a revealed function returns: all that stands outside of the brackets around arguments."""
    text = shown.removeprefix("Overload(").removesuffix(")") if shown.startswith("Overload(") else shown
    # Shapes and element types of arrays say nothing about a vague return.
    text = re.sub(r"tuple\[Any, \.\.\.\]|dtype\[Any\]", "", text)
    found, depth = "", 0
    for letter in text:
        depth += (letter == "(") - (letter == ")")
        found += letter if depth == 0 and letter != ")" else ""
    return found


def test_returns_are_told_from_arguments() -> None:
    assert "Any" not in _returns("def (f: def (*Any) -> Any, **values: Any) -> Dataset")
    assert "Any" in _returns("def (x: int) -> dict[str, Any]")


def test_every_function_is_annotated() -> None:
    for name, call in CALLS.items():
        assert inspect.signature(call).return_annotation is not inspect.Signature.empty, name
