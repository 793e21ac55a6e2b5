"""Limit cycles: a branch by continuation against one run after the other, and the field at which cycles die."""

import time

import numpy as np
from measure import ratio

import largespin as ls
from largespin import cycle_branch, cycle_ends, limit_cycle

START = [0.0, 0.1, 0.1]
TEMPERATURE = 0.6


def branch_against_runs() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    cycle = limit_cycle(model, START, temperature=TEMPERATURE, field=0.6)
    begin = time.perf_counter()
    branch = cycle_branch(model, cycle, between={"field": (0.295, 1.0)}, largest_step=0.05)
    ours = (time.perf_counter() - begin) / branch.sizes["point"]
    fields = branch.field.values[:: max(1, branch.sizes["point"] // 12)]
    begin = time.perf_counter()
    runs = limit_cycle(model, START, temperature=TEMPERATURE, field=fields, phases=65)
    theirs = (time.perf_counter() - begin) / len(fields)
    periods = branch.period.values[:: max(1, branch.sizes["point"] // 12)]
    assert np.allclose(runs.period, periods, rtol=1e-8), np.abs(runs.period / periods - 1.0).max()
    print(f"{branch.sizes['point']} cycles of a branch: {1e3 * ours:.1f} ms each; from runs {1e3 * theirs:.1f} ms each")
    ratio("cycle-branch", theirs / ours, "one cycle from a run against one of a branch, same samples and accuracy")


def end_of_cycles() -> None:
    model = ls.models.hopfield(ls.ideal_large_spins(1), rates="glauber")
    limit_cycle(model, START, temperature=TEMPERATURE, field=0.4)
    begin = time.perf_counter()
    ends = cycle_ends(model, START, between={"field": (0.1, 0.4)}, field=0.4, temperature=TEMPERATURE)
    seconds = time.perf_counter() - begin
    beside = ends.stable_until.item() + np.array([-5e-4, 5e-4])
    runs = limit_cycle(model, START, settle=4000.0, temperature=TEMPERATURE, field=beside)
    assert runs.outcome.values.tolist() == ["no cycle", "finished"]
    print(
        f"{ends.stable_until_kind.item()} at {ends.stable_until.item():.11f}, {ends.branch_ends_kind.item()} at",
        end=" ",
    )
    print(f"{ends.branch_ends.item():.11f}: {seconds:.2f} s")


def main() -> None:
    branch_against_runs()
    end_of_cycles()


if __name__ == "__main__":
    main()
