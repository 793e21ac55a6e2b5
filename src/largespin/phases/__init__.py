"""Where a parameter point stands in the phase diagram of a ready model."""

from largespin.phases.dicke import (
    critical_couplings,
    dicke_phase,
    dicke_retrieval_overlaps,
    dicke_retrieval_state,
    stability_couplings,
)
from largespin.phases.hopfield import hopfield_phase, hopfield_phases
from largespin.phases.phase import Phase

__all__ = [
    "Phase",
    "critical_couplings",
    "dicke_phase",
    "dicke_retrieval_overlaps",
    "dicke_retrieval_state",
    "hopfield_phase",
    "hopfield_phases",
    "stability_couplings",
]
