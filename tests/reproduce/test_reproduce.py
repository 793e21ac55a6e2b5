"""The papers' figures at low resolution: shapes, published numbers, drawings and reports."""

from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import xarray as xr
from matplotlib.figure import Figure
from scipy.optimize import minimize_scalar

import largespin as ls
from largespin.phases import dicke_retrieval_overlaps, phase_names
from largespin.phases.hopfield import late_motion
from largespin.reproduce import REPRODUCTIONS
from largespin.reproduce.hopfield_phases import disagreements, expected_phases, fold, pitchfork

LOOKS = {
    "dicke-retrieval": (21, 2, 2),
    "hopfield-phases": (4, 1, 1),
    "hopfield-bifurcations": (3, 4, 2),
    "hopfield-limit-cycle": (3, 4, 1),
    "hopfield-correlations": (13, 4, 1),
    "dicke-fluctuations": (12, 4, 4),
    "exactness": (3, 9, 9),
    "finite-size": (3, 4, 4),
    "time-crystal": (3, 3, 2),
}
"""Every figure: `points` of its data here, and how many panels and legends it has."""
NAMES = list(LOOKS)


def drawn_from(name: str) -> Any:
    """Tests of one figure share its data, so one process runs them."""
    return pytest.mark.xdist_group(f"figure {name}")


FIGURES = [pytest.param(name, marks=drawn_from(name)) for name in NAMES]


@cache
def computed(name: str) -> xr.Dataset:
    return REPRODUCTIONS[name].compute(points=LOOKS[name][0])


@pytest.fixture
def dicke() -> xr.Dataset:
    return computed("dicke-retrieval").copy()


@pytest.fixture
def phases() -> xr.Dataset:
    return computed("hopfield-phases").copy()


@pytest.fixture
def cycle() -> xr.Dataset:
    return computed("hopfield-limit-cycle").copy()


def test_all_figures_are_listed() -> None:
    assert list(REPRODUCTIONS) == NAMES
    for name, entry in REPRODUCTIONS.items():
        assert entry.name == name
        assert entry.source
        assert entry.summary


@pytest.mark.slow
@drawn_from("dicke-retrieval")
def test_shapes_of_the_dicke_figure(dicke: xr.Dataset) -> None:
    both = ("overlap", "overlap_theory", "overlap_perturbed", "occupation", "occupation_theory", "stable")
    for name in both:
        assert dicke[name].dims == ("coupling", "pattern"), name
        assert dicke[name].shape == (21, 4)
        assert dicke[name].notnull().all()
    for name in ("critical_coupling", "stability_coupling"):
        assert dicke[name].dims == ("pattern",)
    assert dicke.stable.dtype == bool
    assert dicke.coupling.values[[0, -1]] == pytest.approx([0.4, 1.4])
    assert dicke.pattern.values.tolist() == [1, 2, 3, 4]


@pytest.mark.slow
@drawn_from("dicke-retrieval")
def test_numbers_of_the_dicke_figure(dicke: xr.Dataset) -> None:
    # Design page 9.2; both come from Jacobian eigenvalues, not from the closed forms.
    assert dicke.critical_coupling.values == pytest.approx([0.64550, 0.72887, 0.80623, 0.87797], abs=1e-5)
    assert dicke.stability_coupling.values == pytest.approx([0.64550, 0.77451, 0.90103, 1.02394], abs=1e-5)
    point = dicke.sel(coupling=0.95, method="nearest")
    assert float(point.coupling) == pytest.approx(0.95)
    # From exactly symmetric starts every pattern arrives at Eq. (12) …
    assert point.overlap.values == pytest.approx([0.88705, 0.80839, 0.69374, 0.52009], abs=2e-5)
    assert point.overlap_theory.values == pytest.approx([0.88705, 0.80839, 0.69374, 0.52009], abs=6e-6)
    # … but pattern 4 is left after a disturbance, the others only shifted in the third digit.
    assert point.overlap_perturbed.values[3] < 0.05
    assert point.overlap_perturbed.values[:3] == pytest.approx([0.88705, 0.80839, 0.69374], abs=1e-3)
    assert point.stable.values.tolist() == [True, True, True, False]
    # In CL21's scaling the occupation is eight times ours: docs/papers.md, section 1.
    assert point.occupation_theory.values == pytest.approx([2.2724, 1.1102, 0.5346, 0.2111], abs=6e-5)
    assert point.occupation.values == pytest.approx(point.occupation_theory.values, abs=2e-4)


@pytest.mark.slow
@drawn_from("dicke-retrieval")
def test_theory_of_the_dicke_figure_everywhere(dicke: xr.Dataset) -> None:
    coupling = dicke.coupling.values[:, None]
    omega = np.array([1.5, 2.0, 2.5, 3.0])
    theory = dicke_retrieval_overlaps(0.5, coupling[:, 0], omega, 1.0)
    assert dicke.overlap_theory.values == pytest.approx(theory)
    assert dicke.occupation_theory.values == pytest.approx(8 * coupling**2 * theory**2 / (omega**2 + 0.25))
    clear = theory > 0.3
    assert dicke.overlap.values[clear] == pytest.approx(theory[clear], abs=1e-3)
    assert dicke.occupation.values[clear] == pytest.approx(dicke.occupation_theory.values[clear], abs=5e-3)
    below = coupling < 0.97 * dicke.critical_coupling.values
    assert np.abs(dicke.overlap.values[below]).max() < 0.05
    assert np.array_equal(dicke.stable.values, coupling > dicke.stability_coupling.values)
    lost = (coupling > dicke.critical_coupling.values * 1.02) & (coupling < 0.97 * dicke.stability_coupling.values)
    assert lost.sum() >= 4
    assert np.all(dicke.overlap_perturbed.values[lost] < 0.5 * theory[lost])


@pytest.mark.slow
@drawn_from("dicke-retrieval")
def test_report_of_the_dicke_figure(dicke: xr.Dataset) -> None:
    text = "\n".join(REPRODUCTIONS["dicke-retrieval"].report(dicke))
    assert text.count("0.64550, 0.72887, 0.80623, 0.87797") == 2
    assert text.count("0.64550, 0.77451, 0.90103, 1.02394") == 2
    assert "at g_0 = 0.95" in text
    assert "0.52009" in text


@drawn_from("hopfield-phases")
def test_shapes_and_phases_of_the_phase_diagram(phases: xr.Dataset) -> None:
    for name in ("overlap", "phase", "overlap_std", "paramagnet_stable", "limit_cycle"):
        assert phases[name].dims == ("temperature", "field"), name
        assert phases[name].shape == (4, 4)
    assert phases.temperature.values == pytest.approx([0.2, 0.6, 1.0, 1.4])
    assert phases.field.values == pytest.approx([0, 1 / 3, 2 / 3, 1])
    cycle = ["retrieval", "limit cycle", "limit cycle", "limit cycle"]
    # (1, 0) lies on the pitchfork.
    hot = ["undecided", "paramagnet", "paramagnet", "paramagnet"]
    assert phase_names(phases).values.tolist() == [["retrieval"] * 4, cycle, hot, ["paramagnet"] * 4]
    assert disagreements(phases) == 1
    text = "\n".join(REPRODUCTIONS["hopfield-phases"].report(phases))
    assert "limit cycle 18.8%, paramagnet 43.8%, retrieval 31.2%, undecided 6.2%" in text
    assert "wrong side of an analytic line: 1 of 16" in text


@drawn_from("hopfield-limit-cycle")
def test_shapes_of_the_limit_cycle_figure(cycle: xr.Dataset) -> None:
    assert cycle.overlap_std.dims == ("temperature", "field")
    assert cycle.overlap_std.shape == (3, 3)
    for name in ("portrait_y", "portrait_z"):
        assert cycle[name].dims == ("portrait", "start", "time")
    assert cycle.portrait.values.tolist() == [0.175, 0.35, 0.6]
    assert np.hypot(cycle.portrait_y, cycle.portrait_z).max() <= 1 + 1e-9
    # T = 0.2 retrieves (fold beyond 1), above T = 2/3 nothing moves.
    assert cycle.overlap_std.values == pytest.approx(np.zeros((3, 3)), abs=1e-6)


@drawn_from("hopfield-limit-cycle")
def test_numbers_of_the_limit_cycle_figure(cycle: xr.Dataset) -> None:
    # Design page 9.4, docs/papers.md section 3.
    assert cycle.portrait_std.values == pytest.approx([0.0, 0.353, 0.352], abs=1e-3)
    text = "\n".join(REPRODUCTIONS["hopfield-limit-cycle"].report(cycle))
    assert "Ω = 0.175: 0.0000, Ω = 0.35: 0.3527" in text
    assert "0.29411" in text
    # The retrieval portrait ends in the two pattern states, the others come back to where they were.
    ends = np.abs(cycle.portrait_z.isel(portrait=0, time=-1).values)
    assert ends == pytest.approx(np.full(6, 0.8415), abs=1e-4)
    path = np.stack([cycle.portrait_y.values, cycle.portrait_z.values], axis=-1)[1, 2]
    period = round(16.62 / 0.05)
    assert path[-1] == pytest.approx(path[-1 - period], abs=0.02)
    assert np.abs(path[-1] - path[-1 - period // 2]).max() > 0.3


def test_the_start_of_the_cycle_does_not_matter() -> None:
    grid = {"temperature": np.array([0.6]), "field": np.array([0.30, 0.35])}
    model = ls.models.hopfield(ls.ideal_large_spins(1))
    for start in ([0.0, 0.0, 0.01], [0.0, 0.0, 0.9]):
        spread = late_motion(model, grid, starts=[start], window=(9e3, 1e4), looks=2000)
        assert spread == pytest.approx(np.array([[0.359, 0.353]]), abs=1.5e-3)


@pytest.mark.parametrize("temperature", [0.66, 0.64, 0.6, 0.5, 0.4, 0.3])
def test_fold_is_the_maximum_of_b4(temperature: float) -> None:
    beta = 1 / temperature

    def squared_field(o: float) -> float:
        return float(np.cosh(beta * o) * (np.sinh(beta * o) / o - np.cosh(beta * o)) / 8)

    best = minimize_scalar(
        lambda o: -squared_field(o), bounds=(1e-3, 0.999), method="bounded", options={"xatol": 1e-10}
    )
    temperatures, fields = fold(np.linspace(1e-2, 12.0, 200001))
    index = int(np.argmin(np.abs(temperatures - temperature)))
    assert fields[index] == pytest.approx(np.sqrt(-best.fun), abs=2e-5)
    # The table of docs/theory.md, section 9.
    table = {0.66: 0.25381, 0.64: 0.26596, 0.60: 0.29411, 0.50: 0.39949, 0.40: 0.61670, 0.30: 1.24941}
    assert np.sqrt(-best.fun) == pytest.approx(table[temperature], abs=6e-6)
    assert np.sqrt(-best.fun) > pitchfork(np.array(temperature))


def test_fold_and_pitchfork_meet_at_the_double_zero() -> None:
    temperature, field = fold(np.array([1e-2]))
    assert temperature == pytest.approx(2 / 3, abs=1e-4)
    assert field == pytest.approx(0.25, abs=1e-4)
    assert pitchfork(np.array([2 / 3, 1.0, 1.01])) == pytest.approx([0.25, 0.0, np.nan], nan_ok=True)


@pytest.mark.slow
@pytest.mark.parametrize("name", FIGURES)
def test_datasets_survive_a_file(name: str, tmp_path: Path) -> None:
    dataset, path = computed(name), tmp_path / "figure.nc"
    dataset.to_netcdf(path, engine="h5netcdf")
    with xr.open_dataset(path, engine="h5netcdf") as reopened:
        loaded = reopened.load()
    for variable in dataset.variables:
        own, read = dataset[variable], loaded[variable]
        assert read.dims == own.dims
        assert read.attrs.keys() == own.attrs.keys()
        # Flags of phases are arrays.
        assert all(np.array_equal(read.attrs[key], value) for key, value in own.attrs.items())
        if own.dtype.kind in "fc":
            np.testing.assert_array_equal(read.values, own.values)
        else:
            assert read.values.tolist() == own.values.tolist()
    assert loaded.attrs == dataset.attrs
    # What a file gives back can be drawn and reported like the original.
    assert isinstance(REPRODUCTIONS[name].draw(loaded), Figure)
    assert REPRODUCTIONS[name].report(loaded) == REPRODUCTIONS[name].report(dataset)


@pytest.mark.slow
@drawn_from("hopfield-correlations")
def test_correlations_of_two_large_spins() -> None:
    """F24 Fig. 3 with either drift: phases, gaps with reasons, and what is zero in print only."""
    data = computed("hopfield-correlations")
    expected = expected_phases(data.temperature.values[:, None], data.field.values[None, :])
    assert np.mean(data.phase.values == expected) > 0.97  # points on a line may go either way
    measures = ("discord", "classical_correlation", "log_negativity", "mutual_information", "determinant_c12")
    inside = data.phase != "limit cycle"
    broken = data.reason.str.contains("uncertainty")
    for name in measures:
        assert data[name].dims == ("temperature", "field")
        has_modes = inside if name != "determinant_c12" else data.phase == "retrieval"
        assert (data[name].notnull() == has_modes).all(), name
        assert (data[f"{name}_printed"].notnull() == (has_modes & ~broken)).all(), name
    assert (data.reason.where(~inside, "inside") != "").all()
    retrieval, paramagnet = data.phase == "retrieval", data.phase == "paramagnet"
    assert abs(data.determinant_c12_printed).max() < 1e-15 < 1e-3 < abs(data.determinant_c12).max()
    assert data.log_negativity_printed.max() == 0.0 < data.log_negativity.max()
    assert (data.discord.where(retrieval & (data.field > 0)) > 0).sum() == (retrieval & (data.field > 0)).sum()
    assert data.discord.where(paramagnet).max() == 0.0
    assert data.classical_correlation_printed.where(paramagnet).max() < 1e-12
    assert data.classical_correlation.where(paramagnet).min() > 1e-3
    # Curie–Weiss at Ω = 0: the staggered mode has 1/(1 − β), the uniform one 1, so ρ = −β/(2 − β).
    hot = data.sel(temperature=1.4, field=0.0)
    rho = (1 / 1.4) / (2 - 1 / 1.4)
    assert float(hot.mutual_information) == pytest.approx(-0.5 * np.log(1 - rho**2), rel=1e-9)
    assert (data.mutual_information_with_classical >= data.mutual_information - 1e-12).where(inside).all()


@pytest.mark.slow
@drawn_from("dicke-fluctuations")
def test_dicke_fluctuations_across_the_transition() -> None:
    data = computed("dicke-fluctuations")
    normal = data.coupling_ratio < 1
    error = abs(data.photon_number / data.photon_number_theory - 1).where(normal & (data.coupling_ratio < 0.999))
    assert error.max() < 1e-9
    assert data.attrs["exponent_normal"] == pytest.approx(-1.0, abs=1e-3)
    assert data.attrs["exponent_superradiant"] == pytest.approx(-1.0, abs=1e-3)
    assert data.squeezing_mode.values == pytest.approx(1.0, abs=1e-6)
    assert data.log_negativity.max() == pytest.approx(0.4581, abs=1e-3)
    assert data.coupling_ratio.values[np.argmax(data.log_negativity.values)] == pytest.approx(1.0, abs=1e-5)
    assert data.photon_number_theory.isnull().equals(~normal)
    assert (data.damping_rate > 0).all()
    assert data.sentence.str.startswith("Stationary").all()


@pytest.mark.slow
@drawn_from("exactness")
def test_numbers_of_the_exactness_figure() -> None:
    """Every phase: slope −1 between the two largest N, coefficient within what the small N of this size allow."""
    figure = REPRODUCTIONS["exactness"]
    data = computed("exactness")
    assert data.case.values.tolist() == ["retrieval", "limit cycle", "paramagnet", "Dicke"]
    assert data.theorem.values.tolist() == ["FMLC23", "FMLC23", "FMLC23", "CL21"]
    for name in ("error", "predicted", "product", "bound", "log10_bound"):
        assert data[name].dims == ("case", "particles", "time")
        assert data[name].notnull().any("time").sum("particles").values.tolist() == [3, 3, 3, 3]
    for name in ("slope", "slope_largest", "limit", "extrapolated"):
        assert data[name].dims == ("case", "time")
        assert data[name].notnull().all()
    assert data.slope.isel(time=0).values == pytest.approx(np.full(4, -1.0), abs=1e-9)
    assert data.extrapolated.isel(time=0).values == pytest.approx(data.limit.isel(time=0).values, rel=1e-9)
    calm = data.sel(case=["retrieval", "paramagnet", "Dicke"])
    assert np.all(np.abs(calm.slope_largest + 1) < 0.1)
    assert calm.extrapolated.values == pytest.approx(calm.limit.values, rel=0.05)
    assert data.log10_bound.isel(time=-1).max("particles").min() > 100
    lines = figure.report(data)
    assert len(lines) == 8
    cold = data.sel(case="retrieval", particles=64)
    assert lines[0].startswith("retrieval (N = 16, 32, 64): slope of ln E_N against ln N -1.")
    apart = 100 * float(np.abs(data.extrapolated / data.limit - 1).sel(case="retrieval").max())
    assert f"differs from tr Σ by {apart:.2g}% at most" in lines[0]
    assert f"10^{float(cold.log10_bound[-1]):.0f}; the error is {float(cold.error[-1]):.3g}" in lines[1]


@pytest.mark.slow
@pytest.mark.parametrize("name", FIGURES)
def test_figures_are_labelled_and_render(name: str, tmp_path: Path) -> None:
    figure = REPRODUCTIONS[name].draw(computed(name))
    assert isinstance(figure, Figure)
    panels = [axes for axes in figure.axes if axes.get_label() != "<colorbar>"]
    assert len(panels) == LOOKS[name][1]
    for axes in panels:
        assert axes.get_xlabel()
        assert axes.get_ylabel()
        assert axes.has_data()
    legends = [legend for axes in panels if (legend := axes.get_legend()) is not None]
    assert len(legends) == LOOKS[name][2]
    words = [text.get_text() for legend in legends for text in legend.get_texts()]
    assert len(words) >= 5
    assert all(words)
    for axes in figure.axes:
        if axes not in panels:
            assert axes.get_ylabel()
    path = tmp_path / f"{name}.png"
    figure.savefig(path, dpi=40)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert path.stat().st_size > 3000


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("points", [1, 2.5, -3])
def test_resolution_must_be_a_whole_number(name: str, points: float) -> None:
    with pytest.raises(ls.LargespinError, match="points"):
        REPRODUCTIONS[name].compute(points=points)
