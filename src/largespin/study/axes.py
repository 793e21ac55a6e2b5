"""Which values does a key of a study run through? A list, or a range with a number of points."""

from typing import Any, Literal

import numpy as np
from pydantic import Field, model_validator

from largespin.study.tables import Table

MOST_POINTS = 1_000_000
"""Values along one axis; more are a mistake, or meant to fill the memory."""


class Range(Table):
    """Values from a list or a range.

    Attributes:
        values: the values themselves.
        from_: first value of a range.
        to: last value.
        points: how many, both ends included; not given for an interval that is refined where needed.
        scale: evenly spaced numbers, or evenly spaced logarithms.
    """

    values: list[float] | None = Field(None, min_length=1, max_length=MOST_POINTS)
    from_: float | None = Field(None, alias="from")
    to: float | None = None
    points: int | None = Field(None, ge=1, le=MOST_POINTS)
    scale: Literal["linear", "log"] = "linear"

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, given: Any) -> Any:
        if isinstance(given, list):
            return {"values": given}
        if not isinstance(given, dict):
            raise ValueError("must be a list of numbers or { from = …, to = …, points = … }, but it is neither.")
        return given

    @model_validator(mode="after")
    def _one_form(self) -> "Range":
        if self.values is not None:
            if self.from_ is not None or self.to is not None or self.points is not None:
                raise ValueError("must have either `values` or `from`, `to` and `points`, but it has both.")
            if len(set(self.values)) < len(self.values):
                raise ValueError("must not repeat values, but it does.")
            return self
        if self.from_ is None or self.to is None:
            raise ValueError(f"must have `from` and `to`, but `{'from' if self.from_ is None else 'to'}` is missing.")
        if self.from_ == self.to and self.points != 1:
            raise ValueError("must have different `from` and `to`, but they are equal.")
        if self.scale == "log" and (self.from_ <= 0 or self.to <= 0):
            raise ValueError("must have `from` and `to` above zero for the scale `log`, but one is not.")
        return self

    @property
    def is_interval(self) -> bool:
        """Whether the ends are given and the points are not."""
        return self.values is None and self.points is None

    def array(self, most: int | None = None) -> np.ndarray:
        """The values; at most `most` of them, spread over all, for a quick look.

        Example:
            >>> from largespin.study.axes import Range
            >>> Range.model_validate({"from": 0.01, "to": 1.0, "points": 3, "scale": "log"}).array().round(6)
            array([0.01, 0.1 , 1.  ])
            >>> Range.model_validate([1, 2, 3, 4, 5]).array(3)
            array([1., 3., 5.])
        """
        if self.values is not None:
            array = np.array(self.values, dtype=np.float64)
            if most is None or most >= len(array):
                return array
            return array[np.unique(np.linspace(0, len(array) - 1, most).round().astype(int))]
        assert self.from_ is not None
        assert self.to is not None
        count = self.points or 2
        space = np.geomspace if self.scale == "log" else np.linspace
        return space(self.from_, self.to, count if most is None else min(most, count))
