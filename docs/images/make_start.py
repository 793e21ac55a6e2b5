"""Make the pictures of docs/start.md, and bring the output that it shows up to date: `python docs/images/make_start.py`.

The blocks of the page run in order and in one namespace, as a reader would run them. A block of text right after a block of
Python is what it prints. A picture after a block is the figure that the block drew.
"""

import contextlib
import io
import re
import sys
import time
import warnings
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
PAGE = FOLDER.parent / "start.md"
PIECE = re.compile(
    r"```python\n(?P<code>.*?)```\n"
    r"(?:\n```text\n(?P<shown>.*?)```\n)?"
    r"(?:\n!\[[^\]]*\]\(images/(?P<picture>[\w-]+\.png)\)\n)?",
    flags=re.DOTALL,
)


def run_page(page: Path, folder: Path) -> tuple[str, list[float]]:
    """Run all blocks of a page.

    Args:
        page: the page.
        folder: where pictures are saved.

    Returns:
        The page with the output as it is now, and the seconds that each block took.
    """
    import matplotlib

    matplotlib.use("Agg")
    import matplotlib.pyplot as plt

    namespace: dict[str, object] = {"__name__": "start"}
    seconds = []

    def replaced(piece: re.Match[str]) -> str:
        plt.close("all")
        begin, printed = time.perf_counter(), io.StringIO()
        with contextlib.redirect_stdout(printed), warnings.catch_warnings():
            warnings.simplefilter("error", UserWarning)
            exec(compile(piece["code"], f"block {len(seconds) + 1} of {page.name}", "exec"), namespace)
        seconds.append(time.perf_counter() - begin)
        if piece["picture"]:
            # 80 dots per inch: a figure is as wide as the text of a page, and its file a few tens of kB.
            plt.gcf().savefig(folder / piece["picture"], dpi=80, bbox_inches="tight", metadata={"Software": None})
        if piece["shown"] is None:
            return piece[0]
        before, after = piece[0].split("```text\n" + piece["shown"], maxsplit=1)
        return before + "```text\n" + printed.getvalue() + after

    return PIECE.sub(replaced, page.read_text(encoding="utf-8")), seconds


if __name__ == "__main__":
    text, took = run_page(PAGE, FOLDER)
    PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write("seconds per block: " + ", ".join(f"{t:.1f}" for t in took) + "\n")
