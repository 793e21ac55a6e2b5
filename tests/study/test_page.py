"""Every study on the page about studies can be run, and the page names every computation and function."""

import re
import tomllib
from pathlib import Path

import pytest

from largespin.study.computations import computations
from largespin.study.definition import Study, checked_table
from largespin.study.pieces import FUNCTIONS
from largespin.study.work import prepare

PAGE = (Path(__file__).parents[2] / "docs" / "studies.md").read_text(encoding="utf-8")
STUDIES = re.findall(r"```toml\n(.*?)```", PAGE, flags=re.DOTALL)


@pytest.mark.parametrize("number", range(len(STUDIES)))
def test_studies_of_the_page_are_right(number: int) -> None:
    prepare(Study(Path("page.toml"), checked_table(tomllib.loads(STUDIES[number]))))


def test_the_page_is_complete() -> None:
    assert len(STUDIES) >= 5
    for name, computation in computations().items():
        (row,) = [line for line in PAGE.splitlines() if re.match(rf"\| [^|]*`{re.escape(name)}`", line)]
        assert all(f"`{argument}`" in row for argument in computation.required)
    assert f"`{' '.join(FUNCTIONS)}`" in PAGE
