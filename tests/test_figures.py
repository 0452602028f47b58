"""Views hold the numbers they were given, and only those up to the cursor."""

import numpy as np
import pytest

from collapse_lib import figures
from collapse_lib.figures import At, Curve, Upto, resolve, scales

G = 40
RNG = np.random.default_rng(0)
LINEAGES = np.exp(np.cumsum(RNG.normal(-0.1, 0.3, (6, G + 1)), axis=1))
CURVES = {
    "band": np.quantile(LINEAGES, [0.1, 0.9], axis=0),
    "lineages": LINEAGES,
    "median": np.median(LINEAGES, axis=0),
    "median_theory": np.exp(-0.1 * np.arange(G + 1)),
}


def fan(**more):
    return figures.fan(**{**CURVES, **more}, title="fan", quantity="variance")


def trace(view, name, cursor):
    (found,) = (t for t in view["data"] if t["name"].startswith(name))
    return resolve(found, cursor)


def test_upto_cuts_and_joins_with_gaps():
    lines = Upto([[1.0, 2, 3], [4, 5, 6]])
    np.testing.assert_array_equal(lines.at(1), [1, 2, np.nan, 4, 5])
    np.testing.assert_array_equal(Upto([1.0, 2, 3]).at(1), [1, 2])
    assert Upto(np.empty((0, 3))).at(1).size == 0


def test_upto_can_go_there_and_back():
    np.testing.assert_array_equal(Upto([[1.0, 2, 3], [4, 5, 6]], loop=True).at(1), [1, 2, 5, 4])


def test_at_takes_a_number_a_row_or_a_curve():
    assert At([7.0, 8.0]).at(1) == 8.0
    np.testing.assert_array_equal(At([[1.0, 2], [3, 4]]).at(1), [3, 4])
    np.testing.assert_array_equal(At([[1.0, 2], [3, 4]], along=[0, 10]).at(1), [3, 43])
    assert np.isnan(At(()).at(1))


@pytest.mark.parametrize("cursor", [0, 1, 17, G])
def test_the_fan_draws_what_it_was_given(cursor):
    view, past = fan(), slice(0, cursor + 1)
    np.testing.assert_allclose(10 ** trace(view, "median (", cursor)["y"], CURVES["median"][past])
    np.testing.assert_allclose(
        10 ** trace(view, "median, theory", cursor)["y"], CURVES["median_theory"][past]
    )
    np.testing.assert_allclose(10 ** trace(view, "one lineage", cursor)["y"], LINEAGES[0, past])
    more = trace(view, "5 more lineages", cursor)["y"].tolist()
    assert np.isnan(more[cursor + 1]) or cursor == G
    assert len(more) == 5 * (cursor + 2) - 1
    assert trace(view, "median (", cursor)["x"][-1] == cursor


def test_a_curve_that_does_not_apply_is_empty_not_absent():
    with_theory, without = fan(), fan(median_theory=())
    assert [t["name"] for t in with_theory["data"]] == [t["name"] for t in without["data"]]
    assert trace(without, "median, theory", G)["y"].size == 0
    assert trace(without, "theory", G)["x"].size == 0


def test_the_axis_snaps_by_decades_and_never_tells_the_future():
    falling = 10.0 ** -np.arange(G + 1)
    view = fan(median=falling, lineages=falling[None], band=[falling, falling], median_theory=())
    low, high = np.transpose([resolve(view["layout"]["yaxis"]["range"], g) for g in range(G + 1)])
    assert set(low) <= set(scales.LOWEST.astype(float))
    assert np.all(low <= -np.arange(G + 1)) and np.all(high >= 0)
    assert low[2] == -2 and low[3] == -3 and low[4] == -4 and low[7] == -8 and low[G] == -50
    assert resolve(view["layout"]["yaxis"]["dtick"], 1) == 1


def test_a_zero_leaves_through_the_floor_and_is_marked():
    lineages = LINEAGES.copy()
    lineages[2, 9:] = 0
    view = fan(lineages=lineages)
    for cursor, marks in ((8, 0), (9, 1), (G, 1)):
        gone = trace(view, "gone", cursor)
        drawn = ~np.isnan(gone["x"])
        assert drawn.sum() == marks
        assert np.all(gone["x"][drawn] == 9)
        assert np.all(gone["y"][drawn] == resolve(view["layout"]["yaxis"]["range"], cursor)[0])
    assert np.all(np.isfinite(trace(view, "one", G)["y"]))


def test_the_density_is_a_density():
    mean, sd = np.array([0.0, 0.5, -1.0]), np.array([1.0, 0.1, 2.0])
    x = np.linspace(-4, 4, 81)
    view = figures.density(
        truth=(x, x * 0 + 0.1),
        mean=mean,
        sd=sd,
        title="t",
        quantity="q",
        truth_name="truth",
    )
    for g in range(3):
        drawn = trace(view, "one", g)
        area = np.trapezoid(drawn["y"], drawn["x"])
        centre = np.trapezoid(drawn["y"] * drawn["x"], drawn["x"])
        assert area == pytest.approx(1, abs=1e-3)
        assert centre == pytest.approx(mean[g], abs=1e-3)
        assert drawn["y"].max() == pytest.approx(1 / (sd[g] * np.sqrt(2 * np.pi)))


def test_a_collapsed_density_stays_finite():
    x = np.linspace(-4, 4, 81)
    view = figures.density(
        truth=(x, x * 0 + 0.1), mean=[0.0], sd=[0.0], title="", quantity="", truth_name="truth"
    )
    assert np.all(np.isfinite(trace(view, "one", 0)["y"]))


def test_the_outline_of_a_histogram_holds_its_area():
    heights, edges = np.histogram(RNG.normal(size=500), bins=13, density=True)
    x, y = figures.steps(heights, edges)
    assert np.trapezoid(y, x) == pytest.approx(1)
    assert y[0] == y[-1] == 0


def test_on_an_axis_of_exponents_the_pointer_is_told_numbers():
    curve = Curve("c", [1.0, 269.0, 0.0, 4.5e-7], {"color": "#000000"})
    for log, hover in ((True, "round %{x}: %{customdata}"), (False, "round %{x}: %{y:.3g}")):
        view = figures.lines([curve], title="", quantity="y", log=log, along="round")
        (trace,) = figures.static({"one": view}, 3, "").data
        assert trace.hovertemplate == hover
        assert list(trace.customdata or ()) == (["1", "269", "0", "4.5·10⁻⁷"] if log else [])


def test_a_static_figure_is_real_plotly_with_all_views():
    figure = figures.static({"one": fan(), "two": fan()}, 10, "What it says.")
    assert figure.layout.title.text == "What it says."
    assert len(figure.data) == 2 * len(fan()["data"])
    assert {t.xaxis for t in figure.data} == {"x", "x2"}
    assert figure.layout.xaxis2.domain[0] > figure.layout.xaxis.domain[1]
    assert figure.layout.yaxis.range == tuple(resolve(fan()["layout"]["yaxis"]["range"], 10))


def test_lines_cut_at_the_cursor_and_keep_an_empty_curve():
    t = np.arange(G + 1.0)
    view = figures.lines(
        [
            Curve("all", t, {}),
            Curve("band", np.stack([t, 2 * t]), {"color": "#000000"}, kind="band"),
            Curve("none", (), {}),
        ],
        title="",
        quantity="",
    )
    np.testing.assert_array_equal(trace(view, "all", 3)["y"], [0, 1, 2, 3])
    np.testing.assert_array_equal(trace(view, "band", 1)["y"], [0, 1, 2, 0])
    assert trace(view, "none", G)["y"].size == 0
    low, high = view["layout"]["yaxis"]["range"]
    assert low <= 0 and 2 * G <= high < 3 * G


def test_a_profile_follows_the_cursor_only_where_it_has_rows():
    rows = np.arange(6.0).reshape(3, 2)
    curves = [Curve("moves", rows, {}), Curve("stays", [7.0, 8.0], {}), Curve("none", (), {})]
    view = figures.profile(curves, [1, 10], title="", quantity="", along="x", log_x=True)
    np.testing.assert_array_equal(trace(view, "moves", 2)["y"], [4, 5])
    np.testing.assert_array_equal(trace(view, "stays", 2)["y"], [7, 8])
    assert trace(view, "none", 0)["x"].size == 0
    assert view["layout"]["xaxis"]["type"] == "log"
    np.testing.assert_allclose(view["layout"]["xaxis"]["range"], [0, 1])


def test_bars_show_the_row_of_the_cursor_from_zero_up():
    view = figures.bars(
        {"truth": [3.0, 1.0], "model": [[3.0, 1.0], [4.0, 0.0]]}, ["a", "b"], title="", quantity=""
    )
    np.testing.assert_array_equal(trace(view, "model", 1)["y"], [4, 0])
    np.testing.assert_array_equal(trace(view, "truth", 1)["y"], [3, 1])
    assert view["layout"]["yaxis"]["range"] == [0, 4]
    figures.static({"bars": view}, 1, "")  # plotly checks it


def test_more_groups_of_bars_than_can_be_told_apart_are_refused():
    with pytest.raises(ValueError, match="groups must be at most 4 to be told apart, not 5"):
        figures.bars({str(i): [1] for i in range(5)}, ["a"], title="", quantity="")


@pytest.mark.parametrize("values", [[0, 0.92], [-3, 41.0], [5, 5], [np.nan, np.inf, 2], []])
def test_a_snug_range_is_round_and_holds_every_finite_value(values):
    low, high = scales.snug(values)
    finite = [v for v in values if np.isfinite(v)]
    assert low < high
    assert all(low <= v <= high for v in finite)


def test_lines_may_have_a_clock_of_their_own_and_fixed_ranges():
    t = np.arange(G + 1.0)
    view = figures.lines(
        [Curve("slow", 10.0**-t, {}), Curve("fast", 10.0 ** (-2 * t), {})],
        title="",
        quantity="",
        log=True,
        x_range=(0, 5),
        y_range=(-4, 1),
        places=[t, t / 2],
    )
    slow, fast = (trace(view, name, 6) for name in ("slow", "fast"))
    np.testing.assert_array_equal(slow["x"], np.arange(7))
    np.testing.assert_array_equal(fast["x"], np.arange(7) / 2)
    np.testing.assert_allclose(np.interp(2.0, fast["x"], fast["y"]), -8)
    assert view["layout"]["xaxis"]["range"] == [0, 5]
    for cursor in (0, G):
        axis = resolve(view["layout"]["yaxis"], cursor)
        assert list(axis["range"]) == [-4, 1] and axis["dtick"] == 1


def test_a_crowd_can_name_the_input_that_a_click_sets():
    crowd = Curve("crowd", LINEAGES, {}, kind="crowd", pick="lineage")
    view = figures.lines([crowd, Curve("one", LINEAGES[0], {})], title="", quantity="")
    assert trace(view, "crowd", 1)["meta"] == {"pick": "lineage"}
    assert trace(view, "one", 1)["meta"] == {"columns": ["one"]}
    plain = figures.lines([Curve("crowd", LINEAGES, {}, kind="crowd")], title="", quantity="")
    assert "meta" not in trace(plain, "crowd", 1)


def test_the_columns_are_the_curves_in_their_own_unit():
    gone = np.where(np.arange(G + 1) < G, CURVES["median"], 0.0)
    shares = [Curve("median", np.linspace(0, 1, G + 1), {}), Curve("none", [], {})]
    views = {
        "fan": figures.lines(
            [
                Curve("median", gone, {}),
                Curve("crowd", LINEAGES, {}, kind="crowd"),
                Curve("band", CURVES["band"], {"color": "#000000"}, kind="band"),
            ],
            title="",
            quantity="",
            log=True,
        ),
        "left": figures.lines(shares, title="", quantity=""),
        "bars": figures.bars({"a": [1.0]}, ["k"], title="", quantity=""),
    }
    found = figures.columns(views)
    assert list(found) == ["median", "band: low", "band: high", "left: median"]
    np.testing.assert_allclose(found["median"], gone)
    np.testing.assert_allclose(found["band: high"], CURVES["band"][1])
    np.testing.assert_allclose(found["left: median"], np.linspace(0, 1, G + 1))
