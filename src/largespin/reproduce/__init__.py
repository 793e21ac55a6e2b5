"""The papers' figures, one file each."""

from largespin.reproduce.dicke_fluctuations import DICKE_FLUCTUATIONS
from largespin.reproduce.dicke_retrieval import DICKE_RETRIEVAL
from largespin.reproduce.exactness import EXACTNESS
from largespin.reproduce.finite_size import FINITE_SIZE
from largespin.reproduce.hopfield_bifurcations import HOPFIELD_BIFURCATIONS
from largespin.reproduce.hopfield_correlations import HOPFIELD_CORRELATIONS
from largespin.reproduce.hopfield_limit_cycle import HOPFIELD_LIMIT_CYCLE
from largespin.reproduce.hopfield_phases import HOPFIELD_PHASES
from largespin.reproduce.reproduction import Reproduction
from largespin.reproduce.time_crystal import TIME_CRYSTAL

REPRODUCTIONS: dict[str, Reproduction] = {
    item.name: item
    for item in (
        DICKE_RETRIEVAL,
        HOPFIELD_PHASES,
        HOPFIELD_BIFURCATIONS,
        HOPFIELD_LIMIT_CYCLE,
        HOPFIELD_CORRELATIONS,
        DICKE_FLUCTUATIONS,
        EXACTNESS,
        FINITE_SIZE,
        TIME_CRYSTAL,
    )
}

__all__ = ["REPRODUCTIONS", "Reproduction"]
