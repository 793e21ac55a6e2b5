"""Which text can be stored? Whatever Unicode allows in a file; the rest is refused in results and written out in reasons."""

from typing import Any

MOST_LETTERS = 500
"""Letters of a reason: in files, all points have room for the longest one."""


def storable(text: str) -> bool:
    """Whether a text survives being stored: no null characters, no halves of surrogate pairs.

    Example:
        >>> from largespin.sweeps.text import storable
        >>> storable("β = ½"), storable("a\\0b"), storable("\\udcff")
        (True, False, False)
    """
    return "\0" not in text and _encodable(text)


def _encodable(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def made_storable(text: str) -> str:
    r"""The text with what cannot be stored written out.

    Example:
        >>> from largespin.sweeps.text import made_storable
        >>> made_storable("file \udcff")
        'file \\udcff'
    """
    return text.replace("\0", "\\0").encode(errors="backslashreplace").decode()


def is_mixed(values: Any) -> bool:
    """Whether a list holds words beside numbers, of which NumPy would make words without a word."""
    if isinstance(values, list | tuple):
        kinds = {_is_text(item) for item in _leaves(values)}
        return len(kinds) > 1
    return False


def _is_text(item: Any) -> bool:
    return isinstance(item, str) or getattr(getattr(item, "dtype", None), "kind", "") in ("U", "T")


def _leaves(values: Any) -> list[Any]:
    found: list[Any] = []
    for item in values:
        found += _leaves(item) if isinstance(item, list | tuple) else [item]
    return found
