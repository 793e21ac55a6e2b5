"""How many cores may this process use? Those of its affinity and of its container, or as many threads as it is told."""

import os

TOLD = "LARGESPIN_NUM_THREADS"
"""Environment variable with the number of threads of a process; the workers of a sweep are told theirs."""


def available_cores() -> int:
    """Number of cores that this process may use; a limit of its container or cluster job counts, as loky reads it."""
    import loky

    return max(int(loky.cpu_count(only_physical_cores=False)), 1)


def available_threads() -> int:
    """Number of threads for the runs of this process: what it is told, or all available cores."""
    told = os.environ.get(TOLD, "")
    if told.isdigit() and int(told):
        return int(told)
    return available_cores()
