"""How is a retrieval written down, so that a file alone is enough to repeat it and to paint it?"""

from collections.abc import Mapping
from typing import Any

import numpy as np
import xarray as xr

from largespin.patterns.blocks import LargeSpins
from largespin.patterns.patterns import Patterns
from largespin.retrieval.settings import Settings
from largespin.retrieval.start import Start


def recorded(
    run: xr.Dataset,
    patterns: Patterns,
    spins: LargeSpins,
    chosen: Settings,
    start: Start,
    words: Mapping[str, str],
) -> xr.Dataset:
    """The run with the names of the patterns, what is stored on the sites, and all settings as attributes.

    Args:
        run: the dataset of `evolve`.
        patterns: the stored patterns.
        spins: the blocks that were made of them.
        chosen: the settings.
        start: where the run started.
        words: sentences to keep.

    Returns:
        A dataset with the coordinate `pattern_name`, the variables `stored` (pattern, sites), `start_sites` (sites)
        and `block_of_site` (sites), sites being (row, column) for pictures, and attributes named `retrieval_…`.
    """
    sites = ("site",) if patterns.picture_shape is None else ("row", "column")
    shape = patterns.picture_shape or (patterns.number_of_sites,)
    # Large spins made from sites with a start know both.
    assert spins.start is not None
    assert spins.block_of_site is not None
    variables: dict[str, Any] = {
        "stored": (
            ("pattern", *sites),
            _signs(patterns.values.reshape(-1, *shape)),
            _about("stored patterns"),
        ),
        "start_sites": (sites, _signs(spins.paint(spins.start)), _about("the damaged pattern")),
        "block_of_site": (sites, spins.block_of_site.reshape(shape), _about("the block of each site")),
    }
    dataset = run.assign(variables).assign_coords(pattern_name=("pattern", list(patterns.names)))
    settings: dict[str, Any] = {
        "model": chosen.model,
        "rates": chosen.rates or "none",
        "start": start.pattern,
        "start_name": patterns.names[start.pattern],
        "start_is_own": int(start.is_own),
        "corruption": chosen.corruption,
        "seed": chosen.seed,
        "frames": chosen.frames,
        **chosen.numbers,
        **words,
    }
    dataset.attrs |= {f"retrieval_{key}": value for key, value in settings.items()}
    return dataset


def _signs(values: Any) -> Any:
    # One byte per site where the values are ±1; grey sites of a start of one's own keep their values.
    signs = np.rint(values).astype(np.int8)
    return signs if np.array_equal(signs, values) else np.asarray(values, dtype=np.float32)


def _about(words: str) -> dict[str, str]:
    return {"long_name": words, "units": "1"}
