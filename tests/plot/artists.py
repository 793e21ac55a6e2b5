"""The charts without their types: tests ask artists of Matplotlib for data, whose types are too wide to compare."""

from typing import Any

import largespin as ls

plot: Any = ls.plot


def words(ax: Any) -> list[str]:
    """The entries of a legend."""
    return [text.get_text() for text in ax.get_legend().get_texts()]
