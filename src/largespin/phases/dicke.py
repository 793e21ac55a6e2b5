"""Closed forms of the multimode Dicke model's retrieval states: existence, stability, the states themselves."""

import numpy as np
import numpy.typing as npt

from largespin.errors import FloatArray, LargespinError, finite_array, number_in, whole_number
from largespin.model import Model, State
from largespin.phases.phase import Phase


def critical_couplings(field: float, frequencies: npt.ArrayLike, losses: npt.ArrayLike) -> FloatArray:
    """``g_ν = √(½ (Ω/Ω_ν)(Ω_ν² + κ_ν²/4))``: above it the retrieval state of pattern ν exists.

    Args:
        field: transverse field Ω > 0.
        frequencies: ``Ω_ν``, shape (M,), above zero.
        losses: ``κ_ν``, shape (M,) or one number.

    Returns:
        Shape (M,).

    Source: CL21, below Eq. 12.

    Example:
        >>> from largespin.phases import critical_couplings
        >>> critical_couplings(0.5, [1.5, 2.0, 2.5, 3.0], 1.0).round(5)
        array([0.6455 , 0.72887, 0.80623, 0.87797])
    """
    number_in("field", field, 0.0, open_low=True)
    omega, kappa = _modes(frequencies, losses)
    return np.sqrt(0.5 * field / omega * (omega**2 + kappa**2 / 4.0))


def stability_couplings(field: float, frequencies: npt.ArrayLike, losses: npt.ArrayLike) -> FloatArray:
    """``max_μ g_ν^{3/2}/g_μ^{1/2}``: above it no other pattern grows in the retrieval state of pattern ν.

    Derived in the theory page, section on the Dicke model; CL21 gives existence only.

    Args:
        field: transverse field Ω > 0.
        frequencies: ``Ω_ν``, shape (M,), above zero.
        losses: ``κ_ν``, shape (M,) or one number.

    Returns:
        Shape (M,).

    Example:
        >>> from largespin.phases import stability_couplings
        >>> stability_couplings(0.5, [1.5, 2.0, 2.5, 3.0], 1.0).round(4)
        array([0.6455, 0.7745, 0.901 , 1.0239])
    """
    critical = critical_couplings(field, frequencies, losses)
    return critical**1.5 / np.sqrt(critical.min())


def dicke_retrieval_overlaps(
    field: float, coupling: npt.ArrayLike, frequencies: npt.ArrayLike, losses: npt.ArrayLike
) -> FloatArray:
    """``|ξ_ν| = √(1 − (g_ν/g_0)⁴)``, zero where the state does not exist, shape (…, M).

    Source: CL21 Eq. 12.

    Example:
        >>> from largespin.phases import dicke_retrieval_overlaps
        >>> dicke_retrieval_overlaps(0.5, 0.95, [1.5, 3.0], 1.0).round(4)
        array([0.887 , 0.5201])
    """
    g_0 = finite_array("coupling", coupling)[..., None]
    with np.errstate(divide="ignore"):
        ratio = critical_couplings(field, frequencies, losses) / np.abs(g_0)
    return np.sqrt(np.clip(1.0 - ratio**4, 0.0, None))


def dicke_retrieval_state(model: Model, pattern: int, field: float, coupling: float) -> State:
    """The stationary state aligned with one pattern, ``m_{z,k} = e_{ν,k} |z|``, ``m_{x,k} = −√(1 − |z|²)``.

    ``α_ν = g_0 |z| (−Ω_ν − iκ_ν/2)/(Ω_ν² + κ_ν²/4)`` in our scaling, the other modes empty.

    Args:
        model: a model from `models.dicke` without local jumps, with the default frequencies and losses.
        pattern: ν, counted from 0.
        field: Ω.
        coupling: g_0 above the critical coupling.

    Returns:
        `State`.

    Raises:
        LargespinError: below the critical coupling, where there is no such state.

    Source: CL21 (S26)–(S28), with |z|² in (S28).

    Example:
        >>> import largespin as ls
        >>> from largespin.phases import dicke_retrieval_state
        >>> model = ls.models.dicke(ls.ideal_large_spins(2), mode_frequencies=[1.5, 2.0])
        >>> state = dicke_retrieval_state(model, 1, field=0.5, coupling=0.9)
        >>> bool(ls.stability(model, state, field=0.5, coupling=0.9).residual < 1e-14)
        True
    """
    omega, kappa = model_modes(model)
    whole_number("pattern", pattern, 0, len(omega) - 1)
    overlap = float(dicke_retrieval_overlaps(field, coupling, omega, kappa)[pattern])
    if overlap == 0.0:
        raise LargespinError(
            f"The retrieval state of pattern {pattern} exists only above the critical coupling "
            f"{critical_couplings(field, omega, kappa)[pattern]:.5g}, but `coupling` is {coupling:g}."
        )
    column = model.particles.coefficients[pattern]
    bloch = np.zeros((column.size, 3))
    bloch[:, 0], bloch[:, 2] = -np.sqrt(1.0 - overlap**2), overlap * column
    amplitudes = np.zeros(len(omega), dtype=np.complex128)
    amplitudes[pattern] = (
        -coupling
        * overlap
        * (omega[pattern] + 0.5j * kappa[pattern])
        / (omega[pattern] ** 2 + kappa[pattern] ** 2 / 4.0)
    )
    return model.state(bloch, amplitudes)


def model_modes(model: Model) -> tuple[FloatArray, FloatArray]:
    """Default frequencies and losses of a Dicke model, each of shape (M,)."""
    count = len(model.modes)
    defaults = {key: parameter.data.default for key, parameter in model.parameters.items()}
    frequencies = [defaults[f"mode_frequency_{mu}"] for mu in range(1, count + 1)]
    losses = [defaults.get(f"loss_{mu}", 0.0) for mu in range(1, count + 1)]
    return np.array(frequencies, dtype=float), np.array(losses, dtype=float)


def dicke_phase(field: float, coupling: float, frequencies: npt.ArrayLike, losses: npt.ArrayLike) -> Phase:
    """Which patterns a Dicke memory can hold at this coupling.

    Example:
        >>> from largespin.phases import dicke_phase
        >>> dicke_phase(0.5, 0.95, [1.5, 2.0, 2.5, 3.0], 1.0).name
        'retrieval of some patterns'
        >>> dicke_phase(0.5, 0.5, [1.5, 2.0], 1.0).name
        'normal'
    """
    g_0 = abs(number_in("coupling", coupling))
    exists = critical_couplings(field, frequencies, losses)
    stable = stability_couplings(field, frequencies, losses)
    if g_0 <= exists.min():
        return Phase(
            "normal",
            f"Normal phase: the coupling {g_0:.4g} is below every critical coupling (smallest {exists.min():.4g}), "
            "so no pattern can be held.",
        )
    held, lost = np.flatnonzero(g_0 > stable), np.flatnonzero((g_0 > exists) & (g_0 <= stable))
    if len(held) == len(exists):
        return Phase(
            "retrieval",
            f"Retrieval phase: the coupling {g_0:.4g} is above the stability coupling of every pattern "
            f"(largest {stable.max():.4g}).",
        )
    parts = [f"stable: pattern(s) {_listed(held)}"]
    if lost.size:
        parts.append(f"existing but unstable: pattern(s) {_listed(lost)}")
    return Phase("retrieval of some patterns", f"Partial retrieval at coupling {g_0:.4g}; {'; '.join(parts)}.")


def _listed(patterns: np.ndarray) -> str:
    return ", ".join(str(int(p)) for p in patterns) or "none"


def _modes(frequencies: npt.ArrayLike, losses: npt.ArrayLike) -> tuple[FloatArray, FloatArray]:
    omega = np.atleast_1d(finite_array("frequencies", frequencies))
    kappa = finite_array("losses", losses)
    if kappa.shape not in ((), (1,), omega.shape):
        raise LargespinError(
            f"Argument `losses` must be one number or one per mode ({omega.size}), but its shape is {kappa.shape}."
        )
    kappa = np.broadcast_to(kappa, omega.shape)
    if np.any(omega <= 0):
        raise LargespinError(f"Argument `frequencies` must be above zero, but the smallest is {omega.min():g}.")
    return omega, kappa
