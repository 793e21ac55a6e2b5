"""Printed equations read as the papers print them."""

import numpy as np
import pytest
import sympy as sp

import largespin as ls

HOPFIELD = """\
dm_{k,x}/dt = -1/2 cosh(β ΔE_k) m_{k,x}
dm_{k,y}/dt = -2 Ω m_{k,z} - 1/2 cosh(β ΔE_k) m_{k,y}
dm_{k,z}/dt = 2 Ω m_{k,y} - cosh(β ΔE_k) m_{k,z} + sinh(β ΔE_k)
where
  ΔE_k = Σ_μ e_{μ,k} o_μ
  o_μ = Σ_k w_k e_{μ,k} m_{k,z}
  β = 1/T"""

GLAUBER = """\
dm_{k,x}/dt = -1/2 m_{k,x}
dm_{k,y}/dt = -2 Ω m_{k,z} - 1/2 m_{k,y}
dm_{k,z}/dt = 2 Ω m_{k,y} - m_{k,z} + tanh(β ΔE_k)
where
  ΔE_k = Σ_μ e_{μ,k} o_μ
  o_μ = Σ_k w_k e_{μ,k} m_{k,z}
  β = 1/T"""

DICKE = """\
dm_{k,x}/dt = -2 g_0 Σ_μ e_{μ,k} (α_μ + α_μ*) m_{k,y}
dm_{k,y}/dt = -2 Ω m_{k,z} + 2 g_0 Σ_μ e_{μ,k} (α_μ + α_μ*) m_{k,x}
dm_{k,z}/dt = 2 Ω m_{k,y}
dα_μ/dt = -(i Ω_μ + 1/2 κ_μ) α_μ - i g_0 o_μ
where
  o_μ = Σ_k w_k e_{μ,k} m_{k,z}"""

CRYSTAL = """\
dm_x/dt = 1/2 κ m_x m_z
dm_y/dt = 1/2 κ m_y m_z - ω m_z
dm_z/dt = -1/2 κ m_y^2 + ω m_y - 1/2 κ m_x^2"""

P_SPIN = """\
dm_x/dt = 6 m_z^2 m_y
dm_y/dt = -2 ω cos(t) m_z - 6 m_z^2 m_x
dm_z/dt = 2 ω cos(t) m_y"""


def crystal() -> ls.Model:
    spins, omega, kappa = ls.Spins(), ls.parameter("omega"), ls.parameter("kappa", positive=True)
    decay = ls.CollectiveJump(sp.sqrt(kappa) * spins.average("lowering"))
    return ls.Model(spins, energy=omega * spins.average("x") / 2, collective_jumps=[decay])


def p_spin() -> ls.Model:
    spins, omega = ls.Spins(), ls.parameter("omega")
    return ls.Model(spins, energy=-(spins.average("z") ** 3) + omega * sp.cos(ls.time) * spins.average("x"))


@pytest.mark.parametrize("patterns", [2, 3])
def test_hopfield_reads_as_f24_b1(patterns: int) -> None:
    assert str(ls.equations(ls.models.hopfield(ls.ideal_large_spins(patterns)))) == HOPFIELD


def test_glauber_rates() -> None:
    assert str(ls.equations(ls.models.hopfield(ls.ideal_large_spins(2), rates="glauber"))) == GLAUBER


@pytest.mark.parametrize("patterns", [2, 3])
def test_dicke_reads_as_cl21_7(patterns: int) -> None:
    assert str(ls.equations(ls.models.dicke(ls.ideal_large_spins(patterns)))) == DICKE


def test_one_block_without_patterns_needs_no_index() -> None:
    assert str(ls.equations(crystal())) == CRYSTAL
    assert str(ls.equations(p_spin())) == P_SPIN


def test_extra_channels_are_added_to_the_printed_lines() -> None:
    model = ls.models.dicke(ls.ideal_large_spins(2, gauge=False), decay=True, dephasing=True)
    lines = str(ls.equations(model)).splitlines()
    assert lines[2] == "dm_{k,z}/dt = 2 Ω m_{k,y} - γ m_{k,z} - γ"
    assert lines[0].startswith("dm_{k,x}/dt = -2 g_0 Σ_μ e_{μ,k} (α_μ + α_μ*) m_{k,y} ")
    assert "γ_z" in lines[0]


def test_projection_rule_names_its_matrix() -> None:
    blocks = ls.large_spins(ls.patterns_from_array([[1, 1, 1, 1], [1, 1, 1, -1]]))
    text = str(ls.equations(ls.models.hopfield(blocks, learning="projection")))
    assert "ΔE_k = Σ_μ,ν e_{μ,k} (C^-1)_{μ,ν} o_ν" in text
    assert "s_μ = Σ_k w_k G_{μ,k} m_{k,z}" in str(ls.equations(ls.models.dicke(blocks, learning="projection")))


def test_latex_of_hopfield() -> None:
    latex = ls.equations(ls.models.hopfield(ls.ideal_large_spins(2))).latex()
    for piece in (
        r"\dot{m}_{k,z} &= 2 \Omega\, m_{k,y} - \cosh{\left(\beta \Delta E_{k} \right)}\, m_{k,z}",
        r"+ \sinh{\left(\beta \Delta E_{k} \right)}",
        r"\Delta E_{k} &= \sum_{\mu} e_{\mu,k} o_{\mu}",
        r"o_{\mu} &= \sum_{k} w_{k} e_{\mu,k} m_{k,z}",
        r"\beta &= \frac{1}{T}",
    ):
        assert piece in latex


def test_latex_of_dicke() -> None:
    latex = ls.equations(ls.models.dicke(ls.ideal_large_spins(2))).latex()
    assert r"\sum_{\mu} e_{\mu,k} \left(\alpha_{\mu} + {\alpha_{\mu}^{*}}\right)\, m_{k,y}" in latex
    assert r"\dot{\alpha}_{\mu} &= -\left(i \Omega_{\mu} + \frac{\kappa_{\mu}}{2}\right)\, \alpha_{\mu}" in latex


def every_kind() -> list[ls.Model]:
    blocks = ls.large_spins(ls.patterns_from_array([[1, 1, 1, 1], [1, 1, 1, -1]]))
    atoms = ls.Particles(3)
    ladder = np.diag([1.0, np.sqrt(2.0)], 1)
    return [
        ls.models.hopfield(blocks, learning="projection", pair_coupling=True),
        ls.models.dicke(blocks, learning="projection", dephasing=True),
        ls.models.dicke(ls.ideal_large_spins(1)),
        crystal(),
        p_spin(),
        ls.Model(atoms, energy=atoms.average("s12") ** 2, jumps=[ls.Jump(ladder, sp.exp(atoms.average("d1")))]),
    ]


@pytest.mark.parametrize("number", range(6))
def test_latex_is_balanced(number: int) -> None:
    equations = ls.equations(every_kind()[number])
    latex = equations.latex()
    assert latex.count("{") == latex.count("}")
    assert latex.count(r"\left(") == latex.count(r"\right)")
    assert latex.startswith("\\begin{aligned}\n")
    assert latex.endswith("\n\\end{aligned}")
    rows = latex.split("\n")[1:-1]
    assert len(rows) == len(equations.dynamics) + len(equations.definitions)
    assert all(row.count("&=") == 1 for row in rows)
    assert equations._repr_latex_() == f"$\\displaystyle {latex}$"
    assert repr(equations) == str(equations)
