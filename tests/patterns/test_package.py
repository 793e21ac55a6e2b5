"""The package as a whole: what it offers, and what loading it costs."""

import subprocess
import sys

import largespin.patterns


def test_every_public_name_exists_and_is_documented() -> None:
    assert largespin.patterns.__all__ == sorted(largespin.patterns.__all__)
    for name in largespin.patterns.__all__:
        documentation = getattr(largespin.patterns, name).__doc__
        assert documentation, name
        assert "Example:" in documentation, name
        assert "Source:" in documentation, name


def test_loading_the_package_loads_neither_pictures_nor_models() -> None:
    # A fresh interpreter: this one has loaded everything already. The parent package is set aside,
    # because what `import largespin` loads is not this package's business.
    code = (
        "import sys, types, importlib.util; "
        "root = importlib.util.find_spec('largespin').submodule_search_locations; "
        "parent = types.ModuleType('largespin'); parent.__path__ = list(root); "
        "sys.modules['largespin'] = parent; "
        "import largespin.patterns; "
        "print([name for name in ('PIL', 'scipy', 'sympy', 'heyoka', 'xarray', 'matplotlib') "
        "if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
