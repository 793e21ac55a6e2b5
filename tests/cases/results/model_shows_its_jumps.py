"""Two different jumps (3 -> 1 and 3 -> 2) of a three-level model, printed.

A printed model must let the reader see which operators jump; "jump: j x 1" twice shows nothing.
"""

import largespin as ls
from largespin.model.operators import transition


def check() -> tuple[bool, str]:
    atoms = ls.Particles(3)
    model = ls.Model(atoms, energy=0, jumps=[ls.Jump(transition(3, 0, 2), 1), ls.Jump(transition(3, 1, 2), 1)])
    lines = [line.strip() for line in str(model).splitlines() if "jump" in line]
    return len(lines) == len(set(lines)) == 2, f"{lines}"


WANT = "two lines that differ and name the operators"
