"""How did the points of a study end? Counted, with reasons."""

from collections.abc import Iterator

import numpy as np
import xarray as xr

from largespin.outcomes import Outcome, all_usable, is_usable

FILLED = ("", str(Outcome.NO_STATE))
"""Words where there is nothing: results of different lengths are filled up."""
BAD = frozenset(str(outcome) for outcome in Outcome if not outcome.usable) - set(FILLED)
"""Words for results that nobody should use as they are."""


def endings(dataset: xr.Dataset) -> list[str]:
    """How many points ended how, a line for the sweep and one for the computation.

    Example:
        >>> import xarray as xr
        >>> from largespin.study.report import endings
        >>> endings(xr.Dataset({"outcome": ("x", ["finished", "failed", "finished"])}))
        ['Of 3 results: 2 finished, 1 failed.']
    """
    lines = []
    for name in ("sweep_outcome", "outcome"):
        if name in dataset:
            words, counts = np.unique(_told(dataset, name), return_counts=True)
            parts = [f"{counts[i]} {words[i]}" for i in np.argsort(-counts, kind="stable")]
            what = "points" if name == "sweep_outcome" else "results"
            lines.append(f"Of {int(counts.sum())} {what}: {', '.join(parts)}.")
    # A sweep in which every point was computed says no more than the computation itself.
    if len(lines) == 2 and set(_words(dataset, "sweep_outcome")) == {Outcome.FINISHED}:
        return lines[1:]
    return lines


def is_useless(dataset: xr.Dataset) -> bool:
    """Whether no point ended with a result that can be used.

    Example:
        >>> import xarray as xr
        >>> from largespin.study.report import is_useless
        >>> is_useless(xr.Dataset({"outcome": ("x", ["failed", "truncated"])}))
        True
    """
    if "usable" in dataset:
        return not bool(dataset.usable.any())
    told = [_told(dataset, name) for name in ("sweep_outcome", "outcome") if name in dataset]
    return any(words.size and not any(all_usable(words)) for words in told)


def reasons(dataset: xr.Dataset, most: int) -> list[str]:
    """The first different sentences of points that did not end as they should."""
    found: dict[str, None] = {}
    for sentence in _reasons(dataset):
        found.setdefault(sentence)
        if len(found) == most:
            break
    return list(found)


def _reasons(dataset: xr.Dataset) -> Iterator[str]:
    for outcome, sentence in (("sweep_outcome", "sweep_sentence"), ("outcome", "sentence")):
        if outcome in dataset and sentence in dataset and dataset[outcome].dims == dataset[sentence].dims:
            pairs = zip(_words(dataset, outcome), _words(dataset, sentence), strict=True)
            yield from (reason for word, reason in pairs if reason and word not in FILLED and not is_usable(word))


def _told(dataset: xr.Dataset, name: str) -> np.ndarray:
    """Words of points at which there is something; all of them where there is nothing anywhere."""
    found = _words(dataset, name)
    filled = np.isin(found, FILLED)
    return found[found != ""] if filled.all() else found[~filled]


def _words(dataset: xr.Dataset, name: str) -> np.ndarray:
    return np.asarray(dataset[name].values).astype(str).ravel()
