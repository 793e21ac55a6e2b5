"""Pictures of results: each function takes a Dataset (and an Axes if you have one) and returns the Axes.

`overlaps`       overlap of every pattern in time
`pictures`       configurations side by side
`trajectory`     one quantity against another along a run
`phase_diagram`  which phase is where, over one or two parameters
`boundary_lines` lines of bifurcations over two parameters
`branches`       stationary states and cycles along one parameter
`animate`        a retrieval as an animated GIF

Matplotlib and Pillow are loaded when a function is called, not when this package is imported.
"""

from largespin.plot.charts.animation import animate
from largespin.plot.charts.boundary_lines import boundary_lines
from largespin.plot.charts.branches import branches
from largespin.plot.charts.curves import overlaps
from largespin.plot.charts.phase_diagram import phase_diagram
from largespin.plot.charts.picture_row import pictures
from largespin.plot.charts.portrait import trajectory

__all__ = ["animate", "boundary_lines", "branches", "overlaps", "phase_diagram", "pictures", "trajectory"]
