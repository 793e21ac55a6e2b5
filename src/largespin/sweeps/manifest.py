"""What does a stored sweep say of itself? The text in its attributes from which it is recognised."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import numpy as np

from largespin._version import __version__
from largespin.errors import LargespinError
from largespin.sweeps.fingerprint import Described, Fingerprint, differences
from largespin.sweeps.place import Place
from largespin.sweeps.text import made_storable

FORMAT = 1
"""Number of the layout of stored sweeps."""
NAME = "sweep_manifest"
"""Attribute that holds the manifest as JSON."""

OBEYED = frozenset({"_FillValue", "missing_value", "scale_factor", "add_offset", "dtype", "coordinates", "_Unsigned"})
"""Attributes by which readers of NetCDF change values; results are stored as they are."""


class NoManifestError(Exception):
    """There is no readable manifest here."""


@dataclass(frozen=True)
class Manifest:
    """What is stored.

    Attributes:
        fingerprint: everything on which the results depend.
        box: shape of the blocks.
        created: when the sweep was begun (UTC).
        attrs: attributes that all results share; None before the first.
    """

    fingerprint: Fingerprint
    box: tuple[int, ...]
    created: str
    attrs: dict[str, Any] | None = None

    @classmethod
    def new(cls, fingerprint: Fingerprint, box: tuple[int, ...]) -> "Manifest":
        """A manifest that begins now."""
        return cls(fingerprint, box, datetime.now(UTC).isoformat(timespec="seconds"))

    @classmethod
    def of(cls, attrs: Mapping[str, Any]) -> "Manifest":
        """Read the manifest in the attributes of a store or file.

        Raises:
            NoManifestError: none, or not readable.
            LargespinError: written by a newer layout.
        """
        try:
            data = json.loads(attrs[NAME])
            if data["format"] != FORMAT:
                raise LargespinError(
                    f"The stored sweep must have layout {FORMAT}, but it has {data['format']}; use the version of largespin "
                    f"that wrote it ({data['version']})."
                )
            pieces = {name: Described(**piece) for name, piece in data["fingerprint"].items()}
            return cls(pieces, tuple(data["box"]), data["created"], data["attrs"])
        except (KeyError, TypeError, json.JSONDecodeError) as error:
            raise NoManifestError from error

    def with_attrs(self, attrs: dict[str, Any]) -> "Manifest":
        """The manifest with other attributes of the results."""
        return replace(self, attrs=attrs)

    def as_attrs(self) -> dict[str, Any]:
        """Attributes of a store: those of the results, where the sweep comes from in words, and the manifest."""
        pieces = {name: vars(piece) for name, piece in self.fingerprint.items()}
        fixed = [f"{_bare(name)} = {piece['text']}" for name, piece in pieces.items() if name.startswith("the fixed")]
        axes = [f"{_bare(name)}: {piece['text']}" for name, piece in pieces.items() if name.startswith("the axis")]
        content = {
            "format": FORMAT,
            "version": __version__,
            "fingerprint": pieces,
            "box": self.box,
            "created": self.created,
            "attrs": self.attrs,
        }
        return {
            **(self.attrs or {}),
            "largespin_version": __version__,
            "sweep_function": pieces["the function"]["text"],
            "sweep_fixed": ", ".join(fixed),
            "sweep_axes": "; ".join(axes),
            "sweep_seed": pieces["`seed`"]["text"],
            "sweep_created": self.created,
            NAME: json.dumps(content),
        }


def check_same(manifest: Manifest, asked: Fingerprint, place: Place) -> None:
    """Refuse to go on with another sweep.

    Raises:
        LargespinError: with what differs.
    """
    changed = differences(manifest.fingerprint, asked)
    if changed:
        raise LargespinError(
            f"Argument `out` must be a new path, because {place.path} holds another sweep: {'; '.join(changed)}. Give another "
            "path, or `resume=False` to overwrite it."
        )


def _bare(piece: str) -> str:
    return piece.split("`")[1]


def plain_attrs(attrs: Mapping[str, Any]) -> dict[str, Any]:
    """Attributes that JSON and NetCDF can hold; others as text, and without those that would change numbers when read."""
    kept = {name: value for name, value in attrs.items() if name not in OBEYED}
    return {made_storable(str(name)): _plain(value) for name, value in kept.items()}


def _plain(value: Any) -> Any:
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, bool):
        return int(value)
    if isinstance(value, str):
        return made_storable(value)
    if (isinstance(value, int) and abs(value) < 2**63) or (isinstance(value, float) and np.isfinite(value)):
        return value
    if isinstance(value, list | tuple | np.ndarray) and all(isinstance(_plain(item), int | float) for item in value):
        return [_plain(item) for item in value]
    return made_storable(str(value))
