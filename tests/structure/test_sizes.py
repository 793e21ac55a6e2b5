"""Small rooms: a function fits on one screen, a file holds one idea."""

import ast
from pathlib import Path

import pytest

import largespin

ROOT = Path(largespin.__file__).parent
LONGEST_FUNCTION = 60
"""Lines of a function without its docstring: one screen."""
LONGEST_FILE = 350
FILES = sorted(ROOT.rglob("*.py"))


def lines_of_functions(path: Path) -> dict[str, int]:
    """Lines of every function of a file, docstrings left out."""
    found = {}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            assert node.end_lineno is not None
            first = node.body[0]
            is_docstring = ast.get_docstring(node) is not None and first.end_lineno is not None
            docstring = first.end_lineno - first.lineno + 1 if is_docstring and first.end_lineno else 0
            found[f"{node.name} (line {node.lineno})"] = node.end_lineno - node.lineno + 1 - docstring
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_rooms_are_small(path: Path) -> None:
    assert path.read_text(encoding="utf-8").count("\n") <= LONGEST_FILE
    assert {name: size for name, size in lines_of_functions(path).items() if size > LONGEST_FUNCTION} == {}


def test_the_measure_measures() -> None:
    measured = lines_of_functions(ROOT / "errors.py")
    assert any(name.startswith("number_in") and 8 <= size <= 20 for name, size in measured.items())
