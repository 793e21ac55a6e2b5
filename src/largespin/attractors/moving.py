"""What are the runs doing that did not come to rest? Limit cycles, tori, chaos, or not settled yet."""

from dataclasses import dataclass
from typing import Any

import numpy as np

from largespin.attractors.attractor import Attractor, path_distance, same_set
from largespin.attractors.disturbed_runs import GrowthMeasurement, measure
from largespin.attractors.lyapunov_exponents import judgements
from largespin.cycles.equations import IntegrationError
from largespin.cycles.limit_cycle import SEARCH
from largespin.cycles.periodic_orbit import Orbit, find_orbit
from largespin.errors import FloatArray
from largespin.meanfield.compile import UnsupportedExpressionError
from largespin.meanfield.evolve import run_states
from largespin.meanfield.numeric import numeric_mean_field
from largespin.model.model import Model
from largespin.stationary.thresholds import MOVING

ON_ORBIT = 1e-2
"""Distance from a closed orbit, relative to its size, up to which a run is on it: more than the chords between 512
phases miss (1e-5), less than two orbits of one system lie apart."""
PHASES = 512
"""States along an orbit or an irregular run: enough for clouds to show whether they cover the same places, few enough
to compare all pairs of them."""
OWN_TIME = 0.2
"""Share of the time of the measurement in which disturbances find their directions before they count."""
EXAMINED = 6
"""Runs at one point that are examined one by one; tori of a conservative model, one for every run, would never end."""
STEADY = 0.02
"""Relative change of the mean square size of motion from one half to the other up to which it may be a torus: what
decays by a percent in that time covers the same places as far as a cloud of points can tell."""
WORDS = {"chaotic": "chaotic", "neutral": "torus"}
"""What the judgement of the Lyapunov exponent says of motion that does not close."""


@dataclass(frozen=True, eq=False)
class Motion:
    """How moving runs are followed further.

    Attributes:
        model: the model.
        time: time that runs were given to settle; they are followed as long again, or longer if that is short.
        tolerance: relative error per step.
        maps: symmetries of the equations.
    """

    model: Model
    time: float
    tolerance: float
    maps: tuple[Any, ...]

    @property
    def further(self) -> float:
        """Time for which moving runs are followed."""
        return max(self.time, SEARCH)

    def attractors(self, ends: FloatArray, moving: list[int], parameters: FloatArray) -> list[Attractor]:
        """The attractors of the runs `moving`, whose last states are among `ends` (S, n), at one parameter point."""
        found: list[Attractor] = []
        clouds: dict[int, FloatArray] = {}
        for _ in range(EXAMINED):
            if not moving:
                return found
            first = moving[0]
            new = self._cycles(ends[first], parameters)
            if not new:
                clouds = clouds or self._clouds(ends, moving, parameters)
                new = self._later(ends[first], clouds[first], parameters)
            for attractor in new:
                attractor.runs = [i for i in moving if _reached(attractor, ends[i], clouds.get(i))]
                moving = [i for i in moving if i not in set(attractor.runs)]
            if first in moving:
                # Further from the cycle than ON_ORBIT, but on its way there.
                new[0].runs.append(first)
                moving.remove(first)
            _add(found, [attractor for attractor in new if attractor.runs])
        if moving:
            sentence = f"Moving; {EXAMINED} other runs of this point were examined, these were not."
            found.append(Attractor("moving, not settled", ends[moving[:1]], 0.0, sentence, moving))
        return found

    def _cycles(self, u: FloatArray, parameters: FloatArray) -> list[Attractor]:
        """The limit cycle on which the run from `u` moves, then its distinct images; nothing if there is none."""
        try:
            orbit = find_orbit(self.model, u, parameters, self.further, self.tolerance)
        except (IntegrationError, UnsupportedExpressionError):
            return []
        if not isinstance(orbit, Orbit):
            return []
        moments = np.linspace(0.0, orbit.period, PHASES + 1)
        path = self._runs(orbit.start[None], parameters, moments)[0]
        if not np.isfinite(path).all():
            return []
        path[-1] = path[0]
        reach = ON_ORBIT * float(np.linalg.norm(np.ptp(path, axis=0)))
        sentence = f"Limit cycle of period {orbit.period:.4g}."
        cycles: list[Attractor] = []
        for candidate in (path, *(symmetry(path) for symmetry in self.maps)):
            # A cycle that a symmetry carries into itself is one; the middle of the path may be where they cross.
            if all(path_distance(known.path, candidate[::64]).max() > known.reach for known in cycles):
                cycles.append(Attractor("limit cycle", candidate, reach, sentence, [], orbit.period, 0.0))
        return cycles

    def _later(self, u: FloatArray, cloud: FloatArray, parameters: FloatArray) -> list[Attractor]:
        """What a run that closes nowhere yet does in the end, as far as it has been followed."""
        last = cloud[-1]
        speed = float(np.linalg.norm(numeric_mean_field(self.model).rhs(last, parameters)))
        if speed < MOVING:
            sentence = f"Moving after all, but at rest after as long again (|du/dt| = {speed:.1g}); raise `settle`."
            return [Attractor("moving, not settled", u[None], 0.0, sentence, [])]
        cycles = self._cycles(last, parameters) if np.isfinite(last).all() else []
        return cycles or [self._irregular(u, cloud, parameters)]

    def _irregular(self, u: FloatArray, cloud: FloatArray, parameters: FloatArray) -> Attractor:
        """What motion is that does not close, by its largest Lyapunov exponent."""
        measurement = GrowthMeasurement(self.model, 1, self.further, OWN_TIME * self.further, None, self.tolerance)
        rates = measure(measurement, u[None], parameters[None])
        judged = judgements(rates, self.further)[0]
        half = len(cloud) // 2
        # What is still on its way to rest or to a cycle covers other places later.
        lasts = np.isfinite(cloud).all() and same_set(cloud[:half], cloud[half:])
        chaotic, neutral = judged.verdict == "chaotic", judged.verdict == "neutral"
        if lasts and (chaotic or (neutral and _is_steady(cloud))):
            exponent = float(rates.values[0, 0])
            return Attractor(WORDS[judged.verdict], cloud, 0.0, judged.sentence, [], exponent=exponent)
        sentence = f"Moving after all, and no cycle was found; raise `settle`. {judged.sentence}"
        return Attractor("moving, not settled", u[None], 0.0, sentence, [])

    def _clouds(self, ends: FloatArray, moving: list[int], parameters: FloatArray) -> dict[int, FloatArray]:
        """States along the further runs, one cloud of points each."""
        moments = np.linspace(0.0, self.further, PHASES)
        return dict(zip(moving, self._runs(ends[moving], parameters, moments), strict=True))

    def _runs(self, starts: FloatArray, parameters: FloatArray, moments: FloatArray) -> FloatArray:
        """States along runs at one parameter point, shape (runs, moments, n)."""
        table = np.broadcast_to(parameters, (len(starts), len(parameters)))
        return run_states(self.model, starts, table, moments, tolerance=self.tolerance)


def _is_steady(cloud: FloatArray) -> bool:
    """Whether regular motion keeps its size; slow decay must not be called a torus."""
    first, second = (float(np.var(half, axis=0).sum()) for half in np.array_split(cloud, 2))
    return abs(first - second) <= STEADY * max(first, second)


def _reached(attractor: Attractor, end: FloatArray, cloud: FloatArray | None) -> bool:
    if attractor.is_regular:
        return bool(path_distance(attractor.path, end[None])[0] <= attractor.reach)
    if cloud is None or len(attractor.path) == 1 or not np.isfinite(cloud).all():
        return False
    return same_set(cloud, attractor.path)


def _add(found: list[Attractor], new: list[Attractor]) -> None:
    """Add attractors, or their runs where the attractor is known: a run may have come to it too slowly to be seen."""
    for attractor in new:
        for known in found:
            if attractor.kind == known.kind == "limit cycle":
                one = path_distance(known.path, attractor.path[::64]).max() <= known.reach
            else:
                one = attractor.kind == known.kind == "moving, not settled"
            if one:
                known.runs += attractor.runs
                break
        else:
            found.append(attractor)
