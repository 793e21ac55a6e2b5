"""Pictures of results: each function takes a Dataset (and an Axes if you have one) and returns the Axes.

`overlaps`    overlap of every pattern in time
`pictures`    configurations side by side
`trajectory`  one quantity against another along a run
`animate`     a retrieval as an animated GIF

Matplotlib and Pillow are loaded when a function is called, not when this package is imported.
"""

from largespin.plot.animation import animate
from largespin.plot.curves import overlaps
from largespin.plot.picture_row import pictures
from largespin.plot.portrait import trajectory

__all__ = ["animate", "overlaps", "pictures", "trajectory"]
