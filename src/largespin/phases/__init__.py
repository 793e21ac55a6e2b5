"""Where a parameter point stands in the phase diagram: of any model, and in closed form of the ready ones."""

from largespin.phases.codes import has_phase, phase_names
from largespin.phases.dicke import (
    critical_couplings,
    dicke_phase,
    dicke_retrieval_overlaps,
    dicke_retrieval_state,
    stability_couplings,
)
from largespin.phases.evaluate import Search, evaluate_points
from largespin.phases.hopfield import hopfield_phase, hopfield_phases, hopfield_rules
from largespin.phases.phase import Phase
from largespin.phases.rules import Rule, default_rules

__all__ = [
    "Phase",
    "Rule",
    "Search",
    "critical_couplings",
    "default_rules",
    "dicke_phase",
    "dicke_retrieval_overlaps",
    "dicke_retrieval_state",
    "evaluate_points",
    "has_phase",
    "hopfield_phase",
    "hopfield_phases",
    "hopfield_rules",
    "phase_names",
    "stability_couplings",
]
