"""Small programs that use the library as a user would; each compares its answer with one that is known in another way.

Each file defines ``check()``, which returns whether the answer is right and what it is, and ``WANT``, what is right. Its
docstring says why.
"""

import importlib.util
import warnings
from pathlib import Path

import pytest

CASES = sorted(Path(__file__).parent.glob("*/*.py"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_case(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    monkeypatch.chdir(tmp_path)
    specification = importlib.util.spec_from_file_location(path.stem, path)
    assert specification is not None
    assert specification.loader is not None
    case = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(case)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        right, got = case.check()
    assert right, f"got {got}, want {case.WANT}"
