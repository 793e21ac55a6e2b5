"""Run every benchmark: `python benchmarks`. A failed comparison of answers stops with an error."""

import covariances
import dicke_couplings
import exact_solutions
import hopfield_grid
import many_blocks
import one_run
import phase_diagrams
import start_up
import sweeps

import bifurcations
import cycles

if __name__ == "__main__":
    for benchmark in (
        hopfield_grid,
        one_run,
        dicke_couplings,
        many_blocks,
        covariances,
        exact_solutions,
        bifurcations,
        cycles,
        phase_diagrams,
        sweeps,
        start_up,
    ):
        benchmark.main()
