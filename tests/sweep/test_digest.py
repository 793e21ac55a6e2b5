"""What counts as the same function or value when a sweep is resumed: everything that computes, nothing else."""

import importlib.util
import linecache
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from largespin.sweeps.fingerprint import describe


def loaded(folder: Path, text: str) -> Any:
    """The object `f` of a module with this text, as if the user had edited the file and started again."""
    file = folder / "of_the_user.py"
    file.write_text(text)
    linecache.clearcache()
    spec = importlib.util.spec_from_file_location("of_the_user", file)
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["of_the_user"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.f


CALLED = "class C:\n    def __call__(self, x):\n        return VALUE\nf = C()\n"
USED = "class C:\n    def g(self, x):\n        return VALUE\ndef f(x):\n    return C().g(x)\n"
INHERITED = "class B:\n    def g(self, x):\n        return VALUE\nclass C(B):\n    def __call__(self, x):\n        return self.g(x)\nf = C()\n"
HELPED = "def h():\n    return VALUE\nclass C:\n    def __call__(self, x):\n        return h()\nf = C()\n"
DATA = "import dataclasses\n@dataclasses.dataclass\nclass C:\n    k: int\n    def __call__(self, x):\n        return VALUE\nf = C(1)\n"
WRAPPED = (
    "import functools\ndef h(x):\n    return x\ndef d(k):\n    @functools.wraps(k)\n    def w(x):\n        return k(x) + VALUE\n"
    "    return w\nf = d(h)\n"
)
STATIC = "class C:\n    @staticmethod\n    def g(x):\n        return VALUE\nf = C()\nf.__call__ = C.g\n"
OWN_CLASS = "class C:\n    def __init__(self):\n        self.k = VALUE\n    def __call__(self, x):\n        return super().__init__()\nf = C()\n"


@pytest.mark.parametrize("text", [CALLED, USED, INHERITED, HELPED, DATA, WRAPPED, STATIC, OWN_CLASS])
def test_code_that_computes_counts(tmp_path: Path, text: str) -> None:
    digests = [
        describe(loaded(tmp_path, written)).digest
        for written in (
            text.replace("VALUE", "1"),
            text.replace("VALUE", "(1)  # as before").replace("\nclass", "\n\n\nclass"),
            text.replace("VALUE", "2"),
        )
    ]
    assert digests[0] == digests[1]
    assert digests[0] != digests[2]


def test_which_of_two_enclosed_values_is_none_counts(tmp_path: Path) -> None:
    text = "def o(a, b):\n    def g(x):\n        return a, b\n    return g\n"
    one, other = (loaded(tmp_path, f"{text}f = o({values})\n") for values in ("None, 3", "3, None"))
    assert describe(one).digest != describe(other).digest


@pytest.mark.parametrize(
    ("one", "other"),
    [(np.float64(1.5), 1.5), (np.int64(3), 3), (np.bool_(True), True), (np.str_("a"), "a"), ([np.int64(1)], [1])],
)
def test_numbers_count_whoever_computed_them(one: Any, other: Any) -> None:
    assert describe(one).digest == describe(other).digest


def test_an_attribute_called_key_hides_nothing() -> None:
    class Options:
        def __init__(self, value: int) -> None:
            self.key, self.value = "options", value

    assert describe(Options(1)).digest != describe(Options(2)).digest


def test_functions_may_log(tmp_path: Path) -> None:
    text = "import logging\nlogger = logging.getLogger('a')\ndef f(x):\n    logger.info('x')\n    return x\n"
    assert describe(loaded(tmp_path, text)).digest == describe(loaded(tmp_path, text)).digest


def test_helpers_that_call_each_other_are_read_once(tmp_path: Path) -> None:
    """Along all ways through thirty functions that call the next two there would be a million."""
    text = "".join(f"def f{i}(x):\n    return f{i + 1}(x) + f{i + 2}(x)\n" for i in range(30))
    text += "def f30(x):\n    return VALUE\ndef f31(x):\n    return 0\nf = f0\n"
    begin = time.monotonic()
    one, other = (describe(loaded(tmp_path, text.replace("VALUE", value))).digest for value in "12")
    assert time.monotonic() - begin < 5
    assert one != other
