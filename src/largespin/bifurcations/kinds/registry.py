"""The kinds of bifurcations of stationary states, listed once: how each is located, drawn in two parameters, and shown.

A new kind is a file beside this one with its equations, and an entry here: branches then locate it, boundary lines follow
it, and the pictures of `largespin.plot` know its marker and its line.
"""

from collections.abc import Mapping

from largespin.bifurcations.kinds import branch_point, fold, hopf
from largespin.bifurcations.kinds.kind import Kind, OscillatingKind, SteadyKind
from largespin.bifurcations.special import family_of_kind

STEADY = (
    SteadyKind(
        name="fold",
        locate=fold.locate,
        is_likely=fold.is_likely,
        curves=fold.curves,
        order=2,
        marker="s",
        lines={"fold": {"color": "#D55E00", "linestyle": "-"}},
    ),
    SteadyKind(
        name="pitchfork",
        locate=branch_point.locate,
        is_likely=branch_point.is_likely,
        curves=branch_point.curves,
        order=0,
        marker="D",
        lines={
            "pitchfork": {"color": "#000000", "linestyle": "-"},
            "pitchfork (subcritical)": {"color": "#000000", "linestyle": ":"},
        },
    ),
    SteadyKind(
        name="transcritical",
        locate=branch_point.locate,
        is_likely=branch_point.is_likely,
        curves=branch_point.curves,
        order=0,
        marker="^",
        lines={"transcritical": {"color": "#E69F00", "linestyle": "-"}},
    ),
    SteadyKind(
        name="branch point", order=3, marker="v", lines={"branch point": {"color": "#000000", "linestyle": "-."}}
    ),
)
"""Kinds at which zero is an eigenvalue; pitchforks and transcritical points are solved for by the same equations."""
OSCILLATING = (
    OscillatingKind(
        name="Hopf",
        locate=hopf.locate,
        curves=hopf.curves,
        order=1,
        marker="o",
        lines={"Hopf": {"color": "#0072B2", "linestyle": "--"}},
    ),
)
"""Kinds at which a pair of eigenvalues is on the imaginary axis."""
KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (*STEADY, *OSCILLATING)}
"""All kinds by name."""


def kind_of(words: str) -> Kind:
    """The kind that a word in a result means, with or without its side.

    Example:
        >>> from largespin.bifurcations.kinds.registry import kind_of
        >>> kind_of("pitchfork (subcritical)").marker
        'D'
    """
    return KINDS[family_of_kind(words)]
