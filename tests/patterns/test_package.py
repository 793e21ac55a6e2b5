"""The package as a whole: what it offers, and what loading it costs."""

import subprocess
import sys

import largespin

NAMES = (
    "LargeSpins",
    "Patterns",
    "check_load",
    "corrupt",
    "ideal_large_spins",
    "large_spins",
    "learning_matrix",
    "orthogonalised_couplings",
    "overlaps",
    "patterns_from_array",
    "patterns_from_images",
    "random_patterns",
    "recommended_rule",
    "save_picture",
    "strongest_correlation",
)


def test_every_public_name_exists_and_is_documented() -> None:
    for name in NAMES:
        documentation = getattr(largespin, name).__doc__
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
