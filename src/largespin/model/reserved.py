"""Which names may parameters not have? Those that a call or a result needs: said when the parameter is made."""

from largespin.errors import LargespinError
from largespin.quantities import names_in_results

AVERAGE = "average_"
"""How variables of results begin that hold averages of the model."""
PREFIXES = (AVERAGE, "boundary_", "special_", "start_")
"""Beginnings of names that results make from other names."""
OPTIONS = frozenset(
    {
        "also",
        "between",
        "boundaries",
        "coarse",
        "count",
        "covariance",
        "cuts",
        "depth",
        "device",
        "displace",
        "displacement",
        "duration",
        "evaluate",
        "first_step",
        "fock",
        "fock_tolerance",
        "frequencies",
        "images",
        "interval",
        "join",
        "keep_states",
        "kept_states",
        "known",
        "largest_step",
        "like",
        "longest_period",
        "max_step",
        "memory_limit",
        "method",
        "model",
        "out",
        "parameters",
        "particles",
        "phases",
        "points",
        "progress",
        "resolution",
        "result",
        "resume",
        "rigorous",
        "rules",
        "run",
        "samples",
        "search",
        "seed",
        "settle",
        "special",
        "start",
        "starts",
        "stop",
        "system",
        "time",
        "times",
        "tolerance",
        "towards",
        "width",
        "workers",
    }
)
"""Names of all arguments of calls that take parameter values by keyword; a test compares them with the signatures."""


def check_parameter_name(key: str) -> None:
    """Refuse the name of a parameter that an option of a call or a variable of a result has.

    Raises:
        LargespinError: the name is taken.

    Example:
        >>> from largespin.model.reserved import check_parameter_name
        >>> check_parameter_name("temperature")
        >>> check_parameter_name("times")
        Traceback (most recent call last):
            ...
        largespin.errors.LargespinError: Argument `key` must not be `times`, because calls have an option of this name; ...
    """
    if key in OPTIONS:
        whose = "calls have an option of this name"
    elif key in names_in_results() or key.startswith(PREFIXES):
        whose = "results have a variable or coordinate of this name"
    else:
        return
    raise LargespinError(
        f"Argument `key` must not be `{key}`, because {whose}; take another keyword and keep the letter, for instance "
        f"`ls.parameter('{key}_value', symbol='{key}')`."
    )
