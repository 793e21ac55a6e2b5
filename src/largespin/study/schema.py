"""What may stand in a study file? Every table and key, with its type and default."""

from typing import Annotated, Any

from pydantic import AfterValidator, Discriminator, Field, Tag, model_validator

from largespin.study.axes import Range
from largespin.study.tables import Formula, Name, Table, Text
from largespin.sweeps.request import ExecutorName

MOST_SITES = 100_000_000
"""Sites times patterns of random patterns, a byte or more each."""
MOST_ENTRIES = 1000
"""Entries of a list of jumps, modes and the like."""


def _plot(given: Any) -> Any:
    if not isinstance(given, bool | str):
        raise ValueError("must be true, false or the name of a variable in quotes, but it is none of them.")
    return given


Plot = Annotated[Any, AfterValidator(_plot)]
"""Whether a picture is drawn, or of which variable."""


class PatternsTable(Table):
    """Stored patterns: ideal ones (a number), random ones on a number of sites, or pictures."""

    ideal: int | None = Field(None, ge=1, le=20)
    random: int | None = Field(None, ge=1)
    sites: int | None = Field(None, ge=1)
    seed: int = Field(0, ge=0)
    pictures: list[str] | None = Field(None, min_length=1, max_length=MOST_ENTRIES)
    size: int | None = Field(None, ge=1)
    gauge: bool | None = None

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, given: Any) -> Any:
        if isinstance(given, int) and not isinstance(given, bool):
            return {"ideal": given}
        if not isinstance(given, dict):
            raise ValueError(
                "must be a number of ideal patterns, { random = …, sites = … } or { pictures = […] }, but it is none."
            )
        return given

    @model_validator(mode="after")
    def _one_kind(self) -> "PatternsTable":
        kinds = [name for name in ("ideal", "random", "pictures") if getattr(self, name) is not None]
        if len(kinds) != 1:
            raise ValueError(
                f"must have one of `ideal`, `random` and `pictures`, but it has {' and '.join(kinds) or 'none'}."
            )
        if (self.random is None) != (self.sites is None):
            raise ValueError("must have `random` together with `sites`, but one is missing.")
        if self.random is not None and self.sites is not None and self.random * self.sites > MOST_SITES:
            raise ValueError(f"must have at most {MOST_SITES} values, but it would have {self.random * self.sites}.")
        if self.size is not None and self.pictures is None:
            raise ValueError("must have `size` with `pictures` only, but there are none.")
        if self.size is not None and self.pictures is not None and self.size**2 * len(self.pictures) > MOST_SITES:
            raise ValueError(f"must have at most {MOST_SITES} values, but pictures of this `size` would have more.")
        return self


class ParameterTable(Table):
    """A parameter of a model of one's own, as for `largespin.parameter`."""

    default: float | None = None
    symbol: Name | None = None
    positive: bool = False
    nonnegative: bool = False
    unit: Text = ""
    description: Text = ""

    @model_validator(mode="before")
    @classmethod
    def _short_form(cls, given: Any) -> Any:
        return given if isinstance(given, dict) else {"default": given}


class AverageTable(Table):
    """An average over the particles, or over one block of them."""

    operator: Any
    block: int | None = Field(None, ge=0)
    coefficients: list[float] | None = Field(None, min_length=1)


class LocalFieldTable(Table):
    """A local field ``Δ_k = Σ_μν e_μk A_μν s_ν``."""

    averages: list[Name] | None = Field(None, min_length=1, max_length=MOST_ENTRIES)
    matrix: list[list[float]] | None = None


class ModeTable(Table):
    """A bosonic mode, with its rate of loss if there is one."""

    name: Name
    loss: Formula | None = None


class JumpTable(Table):
    """A local jump with its amplitude Γ or its rate Γ²."""

    operator: Any
    amplitude: Formula | None = None
    rate: Formula | None = None
    name: Text = ""

    @model_validator(mode="after")
    def _one_strength(self) -> "JumpTable":
        if self.amplitude is not None and self.rate is not None:
            raise ValueError("must have either `amplitude` or `rate` (its square), but it has both.")
        return self


class CollectiveJumpTable(Table):
    """A collective jump ``L = √N ℓ``."""

    amplitude: Formula
    name: Text = ""


class OwnModelTable(Table):
    """A model of one's own, as for `largespin.Model`."""

    name: Text = "model"
    levels: int = Field(2, ge=2, le=12)
    weights: list[float] | None = Field(None, min_length=1)
    patterns: PatternsTable | None = None
    parameters: dict[Name, ParameterTable] = Field(default_factory=dict)
    definitions: dict[Name, Formula] = Field(default_factory=dict)
    operators: dict[Name, Any] = Field(default_factory=dict)
    averages: dict[Name, AverageTable] = Field(default_factory=dict)
    local_fields: dict[Name, LocalFieldTable] = Field(default_factory=dict)
    per_block: dict[Name, list[float]] = Field(default_factory=dict)
    modes: list[ModeTable] = Field(default_factory=list, max_length=MOST_ENTRIES)
    energy: Formula = "0"
    jumps: list[JumpTable] = Field(default_factory=list, max_length=MOST_ENTRIES)
    collective_jumps: list[CollectiveJumpTable] = Field(default_factory=list, max_length=MOST_ENTRIES)

    @model_validator(mode="after")
    def _one_kind_of_blocks(self) -> "OwnModelTable":
        if self.patterns is not None and self.weights is not None:
            raise ValueError("must have `patterns` or `weights`, but it has both; patterns bring their weights.")
        if self.patterns is not None and self.levels != 2:
            raise ValueError(f"must have 2 `levels` with `patterns`, but it has {self.levels}.")
        return self


class ReadyModelTable(Table):
    """A ready model with its options."""

    ready: str
    patterns: PatternsTable | None = None
    options: dict[str, Any] = Field(default_factory=dict)


class OutputTable(Table):
    """What is written."""

    file: str | None = None
    keep: list[str] | None = Field(None, min_length=1)
    plot: Plot = True
    select: dict[str, int] = Field(default_factory=dict)


class RunTable(Table):
    """How the work is done, unless the command line says otherwise. Addresses of schedulers belong there only."""

    executor: ExecutorName = "serial"
    workers: int | None = Field(None, ge=1, le=4096)


class ComputeTable(Table):
    """What is computed; all other keys are options of that computation."""

    model_config = Table.model_config | {"extra": "allow"}
    what: str


def _kind_of_model(given: Any) -> str:
    return "ready" if isinstance(given, dict) and "ready" in given else "own"


ModelTable = Annotated[
    Annotated[ReadyModelTable, Tag("ready")] | Annotated[OwnModelTable, Tag("own")], Discriminator(_kind_of_model)
]


class StudyTable(Table):
    """The whole file."""

    title: Text = ""
    description: Text = ""
    model: ModelTable
    parameters: dict[str, float] = Field(default_factory=dict)
    sweep: dict[str, Range] = Field(default_factory=dict, max_length=8)
    compute: ComputeTable
    output: OutputTable = Field(default_factory=lambda: OutputTable.model_validate({}))
    run: RunTable = Field(default_factory=lambda: RunTable.model_validate({}))
