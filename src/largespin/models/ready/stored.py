"""What ready models with patterns are given."""

from typing import Any

from largespin.errors import LargespinError
from largespin.patterns.blocks import LargeSpins


def check_large_spins(large_spins: Any) -> None:
    """Refuse what holds no patterns in blocks, with the call that makes them."""
    if not isinstance(large_spins, LargeSpins):
        raise LargespinError(
            f"Argument `large_spins` must be LargeSpins, but it is a {type(large_spins).__name__}; `large_spins(patterns)` and "
            "`ideal_large_spins(count)` make them."
        )
