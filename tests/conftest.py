"""What every test shares: reproducible hypothesis runs, fast tests first."""

import sys
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("reproducible", derandomize=True, deadline=None, max_examples=25)
settings.load_profile("reproducible")

collect_ignore_glob = ["cases/*/*.py"]  # programs of users, run by cases/test_cases.py

# Helpers that several test files share are imported by their plain names.
for _folder in ("systems", "agreement", "gaussian", "cycles", "sweep", "bifurcations", "exact", "plot", "structure"):
    sys.path.insert(0, str(Path(__file__).parent / _folder))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Fast tests first, so that a mistake shows early."""
    items.sort(key=lambda item: item.get_closest_marker("slow") is not None)
