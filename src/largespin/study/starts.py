"""Which state does a study name, and which times? Bloch vectors, stored patterns, mode amplitudes; lists and ranges."""

from typing import Any

import numpy as np
from pydantic import ValidationError, model_validator

from largespin.errors import LargespinError
from largespin.model import Model, State
from largespin.patterns.blocks import LargeSpins
from largespin.study.axes import Range
from largespin.study.operators import complex_number
from largespin.study.problems import StudyError, sentence_of
from largespin.study.tables import Table


class StateTable(Table):
    """A state: Bloch vectors or a stored pattern, and mode amplitudes; modes that are not given are empty."""

    bloch: list[Any] | None = None
    pattern: int | None = None
    flipped: float | None = None
    antipattern: bool = False
    modes: list[Any] | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, given: Any) -> Any:
        if isinstance(given, list):
            return {"bloch": given}
        if not isinstance(given, dict):
            raise ValueError("must be a Bloch vector, { pattern = … } or { bloch = … }, but it is none of them.")
        return given

    @model_validator(mode="after")
    def _one_form(self) -> "StateTable":
        if (self.bloch is None) == (self.pattern is None):
            raise ValueError("must have one of `bloch` and `pattern`, but it has not.")
        if self.pattern is None and (self.flipped is not None or self.antipattern):
            raise ValueError("must have `flipped` and `antipattern` with `pattern` only, but there is none.")
        return self


def state_of(given: Any, key: str, model: Model, large_spins: LargeSpins | None) -> State:
    """The state behind ``[0, 0, 1]``, ``{ bloch = [[…], …], modes = ["0.1 + 0.2j"] }`` or ``{ pattern = 0, flipped = 0.2 }``.

    Modes that are not given are in the vacuum.

    Raises:
        LargespinError: wrong keys, shapes or values.
    """
    table = _validated(StateTable, given, key)
    if table.pattern is None:
        bloch: Any = table.bloch
    else:
        if large_spins is None:
            raise LargespinError("must have `bloch`, because the model stores no patterns, but it has `pattern`.")
        bloch = large_spins.near_pattern(table.pattern, flipped=table.flipped or 0.0, antipattern=table.antipattern)
    vacuum = 0 if model.modes else None
    return model.state(bloch, vacuum if table.modes is None else [complex_number(entry) for entry in table.modes])


def times_of(given: Any, key: str, most: int | None = None) -> Any:
    """Times as an array, or a number for the final state alone.

    Raises:
        LargespinError: wrong keys or types.
    """
    if isinstance(given, int | float) and not isinstance(given, bool) and np.isfinite(given):
        return float(given)
    times = _validated(Range, given, key)
    if times.is_interval:
        raise LargespinError("must have `points`, but they are missing.")
    return times.array(most)


def _validated(kind: Any, given: Any, key: str) -> Any:
    try:
        return kind.model_validate(given)
    except ValidationError as error:
        allowed = [field.alias or name for name, field in kind.model_fields.items()]
        entries = error.errors(include_url=False)
        raise StudyError([sentence_of(entry, [key, *entry["loc"]], allowed) for entry in entries]) from error
