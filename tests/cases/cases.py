"""What the cases share."""


def named(error: Exception) -> str:
    """An exception in one short line: its type and the first line of its message."""
    return f"{type(error).__name__}: {(str(error).splitlines() or [''])[0][:200]}"
