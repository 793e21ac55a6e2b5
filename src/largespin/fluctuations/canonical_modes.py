r"""From fluctuations to bosonic modes: rotate to the local frame, normalise, set the classical components apart.

In a block ``[F_x, F_y] = i σ_xy`` with ``σ_ab = Σ_c f_abc m_c``. For spin ½ turn the frame so that m points along z:
``[F_x', F_y'] = 2i|m|``, hence ``q = F_x'/√(2|m|)`` and ``p = F_y'/√(2|m|)`` are a canonical pair, and ``F_z'``
commutes with everything: a classical variable. For more levels σ is brought to its normal form by an orthogonal matrix.
"""

from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import xarray as xr

from largespin.errors import ComplexArray, FloatArray, LargespinError, one_of
from largespin.outcomes import Outcome
from largespin.quantities import described, text

Indices = npt.NDArray[np.intp]
Classical = Literal["drop", "keep"]
"""What becomes of directions that commute with everything."""
SMALLEST = 1e-9
"""Commutator below which two directions do not form a canonical pair: a state at m = 0 is found up to the residual
1e-9, and what is divided by the root of this would be rounding."""


def canonical_modes(result: xr.Dataset, *, classical: Classical = "drop") -> xr.Dataset:
    r"""The covariance in canonical quadratures ``[q_j, p_j] = i`` (vacuum: ½), for use with `largespin.gaussian`.

    ``r = A F`` with ``A σ Aᵀ`` the symplectic form; each spin-½ block gives the mode ``spin k``, each block of
    particles with more levels the modes ``block k pair j``, by falling commutator; cavity modes keep their names.

    Args:
        result: a dataset with ``covariance`` and ``commutator``, from `stationary_covariance` or `evolve_covariance`.
        classical: what becomes of the directions that commute with everything (for spin ½ the one along m):
            ``"drop"`` or ``"keep"`` as rows of kind ``classical`` after the quadratures.

    Returns:
        Dataset with ``canonical_covariance`` (…, quadrature, quadrature_2), ``transformation`` A (…, quadrature, row),
        ``commutator_size`` (…, canonical_mode; for spin ½ it is 2|m_k|), ``outcome`` (``finished``, ``no covariance``
        where a block has no pair, or that of the result where it has no covariance), ``sentence``, which names such
        blocks, and ``usable``. Along ``quadrature`` the labels ``mode``, ``block``, ``group`` (``spins`` or
        ``particles``, ``modes``) and ``kind`` (``quantum``, ``classical``) name parties for the measures.

    Raises:
        LargespinError: a dataset without covariance, or an unknown choice.

    Source: F24 Eqs. 69–73 for spin ½.

    Example:
        >>> import largespin as ls
        >>> model = ls.models.dicke(ls.ideal_large_spins(1))
        >>> normal = ls.stationary_covariance(model, model.state([-1, 0, 0], modes=0), field=1.0, coupling=0.5)
        >>> modes = ls.canonical_modes(normal)
        >>> [str(name) for name in modes["mode"].values]
        ['spin 0', 'spin 0', 'a_1', 'a_1']
        >>> round(float(ls.gaussian.log_negativity(modes, "spin 0", "a_1")), 4)
        0.2115
    """
    one_of("classical", classical, Classical)
    if not isinstance(result, xr.Dataset) or not {"covariance", "commutator"} <= set(result.data_vars):
        raise LargespinError(
            "Argument `result` must be a dataset with `covariance` and `commutator`, as `stationary_covariance` makes it."
        )
    grid = tuple(str(d) for d in result["covariance"].dims if d not in ("row", "column"))
    covariance, sigma = (result[x].transpose(*grid, "row", "column").values for x in ("covariance", "commutator"))
    frames = _Frames(sigma, [str(name) for name in result["row"].values], keep=classical == "keep")
    return frames.dataset(covariance, grid, result)


class _Frames:
    """The rows of A, block by block, with their labels."""

    def __init__(self, sigma: FloatArray, names: list[str], *, keep: bool) -> None:
        self.rows: list[FloatArray] = []
        self.labels: list[tuple[str, str, str, str, str]] = []
        self.sizes: list[FloatArray] = []
        self.modes: list[str] = []
        self.missing = np.full(sigma.shape[:-2], "", dtype=object)
        self.width = len(names)
        still: list[tuple[FloatArray, tuple[str, str, str, str, str]]] = []
        owners = [name.rsplit(" ", 1)[0] for name in names]
        for owner in dict.fromkeys(owners):
            chosen = np.flatnonzero(np.array(owners) == owner)
            own = sigma[..., chosen[:, None], chosen]
            if not owner.startswith("block "):
                self._add_mode(owner, chosen, sigma.shape[:-2])
            elif len(chosen) == 3:
                still += self._add_spin(owner, chosen, own)
            else:
                still += self._add_particles(owner, chosen, own)
        for row, label in still if keep else ():
            self.rows.append(row)
            self.labels.append(label)

    def _add_mode(self, name: str, chosen: Indices, leading: tuple[int, ...]) -> None:
        unit = np.broadcast_to(np.eye(2), (*leading, 2, 2))
        self._add_pair(name, name, "modes", self._spread(unit, chosen), np.ones(leading))

    def _add_spin(self, block: str, chosen: Indices, sigma: FloatArray) -> list[Any]:
        # σ_ab = 2 ε_abc m_c
        m = 0.5 * np.stack([sigma[..., 1, 2], sigma[..., 2, 0], sigma[..., 0, 1]], axis=-1)
        length = np.linalg.norm(m, axis=-1)
        name = f"spin {block.removeprefix('block ')}"
        frame = self._spread(_frame_along(m, length), chosen)
        self._note(block, length < SMALLEST / 2, "its Bloch vector vanishes")
        with np.errstate(divide="ignore", invalid="ignore"):
            scaled = frame[..., :2, :] / np.sqrt(2.0 * np.where(length < SMALLEST / 2, np.nan, length))[..., None, None]
        self._add_pair(name, block, "spins", scaled, 2.0 * length)
        return [(frame[..., 2, :], (f"{name} along m", name, block, "spins", "classical"))]

    def _add_particles(self, block: str, chosen: Indices, sigma: FloatArray) -> list[Any]:
        known = np.asarray(np.isfinite(sigma).all(axis=(-1, -2)))
        hermitian: ComplexArray = 1j * np.where(known[..., None, None], sigma, 0.0)
        sizes, vectors = np.linalg.eigh(hermitian)
        width = len(chosen)
        used = [j for j in range(width - 1, (width - 1) // 2, -1) if (sizes[..., j] > SMALLEST).any()]
        for number, j in enumerate(used):
            # iσw = sw with w = (x + iy)/√2 means σx = sy, so [y·F, x·F] = is.
            w = np.sqrt(2.0) * vectors[..., j]
            enough = known & (sizes[..., j] > SMALLEST)
            self._note(block, known & ~enough, f"pair {number} has no commutator")
            scale = 1.0 / np.sqrt(np.where(enough, sizes[..., j], np.nan))
            pair = np.stack([w.imag, w.real], axis=-2) * scale[..., None, None]
            name = f"{block} pair {number}"
            self._add_pair(name, block, "particles", self._spread(pair, chosen), sizes[..., j])
        quiet = np.delete(np.arange(width), [*used, *(width - 1 - j for j in used)])
        w = vectors[..., quiet]
        # The space is real although its basis is not: eigenvectors of its projector are.
        projector = (w @ np.swapaxes(w.conj(), -1, -2)).real
        real = np.linalg.eigh(projector)[1][..., width - len(quiet) :]
        rows = self._spread(np.swapaxes(real, -1, -2), chosen)
        return [
            (rows[..., i, :], (f"{block} classical {i}", block, block, "particles", "classical"))
            for i in range(len(quiet))
        ]

    def _spread(self, rows: FloatArray, chosen: Indices) -> FloatArray:
        """Rows on some of the variables as rows on all of them."""
        result = np.zeros((*rows.shape[:-1], self.width))
        result[..., chosen] = rows
        return result

    def _add_pair(self, name: str, block: str, group: str, rows: FloatArray, size: FloatArray) -> None:
        for index, letter in enumerate("qp"):
            self.rows.append(rows[..., index, :])
            self.labels.append((f"{name} {letter}", name, block, group, "quantum"))
        self.modes.append(name)
        self.sizes.append(size)

    def _note(self, block: str, where: Any, reason: str) -> None:
        self.missing[where] = np.where(
            self.missing[where] == "", f"No canonical pair in {block}: {reason}.", self.missing[where]
        )

    def dataset(self, covariance: FloatArray, grid: tuple[str, ...], result: xr.Dataset) -> xr.Dataset:
        """The result of `canonical_modes`."""
        a = np.stack(self.rows, axis=-2)
        values = a @ covariance @ np.swapaxes(a, -1, -2)
        values = 0.5 * (values + np.swapaxes(values, -1, -2))
        names, *labels = zip(*self.labels, strict=True)
        along = dict(zip(("mode", "block", "group", "kind"), labels, strict=True))
        coords: dict[str, Any] = {"quadrature": text(names), "quadrature_2": text(names)}
        coords |= {key: ("quadrature", text(label)) for key, label in along.items()}
        coords["kind"] = ("quadrature", coords["kind"][1], {"long_name": "quantum quadrature or classical variable"})
        kept = {key: c for key, c in result.coords.items() if set(c.dims) <= set(grid) and key not in coords}
        found = xr.Dataset(
            {
                "canonical_covariance": ((*grid, "quadrature", "quadrature_2"), values, {"vacuum": 0.5}),
                "transformation": ((*grid, "quadrature", "row"), a),
                "commutator_size": ((*grid, "canonical_mode"), np.stack(self.sizes, axis=-1)),
            },
            coords={**kept, **coords, "row": result["row"], "canonical_mode": text(self.modes)},
            attrs=dict(result.attrs),
        )
        known = np.isfinite(covariance).all(axis=(-1, -2))
        return described(found.assign(self._words(np.asarray(known), grid, result)))

    def _words(
        self, known: npt.NDArray[np.bool_], grid: tuple[str, ...], result: xr.Dataset
    ) -> dict[str, xr.DataArray]:
        """How every point ended: as in the result where that has no covariance, else by the pairs."""
        pairs = np.asarray(self.missing == "")
        own = {
            "outcome": np.where(pairs, str(Outcome.FINISHED), str(Outcome.NO_COVARIANCE)).astype(object),
            "sentence": np.where(pairs, "Every block has its canonical pairs.", self.missing),
        }
        template = xr.DataArray(known, dims=grid)
        found = {}
        for name, words in own.items():
            array = template.copy(data=words)
            if name in result:
                before = result[name].drop_vars(list(result[name].coords)).broadcast_like(template)
                array = array.where(template, before.transpose(*grid))
            found[name] = array
        return found


def _frame_along(m: FloatArray, length: FloatArray) -> FloatArray:
    """Rotations whose third row is m/|m|, by the shortest way from z or −z; the unit matrix where m vanishes."""
    safe = np.where(length > 0, length, 1.0)[..., None]
    direction = np.where((length > 0)[..., None], m / safe, np.array([0.0, 0.0, 1.0]))
    flip = np.where(direction[..., 2:] < 0, np.array([1.0, -1.0, -1.0]), 1.0)
    x, y, z = np.moveaxis(direction * flip, -1, 0)
    rows = [
        np.stack([1 - x * x / (1 + z), -x * y / (1 + z), -x], axis=-1),
        np.stack([-x * y / (1 + z), 1 - y * y / (1 + z), -y], axis=-1),
        np.stack([x, y, z], axis=-1),
    ]
    return np.asarray(np.stack(rows, axis=-2) * flip[..., None, :])
