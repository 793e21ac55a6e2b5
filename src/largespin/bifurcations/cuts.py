"""Which bifurcations are met on lines through the plane of two parameters? From these the search for boundaries begins."""

from dataclasses import replace

import numpy as np

from largespin.bifurcations.region import Region
from largespin.bifurcations.special import SpecialPoint
from largespin.bifurcations.starts import flat_directions
from largespin.bifurcations.surroundings import Surroundings
from largespin.bifurcations.switch import all_branches, lies_on
from largespin.bifurcations.trace import BranchSettings, StationaryBranch, Tracer
from largespin.ends import EndKind
from largespin.errors import FloatArray
from largespin.model.start import given
from largespin.model.state import State
from largespin.stationary.stationary_states import stationary_states

OFF = 0.0137
"""Shift of cuts off the simple fractions of a range, where models like to have special points, at which nothing can begin."""


def _fractions(cuts: int) -> FloatArray:
    """Places of cuts in the unit interval."""
    return (np.arange(cuts) + 0.5) / cuts + OFF


def specials_on_cuts(
    region: Region,
    cuts: int,
    starts: int,
    seed: int,
    depth: int,
    like: State | None,
    failures: list[str],
) -> list[tuple[Surroundings, SpecialPoint]]:
    """The bifurcations on `cuts` lines along each parameter, with both parameters, and the equations of each.

    Args:
        region: the plane.
        cuts: number of lines along each parameter.
        starts: starts of the search for stationary states at every crossing of two lines.
        seed: seed of these starts.
        depth: number of branch points between a state found by the search and the last branches.
        like: a state with the conserved values that are meant.
        failures: sentences about what failed are added here.
    """
    places = {name: low + (high - low) * _fractions(cuts) for name, (low, high) in region.between.items()}
    fixed = {n: float(x) for n, x in zip(region.model.parameters, region.full, strict=True) if n not in places}
    states = stationary_states(
        region.model, starts=starts, seed=seed, like=like, images=False, parameters={**fixed, **places}
    )
    found: list[tuple[Surroundings, SpecialPoint]] = []
    for moving, held in (region.names, region.names[::-1]):
        for position, value in enumerate(places[held]):
            known: list[StationaryBranch] = []
            for step, here in enumerate(places[moving]):
                point = states.isel({held: position, moving: step})
                count = int(point.number_of_states)
                for u in given(region.model, point).state.vector[:count] if count else ():
                    found += _specials_from(region, u, {moving: here, held: value}, moving, depth, known, failures)
    return found


def _specials_from(
    region: Region,
    u: FloatArray,
    where: dict[str, float],
    moving: str,
    depth: int,
    known: list[StationaryBranch],
    failures: list[str],
) -> list[tuple[Surroundings, SpecialPoint]]:
    """The special points on the branches through one state, unless it lies on a known one."""
    full = region.at(np.array([where[name] for name in region.names]))
    around = region.around(u, (moving,), full)
    u = around.tidied(u, around.basis_for(u))
    p = np.array([where[moving]])
    if flat_directions(around, u, p):
        failures.append("A continuous family of stationary states was left out.")
        return []
    if any(lies_on(around, u, p, branch) for branch in known):
        return []
    low, high = region.between[moving]
    settings = region.settings
    tracer = Tracer(around, BranchSettings(low, high, settings.first_step, settings.largest_step, settings.points))
    branches = all_branches(tracer, tracer.through(u, float(p[0])), depth)
    known += branches
    failures += tracer.failures
    failures += _unfinished(branches, moving)
    both = region.around(u, region.names, full)
    index = region.names.index(moving)
    found = []
    for special in (s for branch in branches for s in branch.specials):
        values = np.array([where[name] for name in region.names])
        values[index] = special.p[0]
        found.append((both, replace(special, p=values)))
    return found


def _unfinished(branches: list[StationaryBranch], moving: str) -> list[str]:
    """What to say of branches that were not followed to their ends."""
    ends = (end for branch in branches for end in branch.ended)
    return [f"On a cut along `{moving}`: {end.sentence}" for end in ends if end.kind is EndKind.POINTS]
