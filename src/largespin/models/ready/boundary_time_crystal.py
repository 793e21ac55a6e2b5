"""The boundary time crystal: a driven spin ensemble that decays collectively (Iemini et al., 2018)."""

from sympy import I, sqrt

from largespin.model import CollectiveJump, Model, Spins, parameter


def boundary_time_crystal() -> Model:
    r"""Spins that are driven together and decay together: ``H = ω_0 S_x``, ``L = √(κ/S) S_-`` with ``S = N/2``.

    ``h = ω_0 ⟨m_x⟩/2``, ``ℓ = √(2κ) (⟨m_x⟩ − i⟨m_y⟩)/2``, hence

    ``ṁ_x = κ m_x m_z``, ``ṁ_y = −ω_0 m_z + κ m_y m_z``, ``ṁ_z = ω_0 m_y − κ (m_x² + m_y²)``.

    Returns:
        A model with the parameters ``drive`` (ω_0) and ``decay`` (κ, at least zero).

    Limits: the length |m| is conserved, and beyond it a second quantity, so motion in the time crystal is a family of closed
    orbits, each chosen by the start: there is no attractor to find. Weak drive ``ω_0 < κ``: the pure stationary state
    ``m = (0, ω_0/κ, −√(1 − ω_0²/κ²))`` is stable, disturbances decay at rate ``√(κ² − ω_0²)``. Strong drive ``ω_0 > κ``: the two
    pure stationary states ``m = (±√(1 − κ²/ω_0²), κ/ω_0, 0)`` are centres of oscillations with frequency ``√(ω_0² − κ²)``. At finite
    N every state ends in one mixed state, slower the larger N is.

    Source: F. Iemini et al., Phys. Rev. Lett. 121, 035301 (2018), Eq. 2 and below; the transition at ω_0/κ = 1.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.boundary_time_crystal()
        >>> states = ls.stationary_states(model, drive=1.25, decay=1.0)
        >>> print(states.verdict.values[0], states.eigenvalue_imag.max().round(6).item())
        centre 0.75
    """
    spins = Spins()
    drive = parameter("drive", symbol="omega_0", description="drive of all spins together")
    decay = parameter("decay", symbol="kappa", nonnegative=True, description="collective decay")
    lowering = (spins.average("x") - I * spins.average("y")) / 2
    return Model(
        spins,
        energy=drive * spins.average("x") / 2,
        collective_jumps=[CollectiveJump(sqrt(2 * decay) * lowering, name="decay")],
        name="boundary time crystal",
    )
