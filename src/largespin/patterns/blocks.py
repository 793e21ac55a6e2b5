"""What is known of each large spin: its column of pattern values, its weight, and where its sites are?

Sites with equal columns of the pattern matrix feel the same field at all times, so each group of them is one
large spin (a block). `LargeSpins` holds the result of that mapping and the way there and back: states of
the blocks from patterns or from sites, and block values painted on the sites. `large_spins` makes it.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from largespin.errors import FloatArray, LargespinError, finite_array, number_in
from largespin.patterns.arrays import (
    IntArray,
    blocks_last,
    check_flag,
    checked_names,
    one_configuration,
    only_signs,
    pattern_index,
    read_only,
    within_one,
)


@dataclass(frozen=True, eq=False, repr=False)
class LargeSpins:
    """Blocks of sites with a common column `e[μ, k]` and weight `w_k = N_k/N`, `Σ_k w_k = 1`.

    Args:
        coefficients: e, shape (M, K), in the gauge-transformed frame if there is a gauge.
        weights: w, shape (K,), positive, with sum 1.
        block_of_site: the block of each site, shape (N,); None in the limit of infinitely many sites.
        counts: N_k, the number of sites per block, shape (K,); None in that limit.
        gauge: ±1 per site, shape (N,): site i is described by `gauge_i σ_z`; None without gauge.
        start: the common initial z of each block (after the gauge), shape (K,), if sites were also
            told apart by an initial configuration, else None.
        names: one name per pattern.
        picture_shape: (rows, columns) if the sites form a picture, else None.
        is_gauged: whether pattern 0 was made uniform by turning spins over, which decay, for instance, would notice.

    Raises:
        LargespinError: if shapes do not fit or the weights are not positive with sum 1.

    Example:
        >>> from largespin import large_spins, patterns_from_array
        >>> spins = large_spins(patterns_from_array([[1, 1, -1, -1, 1], [1, -1, 1, 1, 1]]))
        >>> spins
        LargeSpins(2 patterns, 3 blocks, 5 sites)
        >>> spins.coefficients
        array([[ 1.,  1., -1.],
               [ 1., -1.,  1.]])
        >>> spins.weights
        array([0.4, 0.2, 0.4])

    Source: CL21, Fig. 2, Eq. 3 (e is called f there) and the supplement's Figs. S1 and S2.
    """

    coefficients: FloatArray
    weights: FloatArray
    names: tuple[str, ...]
    block_of_site: IntArray | None = None
    counts: IntArray | None = None
    gauge: FloatArray | None = None
    start: FloatArray | None = None
    picture_shape: tuple[int, int] | None = None
    is_gauged: bool = False

    def __post_init__(self) -> None:
        coefficients = finite_array("coefficients", self.coefficients, dimensions=2)
        weights = finite_array("weights", self.weights, dimensions=1)
        if len(weights) != coefficients.shape[1]:
            raise LargespinError(
                f"Argument `coefficients` must have one column per weight ({len(weights)}), but its shape is {coefficients.shape}."
            )
        if np.any(weights <= 0.0) or abs(weights.sum() - 1.0) > 1e-9:
            raise LargespinError(
                "Argument `weights` must be positive with sum 1, "
                f"but the smallest is {weights.min():g} and the sum {weights.sum():g}."
            )
        if self.start is not None and finite_array("start", self.start).shape != weights.shape:
            raise LargespinError(
                f"Argument `start` must have one entry per block ({len(weights)}), but its shape is {np.shape(self.start)}."
            )
        frozen: dict[str, Any] = {
            "coefficients": coefficients,
            "weights": weights,
            "names": checked_names(self.names, len(coefficients)),
        }
        for name in ("block_of_site", "counts", "gauge", "start"):
            value = getattr(self, name)
            frozen[name] = None if value is None else finite_array(name, value).astype(np.asarray(value).dtype)
        for name, value in frozen.items():
            object.__setattr__(self, name, read_only(value) if isinstance(value, np.ndarray) else value)

    @property
    def number_of_patterns(self) -> int:
        """M, the number of patterns."""
        return int(self.coefficients.shape[0])

    @property
    def number_of_blocks(self) -> int:
        """K, the number of large spins."""
        return int(self.coefficients.shape[1])

    @property
    def number_of_sites(self) -> int | None:
        """N, the number of sites, or None in the limit of infinitely many."""
        return None if self.block_of_site is None else len(self.block_of_site)

    @property
    def correlations(self) -> FloatArray:
        """`C[μ, ν] = Σ_k w_k e[μ, k] e[ν, k]`, shape (M, M)."""
        return (self.coefficients * self.weights) @ self.coefficients.T

    def near_pattern(self, index: int | str, *, flipped: float = 0.0, antipattern: bool = False) -> FloatArray:
        """Bloch vectors `(0, 0, ±(1 - 2·flipped) e[index, k])`: a stored pattern, some spins wrong.

        Args:
            index: position or name of the pattern.
            flipped: the share of the spins in every block that point the wrong way, in [0, 1].
            antipattern: take the negative of the pattern, the minus sign in the formula.

        Returns:
            Bloch vectors, shape (K, 3).

        Raises:
            LargespinError: for an unknown pattern, values other than ±1, or `flipped` outside [0, 1].

        Example:
            >>> from largespin import ideal_large_spins
            >>> ideal_large_spins(2).near_pattern(1, flipped=0.1)
            array([[ 0. ,  0. ,  0.8],
                   [ 0. ,  0. , -0.8]])

        Source: CL21, Fig. 3.
        """
        check_flag("antipattern", antipattern)
        position = pattern_index(index, self.names)
        row = self.coefficients[position]
        if not only_signs(row):
            raise LargespinError(
                "Argument `index` must name a pattern with values ±1, "
                f"but {self.names[position]!r} has values from {row.min():g} to {row.max():g}; "
                f"give the Bloch vectors yourself, shape ({self.number_of_blocks}, 3)."
            )
        sign = -1.0 if antipattern else 1.0
        return _along_z(sign * (1.0 - 2.0 * number_in("flipped", flipped, 0.0, 1.0)) * row)

    def from_sites(self, configuration: npt.ArrayLike) -> FloatArray:
        """Bloch vectors `(0, 0, z_k)` with the block averages `z_k = (1/N_k) Σ_{i∈k} gauge_i s_i`.

        Block averages obey closed mean-field equations even if the sites of a block start differently;
        `large_spins(..., start=configuration)` makes blocks of equal sites for all that looks inside a block.

        Args:
            configuration: s with values in [-1, 1], shape (N,), or (rows, columns) for pictures.

        Returns:
            Bloch vectors, shape (K, 3).

        Raises:
            LargespinError: without sites, for a wrong shape or values beyond 1, or if a block has no site.

        Example:
            >>> from largespin import large_spins, patterns_from_array
            >>> large_spins(patterns_from_array([[1, 1, -1]])).from_sites([1, -1, -1])
            array([[ 0.,  0.,  0.],
                   [ 0.,  0., -1.]])

        Source: CL21, Eq. 5, for product states.
        """
        blocks, counts = self._sites("from_sites")
        state = one_configuration("configuration", configuration, len(blocks), self.picture_shape)
        if np.any(counts == 0):
            raise LargespinError(
                "Argument `configuration` must reach every block, but block "
                f"{int(np.argmin(counts))} has no site; make the blocks with weights='actual'."
            )
        if self.gauge is not None:
            state = state * self.gauge
        return _along_z(np.bincount(blocks, weights=state, minlength=self.number_of_blocks) / counts)

    def start_state(self) -> FloatArray:
        """Bloch vectors `(0, 0, start_k)` of the configuration by which the sites were told apart.

        Returns:
            Bloch vectors, shape (K, 3).

        Raises:
            LargespinError: if the blocks were made without `start`.

        Example:
            >>> from largespin import large_spins, patterns_from_array
            >>> large_spins(patterns_from_array([[1, 1, -1]]), start=[1, -1, -1]).start_state()[:, 2]
            array([ 1., -1., -1.])

        Source: theory.md, section 2 (blocks of equal column and equal initial state).
        """
        if self.start is None:
            raise LargespinError("Argument `start` must be given to `large_spins` to start from it, but it is None.")
        return _along_z(self.start)

    def paint(self, block_values: npt.ArrayLike) -> FloatArray:
        """`s_i = gauge_i z_{k(i)}`: puts the z component of every block back on its sites.

        Args:
            block_values: z, shape (..., K); further axes, such as time, come first.

        Returns:
            s, shape (..., N), or (..., rows, columns) if the sites form a picture.

        Raises:
            LargespinError: without sites, or if the shape does not fit.

        Example:
            >>> from largespin import large_spins, patterns_from_array
            >>> large_spins(patterns_from_array([[1, -1, -1]]), gauge=True).paint([0.5])
            array([ 0.5, -0.5, -0.5])

        Source: CL21, Fig. 2, read from right to left.
        """
        blocks, _ = self._sites("paint")
        painted = blocks_last("block_values", block_values, self.number_of_blocks)[..., blocks]
        if self.gauge is not None:
            painted = painted * self.gauge
        if self.picture_shape is None:
            return painted
        return painted.reshape(*painted.shape[:-1], *self.picture_shape)

    def overlaps(self, block_values: npt.ArrayLike) -> FloatArray:
        """`o_μ = Σ_k w_k e[μ, k] z_k`: the overlap of every pattern with a state of the blocks.

        Args:
            block_values: z, shape (..., K).

        Returns:
            o, shape (..., M).

        Raises:
            LargespinError: if the shape does not fit.

        Example:
            >>> from largespin import ideal_large_spins
            >>> spins = ideal_large_spins(3)
            >>> spins.overlaps(spins.near_pattern(2)[:, 2])
            array([0., 0., 1.])

        Source: CL21, Fig. 1.
        """
        state = blocks_last("block_values", block_values, self.number_of_blocks)
        return state @ (self.coefficients * self.weights).T

    def _sites(self, method: str) -> tuple[IntArray, IntArray]:
        if self.block_of_site is None or self.counts is None:
            raise LargespinError(
                f"Method `{method}` must know the sites of each block, but these blocks describe infinitely "
                "many sites; make them with `large_spins(patterns)`."
            )
        return self.block_of_site, self.counts

    def __repr__(self) -> str:
        sites = "infinitely many" if self.number_of_sites is None else str(self.number_of_sites)
        patterns = f"{self.number_of_patterns} pattern{'s' if self.number_of_patterns > 1 else ''}"
        blocks = f"{self.number_of_blocks} block{'s' if self.number_of_blocks > 1 else ''}"
        extras = (", gauge" if self.gauge is not None else "") + (", start" if self.start is not None else "")
        return f"LargeSpins({patterns}, {blocks}, {sites} sites{extras})"


def _along_z(values: Any) -> FloatArray:
    bloch = np.zeros((len(values), 3))
    bloch[:, 2] = within_one("state", values)
    return bloch
