"""Who keeps what is done when the user interrupts? The outermost call, because only it returns to the user."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_KEPT: ContextVar[bool] = ContextVar("kept", default=True)


@contextmanager
def interruption_raised() -> Iterator[None]:
    """Calls inside raise `KeyboardInterrupt`, also those that would keep what is done if the user had made them.

    For callers that keep results themselves, and for those to which a part is of no use: they would take it for the whole.

    Example:
        >>> from largespin.interruption import interruption_raised, partial_results_kept
        >>> with interruption_raised():
        ...     partial_results_kept()
        False
        >>> partial_results_kept()
        True
    """
    token = _KEPT.set(False)
    try:
        yield
    finally:
        _KEPT.reset(token)


def partial_results_kept() -> bool:
    """Whether a call that is interrupted now shall return what is done, with a warning, instead of raising."""
    return _KEPT.get()
