"""Layers point one way, importing is light, and what the package promises is there."""

import ast
import importlib
import inspect
import re
import subprocess
import sys
from pathlib import Path

import pytest

import largespin

ROOT = Path(largespin.__file__).parent
PACKAGE = "largespin"

PAGE = Path(__file__).parents[2] / "docs" / "architecture.md"
NOT_AT_RUN_TIME = {"qutip", "hypothesis", "pytest"}


def tables(page: str) -> list[list[tuple[list[str], list[str]]]]:
    """Of every table whose last column says what may be imported: names in the first and in the last column of each row."""
    found = []
    for table in re.findall(r"^\|[^\n]*may import \|\n\|[-|]+\|\n((?:\|.*\n)+)", page, re.MULTILINE):
        rows = [[re.findall(r"`([^`]+)`", cell) for cell in row.strip("|").split("|")] for row in table.splitlines()]
        found.append([(row[0], row[-1]) for row in rows])
    return found


PACKAGES, STOREYS = tables(PAGE.read_text(encoding="utf-8"))
GROUND = set(PACKAGES[0][0])
ALLOWED = {name: GROUND | set(allowed) for names, allowed in PACKAGES for name in names}
WITHIN = {name: set(allowed) for names, allowed in STOREYS for name in names}

AMONG = {"bifurcations/kinds"}
"""Sub-packages that are no storey: they stand among the files of their package."""


def files() -> list[Path]:
    return sorted(path for path in ROOT.rglob("*.py") if "__pycache__" not in path.parts)


def layer(path: Path) -> str:
    first = path.relative_to(ROOT).parts[0]
    return first.removesuffix(".py")


def storey(parts: tuple[str, ...]) -> str:
    """The storey of a module: ``exact/space`` for largespin.exact.space.fock, ``bounds`` for largespin.bounds.majorants."""
    inner = "/".join(parts[:2])
    return inner if inner in WITHIN else parts[0]


def imports(path: Path) -> set[str]:
    """Full names of the modules that a file imports anywhere, functions included."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are written in full"
            found.add(node.module or "")
            if node.module == PACKAGE:
                found |= {f"{PACKAGE}.{alias.name}" for alias in node.names}
    return found


def modules_imported(path: Path) -> list[tuple[str, ...]]:
    return [tuple(name.split(".")[1:]) for name in imports(path) if name.startswith(f"{PACKAGE}.")]


def layers_imported(path: Path) -> set[str]:
    return {parts[0] for parts in modules_imported(path)} - {layer(path)}


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_layers_point_one_way(path: Path) -> None:
    if layer(path) != "__init__":
        assert layers_imported(path) <= ALLOWED[layer(path)]


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_storeys_point_one_way(path: Path) -> None:
    parts = path.relative_to(ROOT).with_suffix("").parts
    own = storey(parts)
    # The head of a package gathers the public names of all its storeys.
    if own not in WITHIN or parts[1:] == ("__init__",):
        return
    used = {storey(module) for module in modules_imported(path) if module[0] == parts[0]}
    assert used - {own} <= WITHIN[own]


def test_every_layer_is_known() -> None:
    assert {layer(path) for path in files()} == set(ALLOWED) | {"__init__"}


def test_every_storey_is_known() -> None:
    inner = {"/".join(path.relative_to(ROOT).parts[:2]) for path in files() if len(path.relative_to(ROOT).parts) > 2}
    assert inner - AMONG == {name for name in WITHIN if "/" in name}


@pytest.mark.parametrize("table", [PACKAGES, STOREYS], ids=["packages", "storeys"])
def test_the_tables_allow_no_circle(table: list[tuple[list[str], list[str]]]) -> None:
    """Whatever a row may import stands above it, hence no chain of imports comes back."""
    for row, (_, allowed) in enumerate(table):
        assert set(allowed) <= {name for names, _ in table[:row] for name in names}


def test_the_reader_of_tables_sees_something() -> None:
    page = "| package | question | may import |\n|---|---|---|\n| `a`, `b` | `no` | each other |\n| `c` | | `a` |\n\n"
    assert tables(page) == [[(["a", "b"], []), (["c"], ["a"])]]
    assert ALLOWED["plot"] >= {"patterns"}
    assert "cli" not in ALLOWED["plot"]
    assert WITHIN["exact/states"] == {"exact/space"}
    assert storey(("exact", "space", "fock")) == "exact/space"
    assert storey(("bounds", "majorants")) == "bounds"


def test_the_reader_of_imports_sees_something() -> None:
    assert layers_imported(ROOT / "models" / "ready" / "dicke.py") == {"errors", "model", "patterns"}
    assert "heyoka" in imports(ROOT / "meanfield" / "compile.py")


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_nothing_imports_the_test_tools(path: Path) -> None:
    assert not {name.split(".")[0] for name in imports(path)} & NOT_AT_RUN_TIME


def loaded_by(statement: str) -> set[str]:
    code = f"import sys; {statement}; print(' '.join(sys.modules))"
    output = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    return {name.split(".")[0] for name in output.split()}


def test_import_is_light() -> None:
    heavy = {
        "sympy",
        "heyoka",
        "scipy",
        "xarray",
        "matplotlib",
        "numpy",
        "PIL",
        "rich",
        "typer",
        "h5netcdf",
        "zarr",
        "distributed",
        "loky",
        "pydantic",
    }
    assert not loaded_by("import largespin") & heavy
    assert {"sympy"} <= loaded_by("import largespin; largespin.Model")


def test_a_first_run_loads_nothing_that_it_does_not_need() -> None:
    run = "ls.evolve(ls.models.hopfield(ls.ideal_large_spins(1)), [0, 0, 0.1], [0.0, 1.0], temperature=0.5, field=0.2)"
    unneeded = {"dask", "distributed", "zarr", "matplotlib", "pydantic", "loky", "rich", "typer", "scipy", "h5netcdf"}
    loaded = loaded_by(f"import largespin as ls; run = {run}; run.m.values")
    assert {"xarray", "heyoka"} <= loaded
    assert not loaded & unneeded


def test_the_model_layer_needs_no_solver() -> None:
    assert not loaded_by("import largespin; largespin.Model") & {"heyoka", "scipy", "xarray", "matplotlib"}


def public_names() -> list[str]:
    return [name for name in dir(largespin) if not name.startswith("__")]


def homes() -> dict[str, str]:
    """The file of every public name that is no package, as `__init__.pyi` says."""
    tree = ast.parse((ROOT / "__init__.pyi").read_text(encoding="utf-8"))
    imports = [node for node in tree.body if isinstance(node, ast.ImportFrom) and node.module]
    return {alias.name: str(node.module) for node in imports for alias in node.names}


def test_no_name_is_promised_twice() -> None:
    assert len(set(dir(largespin))) == len(dir(largespin))
    assert set(homes()) <= set(dir(largespin)) | {"__version__"}


@pytest.mark.parametrize("name", public_names())
def test_public_names_resolve_and_explain_themselves(name: str) -> None:
    thing = getattr(largespin, name)
    if name == "time":
        assert str(thing) == "t"
        return
    assert inspect.getdoc(thing)
    if inspect.isclass(thing) or inspect.isfunction(thing):
        assert thing.__module__.startswith(PACKAGE)
        assert thing.__name__ == name or name == "time"


def test_unknown_names_are_attribute_errors() -> None:
    with pytest.raises(AttributeError, match="No largespin attribute evolv"):
        getattr(largespin, "evolv")  # noqa: B009 - mypy sees it, too


def test_names_are_the_objects_of_their_homes() -> None:
    for name, home in homes().items():
        assert getattr(largespin, name) is getattr(importlib.import_module(f"{PACKAGE}.{home}"), name)


def test_no_module_is_hidden_by_a_function_of_its_name() -> None:
    for path in files():
        parts = path.relative_to(ROOT).with_suffix("").parts
        if parts[-1] in ("__init__", "__main__"):
            continue
        module = importlib.import_module(".".join((PACKAGE, *parts)))
        parent = importlib.import_module(".".join((PACKAGE, *parts[:-1])))
        assert getattr(parent, parts[-1]) is module, f"{module.__name__} is hidden"


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_is_for(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if path.name == "_version.py":
        return
    assert ast.get_docstring(tree)
