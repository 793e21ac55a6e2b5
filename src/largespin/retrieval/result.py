"""What a retrieval returns: the stored patterns, the run, the pictures and the verdict."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import xarray as xr

from largespin.errors import FloatArray
from largespin.model import Model
from largespin.patterns.arrays import IntArray
from largespin.patterns.blocks import LargeSpins
from largespin.patterns.patterns import Patterns
from largespin.patterns.rules import Learning
from largespin.retrieval.settings import Settings


@dataclass(frozen=True, eq=False, repr=False)
class Retrieval:
    """A damaged pattern, what the dynamics made of it, and the verdict.

    Attributes:
        patterns: the M stored patterns.
        start: the pattern that was damaged, by position; with sites of one's own the pattern nearest to them.
        is_own_start: whether the run started from sites of one's own.
        settings: all numbers of the run.
        spins: the large spins; sites that start wrong are blocks of their own.
        model: the model that was solved.
        dataset: the run (see `evolve`), with the names of the patterns, the stored patterns and the start on the
            sites, and in its attributes all that is needed to repeat it.
        learning: the learning rule that was used.
        learning_reason: why, in one sentence.
        overlaps_start: overlap with each pattern at the start, shape (M,).
        overlaps_end: the same averaged over the last third of the run.
        overlaps_spread: the standard deviation over that third, zero if the run settled.
        agreement_start: share of the sites with the sign of each pattern at the start, shape (M,).
        agreement_end: the same at the end.
        start_picture: the damaged pattern, shape (rows, columns), or (N,) if the sites form no picture.
        end_picture: z of each site at the end; its time average over the last third if the run did not settle.
        outcome: "retrieved", "antipattern", "mixture", "incomplete", "forgotten", "oscillating" or "moving".
        retrieved: the pattern that came out, by position; None if there is none.
        verdict: what became of the pattern, in one sentence.
        phase: where in the phase diagram the run took place, in one sentence.
    """

    patterns: Patterns
    start: int
    is_own_start: bool
    settings: Settings
    spins: LargeSpins
    model: Model
    dataset: xr.Dataset
    learning: Learning
    learning_reason: str
    overlaps_start: FloatArray
    overlaps_end: FloatArray
    overlaps_spread: FloatArray
    agreement_start: FloatArray
    agreement_end: FloatArray
    start_picture: FloatArray
    end_picture: FloatArray
    outcome: str
    retrieved: int | None
    verdict: str
    phase: str

    @cached_property
    def frame_indices(self) -> IntArray:
        """The output times that are painted, shape (frames,): denser where the configuration changes faster."""
        return frame_indices(self._z, np.asarray(self.spins.weights), self.settings.frames)

    @property
    def frame_times(self) -> FloatArray:
        """Times of the frames, shape (frames,)."""
        return np.asarray(self.dataset.time.values)[self.frame_indices]

    @cached_property
    def frames(self) -> FloatArray:
        """The configuration painted on the sites, shape (frames, rows, columns) or (frames, N)."""
        return self.spins.paint(self._z[self.frame_indices])

    @property
    def frame_overlaps(self) -> FloatArray:
        """Overlaps at the frames, shape (frames, M)."""
        return self.spins.overlaps(self._z[self.frame_indices])

    @property
    def _z(self) -> FloatArray:
        return np.asarray(self.dataset.m.sel(component="z").values)

    def __repr__(self) -> str:
        return f"Retrieval({self.settings.model}, {self.learning} rule: {self.verdict})"

    def _repr_html_(self) -> str:
        """What notebooks show: what was stored, what it was made into, and what came out."""
        from largespin.patterns.thumbnails import gallery

        shape = (-1,) if self.patterns.picture_shape is None else self.patterns.picture_shape
        stored, name = self.patterns[self.start].reshape(shape), self.patterns.names[self.start]
        shown = {f"stored: {name}": stored, "start": self.start_picture}
        if self.retrieved is not None and self.retrieved != self.start:
            shown[f"stored: {self.patterns.names[self.retrieved]}"] = self.patterns[self.retrieved].reshape(shape)
        shown[f"end: {self.outcome}"] = self.end_picture
        return gallery(repr(self), list(shown.values()), list(shown))


def frame_indices(z: FloatArray, weights: FloatArray, count: int) -> IntArray:
    """`count` rows of `z` that share time and path length equally: half of each frame's share is either.

    Equal steps in time would show a retrieval that is done early as one jump followed by a still picture.

    Args:
        z: block values at equal steps of time, shape (times, K).
        weights: w_k, shape (K,).
        count: number of frames.

    Returns:
        Rising indices with the first and the last row, shape (frames,); fewer than `count` if rows are few.

    Example:
        >>> import numpy as np
        >>> from largespin.retrieval.result import frame_indices
        >>> frame_indices(np.array([[0.0], [0.5], [1.0], [1.0], [1.0]]), np.array([1.0]), 4)
        array([0, 1, 2, 4])
    """
    steps = np.sqrt((np.diff(z, axis=0) ** 2) @ weights)
    path = np.concatenate([[0.0], np.cumsum(steps)])
    share = np.linspace(0.0, 1.0, len(z))
    if path[-1] > 0.0:
        share = (share + path / path[-1]) / 2.0
    indices: IntArray = np.unique(np.searchsorted(share, np.linspace(0.0, 1.0, count) - 1e-12))
    return indices
