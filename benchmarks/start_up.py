"""How long a user waits before anything happens: importing the library, the command's help, and the first result."""

import resource
import statistics
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from measure import in_turn, ratio

OURS = """
import numpy as np
import largespin as ls
model = ls.models.hopfield(ls.ideal_large_spins(1))
run = ls.evolve(model, [0, 0, 0.1], np.linspace(0, 50, 101), temperature=0.5, field=0.2)
print(*run.m.values[-1, 0])
"""
BY_HAND = """
import numpy as np
import heyoka as hy
x, y, z = hy.make_vars("x", "y", "z")
beta, omega = hy.par[0], hy.par[1]
c, s = hy.cosh(beta * z), hy.sinh(beta * z)
system = [(x, -0.5 * c * x), (y, -2 * omega * z - 0.5 * c * y), (z, 2 * omega * y - c * z + s)]
integrator = hy.taylor_adaptive(system, [0.0, 0.0, 0.1], pars=[1 / 0.5, 0.2], tol=1e-9)
print(*integrator.propagate_grid(np.linspace(0, 50, 101))[-1][-1])
"""
LIBRARIES = "import numpy, sympy, pandas, xarray" + BY_HAND
"""The hand-written program with all that a labelled result needs: no program of ours can be quicker."""


def main() -> None:
    importing()
    first_result()


def importing() -> None:
    python = sys.executable
    command = Path(python).with_name("largespin")
    seconds = in_turn(
        7,
        bare=lambda: subprocess.run([python, "-c", "pass"], check=True),
        package=lambda: subprocess.run([python, "-c", "import largespin"], check=True),
        help=lambda: subprocess.run([command, "--help"], check=True, stdout=subprocess.DEVNULL),
    )
    loading = seconds["package"] - seconds["bare"]
    print(
        f"import largespin {loading:.3f} s (interpreter alone {seconds['bare']:.3f} s), --help {seconds['help']:.3f} s"
    )
    ratio("import", 0.5 / seconds["package"], "0.5 s allowed, interpreter included")
    ratio("help", 1.0 / seconds["help"], "1 s allowed, interpreter included")


def first_result() -> None:
    programs = {"ours": OURS, "libraries": LIBRARIES, "hand": BY_HAND}
    answers = {name: answer(program) for name, program in programs.items()}
    assert np.allclose(answers["ours"], answers["hand"], rtol=0.0, atol=1e-8), answers
    rounds = [{name: processor_time(["-c", program]) for name, program in programs.items()} for _ in range(11)]
    median = {name: statistics.median(seconds[name] for seconds in rounds) for name in programs}
    ours, libraries = (statistics.median(s[name] / s["hand"] for s in rounds) for name in ("ours", "libraries"))
    print(
        f"first result: {median['ours']:.2f} s of processor time, {ours:.2f} times the hand-written program ({median['hand']:.2f} s); "
        f"{libraries:.2f} times if that imports SymPy, pandas and xarray too"
    )
    ratio("first-result", 1.0 / ours, "a hand-written program without labels; whole processes")
    ratio("first-result-libraries", libraries / ours, "the same with the imports of a labelled result")


def answer(program: str) -> np.ndarray:
    """The numbers that a program prints."""
    done = subprocess.run([sys.executable, "-c", program], check=True, capture_output=True, text=True)
    return np.array(done.stdout.split(), dtype=float)


def processor_time(arguments: Sequence[str]) -> float:
    """Seconds of processor time of a whole Python process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    main()
