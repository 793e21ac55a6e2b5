"""Layers point one way, importing is light, and what the package promises is there."""

import ast
import importlib
import inspect
import subprocess
import sys
from pathlib import Path

import pytest

import largespin

ROOT = Path(largespin.__file__).parent
PACKAGE = "largespin"

# What each layer may import, besides itself. Subpackages that do not exist yet are simply not checked.
ALLOWED: dict[str, set[str]] = {
    "errors": set(),
    "outcomes": set(),
    "mypy_plugin": {"errors"},
    "quantities": {"outcomes"},
    "_version": set(),
    "interruption": set(),
    "progress": set(),
    "cores": set(),
    "model": {"errors", "outcomes", "quantities", "interruption"},
    "patterns": {"errors", "outcomes", "quantities", "interruption"},
    "models": {"errors", "outcomes", "quantities", "interruption", "model", "patterns"},
    "meanfield": {"errors", "outcomes", "quantities", "interruption", "progress", "cores", "_version", "model"},
    "stationary": {"errors", "outcomes", "quantities", "interruption", "model", "meanfield"},
    "cycles": {"errors", "outcomes", "quantities", "interruption", "_version", "model", "meanfield", "stationary"},
    "bifurcations": {
        "errors",
        "outcomes",
        "quantities",
        "interruption",
        "_version",
        "model",
        "meanfield",
        "stationary",
    },
    "attractors": {
        "errors",
        "outcomes",
        "quantities",
        "interruption",
        "cores",
        "_version",
        "model",
        "meanfield",
        "stationary",
        "cycles",
    },
    "fluctuations": {"errors", "outcomes", "quantities", "interruption", "model", "meanfield", "stationary", "cycles"},
    "gaussian": {"errors", "outcomes", "quantities", "interruption"},
    "exact": {"errors", "outcomes", "quantities", "interruption", "progress", "_version", "model", "meanfield"},
    "bounds": {
        "errors",
        "outcomes",
        "quantities",
        "interruption",
        "_version",
        "model",
        "meanfield",
        "fluctuations",
        "exact",
    },
    "phases": {
        "errors",
        "outcomes",
        "quantities",
        "_version",
        "interruption",
        "progress",
        "sweeps",
        "model",
        "models",
        "patterns",
        "meanfield",
        "stationary",
        "attractors",
    },
    "sweeps": {"errors", "outcomes", "quantities", "interruption", "progress", "cores", "_version"},
}
# These stand on top: nothing of the layers above may import them.
TOP = {"plot", "reproduce", "cli", "retrieval", "study", "__main__"}
NOT_AT_RUN_TIME = {"qutip", "hypothesis", "pytest"}


def files() -> list[Path]:
    return sorted(path for path in ROOT.rglob("*.py") if "__pycache__" not in path.parts)


def layer(path: Path) -> str:
    first = path.relative_to(ROOT).parts[0]
    return first.removesuffix(".py")


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


def layers_imported(path: Path) -> set[str]:
    own = {name.split(".")[1] for name in imports(path) if name.startswith(f"{PACKAGE}.")}
    return own - {layer(path)}


@pytest.mark.parametrize("path", files(), ids=lambda path: str(path.relative_to(ROOT)))
def test_layers_point_one_way(path: Path) -> None:
    allowed = ALLOWED.get(layer(path))
    if allowed is not None:
        assert layers_imported(path) <= allowed
    if layer(path) not in TOP | {"__init__"}:
        assert not layers_imported(path) & TOP


def test_every_layer_is_known() -> None:
    assert {layer(path) for path in files()} <= set(ALLOWED) | TOP | {"__init__"}


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
