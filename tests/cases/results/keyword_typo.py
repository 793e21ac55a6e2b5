"""A mistyped option: `ls.evolve(model, start, 1.0, tolerence=1e-6)`, `stationary_states(model, strats=4)`.

Unknown keywords are taken for parameters of the model, so the refusal speaks about parameters only. It must also name
the option that was meant ("did you mean `tolerance`?"), or at least list the options beside the parameters.
"""

import largespin as ls


def check() -> tuple[bool, str]:
    model, point = ls.models.hopfield(ls.ideal_large_spins(1)), dict(temperature=0.5, field=0.2)
    calls = {
        "tolerance": lambda: ls.evolve(model, [0, 0, 0.5], 1.0, tolerence=1e-6, **point),
        "starts": lambda: ls.stationary_states(model, strats=4, **point),
        "samples": lambda: ls.find_attractors(model, sampels=4, **point),
        "temperature": lambda: ls.evolve(model, [0, 0, 0.5], 1.0, temprature=0.5, field=0.2),
    }
    wrong = []
    for meant, call in calls.items():
        try:
            call()
            wrong.append(f"{meant}: no refusal")
        except ls.LargespinError as error:
            if meant not in str(error):
                wrong.append(f"{meant}: {str(error)[:110]!r}")
        except TypeError as error:
            if meant not in str(error):
                wrong.append(f"{meant}: {error}")
    return not wrong, "; ".join(wrong) or "every refusal names what was meant"


WANT = "each refusal names the keyword that was meant"
