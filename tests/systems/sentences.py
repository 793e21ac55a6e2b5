"""Errors are sentences, and tests read them to the last letter."""

from collections.abc import Callable
from typing import Any

import pytest

import largespin as ls


def check_sentence(call: Callable[[], Any], sentence: str) -> None:
    """`call` must be refused with exactly this sentence."""
    with pytest.raises(ls.LargespinError) as caught:
        call()
    assert str(caught.value) == sentence
