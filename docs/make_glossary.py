"""Bring the tables of outcomes and variables in docs/glossary.md up to date with the code: `python docs/make_glossary.py`.

The table of arguments is written by hand, because a test compares it with the signatures: a word that gets a second meaning must
be seen.
"""

from collections.abc import Iterable
from pathlib import Path

from largespin.outcomes import Outcome
from largespin.quantities import QUANTITIES

GLOSSARY = Path(__file__).resolve().parent / "glossary.md"


def with_rows(text: str, heading: str, rows: Iterable[tuple[str, ...]]) -> str:
    """The page with other rows in the first table after a heading; its two head lines stay."""
    lines = text.splitlines()
    begin = lines.index(f"## {heading}")
    first = next(n for n in range(begin, len(lines)) if lines[n].startswith("|")) + 2
    last = first
    while last < len(lines) and lines[last].startswith("|"):
        last += 1
    new = ["| " + " | ".join(cell.replace("|", r"\|") for cell in row) + " |" for row in rows]
    return "\n".join([*lines[:first], *new, *lines[last:]]) + "\n"


if __name__ == "__main__":
    page = GLOSSARY.read_text(encoding="utf-8")
    outcomes = [(f"`{word}`", "yes" if word.usable else "no", word.meaning) for word in Outcome]
    page = with_rows(page, "Outcomes", outcomes)
    variables = [(f"`{name}`", meaning, unit) for name, (meaning, unit) in QUANTITIES.items()]
    page = with_rows(page, "Variables and coordinates of results", variables)
    GLOSSARY.write_text(page, encoding="utf-8")
