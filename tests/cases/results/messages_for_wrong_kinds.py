"""First mistakes: an array to `large_spins`, a model to `plot.overlaps`, a dataset to `equations`, a System to
`from_dicke_blocks`, a number to `patterns_from_images`.

Bad input stops at the door: a LargespinError in one sentence, not an AttributeError or TypeError from inside.
"""

import numpy as np

import largespin as ls


def check() -> tuple[bool, str]:
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    run = ls.evolve(model, [0, 0.1, 0.5], [0, 1.0], temperature=0.5, field=0.2)
    system = ls.exact.System(model, 4, temperature=0.5, field=0.2)
    calls = {
        "large_spins(array)": lambda: ls.large_spins(np.ones((2, 10))),
        "plot.overlaps(model)": lambda: ls.plot.overlaps(model),
        "equations(dataset)": lambda: ls.equations(run),
        "from_dicke_blocks(system, ...)": lambda: ls.exact.from_dicke_blocks(system, {2: np.eye(5) / 5}),
        "patterns_from_images([3])": lambda: ls.patterns_from_images([3]),
    }
    raw = []
    for name, call in calls.items():
        try:
            call()
        except ls.LargespinError:
            pass
        except Exception as error:
            raw.append(f"{name}: {type(error).__name__}")
    return not raw, "; ".join(raw) or "one sentence each"


WANT = "a LargespinError for each (or an answer)"
