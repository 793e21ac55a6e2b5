"""A model parameter with the name of an option of the functions: "tolerance".

`evolve(..., tolerance=1e-3)` then computes with the default 0.5 of the parameter (m_z = cos(1) = 0.5403) and asks the
solver for 1e-3. Right: the name is refused when the parameter or model is made, or the value reaches the model.
"""

import numpy as np

import largespin as ls


def check() -> tuple[bool, str]:
    wrong = []
    for name in ("tolerance", "method", "workers", "progress", "times", "start", "model", "max_step", "stop"):
        try:
            parameter = ls.parameter(name, default=0.5)
            spins = ls.Spins()
            model = ls.Model(spins, energy=parameter * spins.average("x"))
        except ls.LargespinError:
            continue
        try:
            z = ls.evolve(model, [0, 0, 1.0], 1.0, **{name: 1e-3}).m.values.ravel()[2]
            if abs(z - np.cos(0.002)) > 1e-6:
                wrong.append(f"{name}: m_z = {z:.4f}")
        except ls.LargespinError as error:
            if "parameter" not in str(error) or "has no value" in str(error):
                wrong.append(f"{name}: {str(error)[:50]!r}")
        except Exception as error:
            wrong.append(f"{name}: {type(error).__name__}")
    return not wrong, "; ".join(wrong) or "no name is mixed up"


WANT = "a refusal of the name, or m_z = cos(0.002) = 1.0000"
