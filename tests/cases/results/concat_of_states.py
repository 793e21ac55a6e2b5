"""Stationary states at two temperatures, put together with `xr.concat(..., dim="temperature")`.

At 0.5 there are three states, at 1.5 one. With a coordinate along `state` xarray aligns them (missing ones NaN);
without it, AlignmentError.
"""

import xarray as xr

import largespin as ls


def check() -> tuple[bool, str]:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    cold, hot = (ls.stationary_states(model, temperature=t, field=0.2) for t in (0.5, 1.5))
    both = xr.concat([cold, hot], dim="temperature", join="outer")
    sizes = dict(both.sizes)
    right = sizes["temperature"] == 2 and sizes["state"] == max(cold.sizes["state"], hot.sizes["state"])
    return right, f"{sizes}"


WANT = "2 temperatures x 3 states"
