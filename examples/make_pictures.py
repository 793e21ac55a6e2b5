"""Draw the example pictures in `examples/pictures`: black drawings on white, 64 x 64 pixels.

Made for this project from Pillow's drawing primitives alone, so they are free to use like the rest of it.
Run `python examples/make_pictures.py` to draw them again. Unlike random patterns they resemble each other
(white margin, dark middle), which is what real pictures do to an associative memory.
"""

from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw

SIZE = 64
# Drawn eight times larger and reduced afterwards: that gives soft edges, as a scan would.
ENLARGED = 8
BLACK, WHITE = 0, 255


class Pen:
    """Draws shapes given in units of the final 64 x 64 picture, the origin at the upper left."""

    def __init__(self) -> None:
        self.picture = Image.new("L", (SIZE * ENLARGED, SIZE * ENLARGED), WHITE)
        self.draw = ImageDraw.Draw(self.picture)

    def polygon(self, *points: tuple[float, float], colour: int = BLACK) -> None:
        self.draw.polygon([(x * ENLARGED, y * ENLARGED) for x, y in points], fill=colour)

    def box(self, left: float, top: float, right: float, bottom: float, colour: int = BLACK) -> None:
        self.polygon((left, top), (right, top), (right, bottom), (left, bottom), colour=colour)

    def disc(self, x: float, y: float, width: float, height: float, colour: int = BLACK) -> None:
        corners = [x - width / 2, y - height / 2, x + width / 2, y + height / 2]
        self.draw.ellipse([corner * ENLARGED for corner in corners], fill=colour)

    def line(self, *points: tuple[float, float], width: float = 2.5, colour: int = BLACK) -> None:
        scaled = [(x * ENLARGED, y * ENLARGED) for x, y in points]
        self.draw.line(scaled, fill=colour, width=round(width * ENLARGED), joint="curve")

    def arc(
        self,
        x: float,
        y: float,
        size: float,
        start: float,
        end: float,
        *,
        width: float = 2.5,
        colour: int = BLACK,
    ) -> None:
        corners = [x - size / 2, y - size / 2, x + size / 2, y + size / 2]
        scaled = [corner * ENLARGED for corner in corners]
        self.draw.arc(scaled, start, end, fill=colour, width=round(width * ENLARGED))

    def finished(self) -> Image.Image:
        return self.picture.resize((SIZE, SIZE), Image.Resampling.BOX)


def house(pen: Pen) -> None:
    pen.box(43, 8, 49, 26)
    pen.polygon((32, 6), (60, 32), (4, 32))
    pen.box(11, 31, 53, 56)
    for x in (15, 41):
        for y in (36, 42):
            pen.box(x, y, x + 4, y + 4, colour=WHITE)
            pen.box(x + 6, y, x + 10, y + 4, colour=WHITE)
    pen.box(28, 40, 38, 56, colour=WHITE)
    pen.disc(35, 49, 3.5, 3.5)
    pen.box(3, 56, 61, 59)


def boat(pen: Pen) -> None:
    pen.box(30.5, 5, 33.5, 46)
    pen.polygon((35.5, 8), (35.5, 38), (56, 38))
    pen.polygon((28.5, 13), (28.5, 38), (10, 38))
    pen.polygon((5, 42), (59, 42), (50, 53), (14, 53))
    for x in range(2, 62, 12):
        pen.arc(x + 6, 54, 12.5, 20, 160, width=2.6)


def tree(pen: Pen) -> None:
    pen.polygon((28.5, 34), (35.5, 34), (37, 52), (41, 57), (23, 57), (27, 52))
    pen.line((32, 45), (43, 36), width=3)
    for x, y, size in ((32, 16, 24), (20, 25, 22), (44, 25, 22), (32, 30, 24)):
        pen.disc(x, y, size, size * 0.9)
    for x, y in ((22, 22), (36, 14), (44, 26), (31, 31)):
        pen.disc(x, y, 6, 6, colour=WHITE)
    pen.box(6, 57, 58, 60)


def cat(pen: Pen) -> None:
    pen.polygon((10, 4), (10, 32), (32, 20))
    pen.polygon((54, 4), (54, 32), (32, 20))
    pen.disc(32, 36, 48, 42)
    pen.polygon((14, 12), (14, 22), (21, 18), colour=WHITE)
    pen.polygon((50, 12), (50, 22), (43, 18), colour=WHITE)
    for x in (22, 42):
        pen.disc(x, 32, 13, 12, colour=WHITE)
        pen.disc(x, 32, 4.5, 10)
    pen.polygon((27, 40), (37, 40), (32, 45), colour=WHITE)
    pen.line((32, 43), (32, 49), width=2.4, colour=WHITE)
    pen.line((23, 47), (27, 50.5), (32, 48.5), (37, 50.5), (41, 47), width=2.4, colour=WHITE)
    for side in (-1, 1):
        pen.line((32 + side * 20, 42), (32 + side * 31, 39), width=2)
        pen.line((32 + side * 20, 46), (32 + side * 31, 48), width=2)


def fish(pen: Pen) -> None:
    pen.disc(28, 33, 46, 27)
    pen.polygon((44, 33), (61, 18), (57, 33), (61, 48))
    pen.polygon((22, 22), (30, 10), (40, 22))
    pen.polygon((26, 44), (31, 54), (38, 43))
    pen.disc(14, 29, 8, 8, colour=WHITE)
    pen.disc(13.5, 29, 3.5, 3.5)
    for x in (27, 36):
        pen.arc(x - 9, 33, 18, -50, 50, width=3, colour=WHITE)


def cup(pen: Pen) -> None:
    pen.arc(47, 37, 21, -110, 110, width=4)
    pen.polygon((12, 25), (49, 25), (44, 52), (17, 52))
    pen.disc(30.5, 25, 37, 10)
    pen.disc(30.5, 25, 31, 5.5, colour=WHITE)
    pen.polygon((6, 55), (55, 55), (49, 60), (12, 60))
    for x in (22, 31, 40):
        pen.line((x, 17), (x - 2.5, 13.5), (x + 2.5, 9), (x, 5), width=2.4)


DRAWINGS: dict[str, Callable[[Pen], None]] = {
    "house": house,
    "boat": boat,
    "tree": tree,
    "cat": cat,
    "fish": fish,
    "cup": cup,
}


def draw_all(folder: Path) -> list[Path]:
    """Write all drawings into `folder` and return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for name, draw in DRAWINGS.items():
        pen = Pen()
        draw(pen)
        paths.append(folder / f"{name}.png")
        pen.finished().save(paths[-1], optimize=True)
    return paths


if __name__ == "__main__":
    for written in draw_all(Path(__file__).parent / "pictures"):
        print(written)
