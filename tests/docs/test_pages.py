"""Every Python example of README and docs runs as it stands, in one fresh namespace per block.

The blocks of start.md build on each other: they run in order, print what the page shows, and draw its pictures.
"""

import importlib.util
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
START = ROOT / "docs" / "start.md"
IMAGES = ROOT / "docs" / "images"
BLOCKS = [
    pytest.param(block, id=f"{page.name}-{number}")
    for page in PAGES
    if page != START
    for number, block in enumerate(re.findall(r"```python\n(.*?)```", page.read_text(), flags=re.DOTALL))
]


def test_there_are_examples() -> None:
    assert len(BLOCKS) >= 7


@pytest.mark.parametrize("block", BLOCKS)
def test_example_runs(block: str, capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(block, "example", "exec"), {"__name__": "example"})
    assert capsys.readouterr().out


@pytest.mark.slow
def test_start_page_prints_and_draws_what_it_shows(tmp_path: Path) -> None:
    spec = importlib.util.spec_from_file_location("make_start", IMAGES / "make_start.py")
    assert spec is not None
    assert spec.loader is not None
    maker = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(maker)
    page = START.read_text(encoding="utf-8")
    now, seconds = maker.run_page(START, tmp_path)
    assert len(seconds) == page.count("```python") >= 10
    shown, printed = (re.findall(r"```text\n(.*?)```", text, flags=re.DOTALL) for text in (page, now))
    assert printed == shown, "make the page anew: python docs/images/make_start.py"
    drawn = {path.name for path in tmp_path.glob("*.png")}
    assert (
        drawn
        == set(re.findall(r"\(images/(start-[\w-]+\.png)\)", page))
        == {p.name for p in IMAGES.glob("start-*.png")}
    )
    # A picture of one colour, or a page that loads slowly, would help nobody.
    assert all(5_000 < path.stat().st_size < 80_000 for path in (*tmp_path.glob("*.png"), *IMAGES.glob("start-*.png")))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\(([^)#]+?)(?:#[^)]*)?\)", page.read_text())
    missing = [target for target in targets if "://" not in target and not (page.parent / target).exists()]
    assert not missing


def test_anchors_of_contents_exist() -> None:
    for page in PAGES:
        text = page.read_text()
        headings = {
            re.sub(r"[^\w\- ]", "", line.lstrip("# ").lower()).strip().replace(" ", "-")
            for line in text.splitlines()
            if line.startswith("#")
        }
        anchors = set(re.findall(r"\]\(#([^)]+)\)", text))
        assert anchors <= headings, (page.name, anchors - headings)
