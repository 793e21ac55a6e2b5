"""The printed equations of three levels with the energy D |2><2|: terms that cancel or repeat.

"1/2 D m_a13 - 1/2 D m_a13" is 0 (level 1 and 3 have the same energy), and "-1/2 D m_a23 - 1/2 D m_a23" is -D m_a23. A
printed equation must be collected: no symbol may stand in it twice with the same factors.
"""

import re

import largespin as ls
from largespin.model.operators import transition


def check() -> tuple[bool, str]:
    atoms, energy = ls.Particles(3), ls.parameter("D")
    model = ls.Model(atoms, energy=energy * atoms.average(transition(3, 1, 1), symbol="n1"))
    lines = str(ls.equations(model)).splitlines()
    repeated = []
    for line in lines:
        right_side = line.split("=", 1)[1] if "=" in line else ""
        names = re.findall(r"m_\w+", right_side)
        if len(names) != len(set(names)):
            repeated.append(line.strip())
    return not repeated, "; ".join(repeated) or "every term once"


WANT = "dm_s13/dt = 0 and every term once"
