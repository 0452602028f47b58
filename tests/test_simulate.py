"""The loop: shapes, seeds, schedules, memory, and what it refuses."""

import subprocess
import sys
import tracemalloc

import numpy as np
import pytest

from collapse_lib import (
    KDE,
    Accumulate,
    Anchor,
    Categorical,
    CategoricalMLE,
    Crowd,
    GaussianMLE,
    HistogramMLE,
    Lineage,
    Mixture,
    Normal,
    Refresh,
    Replace,
    Rollback,
    Rounded,
    Sampled,
    Subsample,
    Web,
    Zipf,
    memory,
    metrics,
    simulate,
)
from collapse_lib.dice import CommonDice
from collapse_lib.learners import GaussianMixtureEM, Learner, categorical
from collapse_lib.regimes import (
    Draw,
    Fixed,
    Fresh,
    Model,
    Pool,
    Regime,
    Slip,
    Tempered,
    Typical,
    real_count,
)

GAUSSIAN = [Replace(), Accumulate(), Refresh(), Anchor()]
EVERY = [
    *((Normal(), GaussianMLE(ddof), regime) for ddof in (0, 1) for regime in GAUSSIAN),
    *((Zipf(9), CategoricalMLE(), regime) for regime in GAUSSIAN),
    (Normal(), Sampled(GaussianMLE()), Replace()),
    (Normal(), Sampled(GaussianMLE()), Subsample()),
    (Zipf(9), Sampled(CategoricalMLE()), Subsample()),
    (Mixture((Normal(-2), Normal(2))), GaussianMLE(), Refresh()),
]


def trace(truth, learner, regime=Replace(), metric=None, **options):  # noqa: B008 (frozen)
    metric = metric or (metrics.variance if truth.kind == "numbers" else metrics.entropy)
    options = {"n": 20, "generations": 8, "replicates": 3, "rng": 0} | options
    return simulate(truth, learner, regime, **options).trace(metric)


@pytest.mark.parametrize(("truth", "learner", "regime"), EVERY)
def test_contract_of_every_learner_and_regime(truth, learner, regime):
    values = trace(truth, learner, regime)
    assert values.shape == (9, 3)
    metric = metrics.variance if truth.kind == "numbers" else metrics.entropy
    np.testing.assert_array_equal(values[0], metric(truth, truth))  # index 0 is the truth
    np.testing.assert_array_equal(values, trace(truth, learner, regime))  # same seed, same run
    assert not np.array_equal(values, trace(truth, learner, regime, rng=1))
    longer = trace(truth, learner, regime, generations=90)
    np.testing.assert_array_equal(longer[:9], values)


def test_one_replicate_keeps_its_axis():
    assert trace(Normal(), GaussianMLE(), replicates=1).shape == (9, 1)


def test_no_generation_is_just_the_truth():
    lineage = simulate(Normal(1, 2), GaussianMLE(), n=5, generations=0, replicates=2)
    assert len(lineage) == 1
    np.testing.assert_array_equal(lineage.trace(metrics.variance), [[4, 4]])


@pytest.mark.parametrize("regime", GAUSSIAN)
def test_shifting_and_scaling_the_truth_does_the_same_to_its_models(regime):
    plain = trace(Normal(0, 1), GaussianMLE(), regime, metrics.mean)
    moved = trace(Normal(5, 3), GaussianMLE(), regime, metrics.mean)
    np.testing.assert_allclose(moved, 5 + 3 * plain, rtol=1e-12)
    np.testing.assert_allclose(
        trace(Normal(5, 3), GaussianMLE(), regime), 9 * trace(Normal(), GaussianMLE(), regime)
    )


def test_only_real_data_never_collapses():
    for regime in (Refresh(1.0), Anchor(1.0)):
        variance = trace(Normal(), GaussianMLE(ddof=1), regime, replicates=4000, generations=50)[-1]
        assert abs(variance.mean() - 1) < 4.5 * variance.std(ddof=1) / np.sqrt(4000)


def test_fixed_data_are_the_same_in_every_generation():
    means = trace(Normal(), GaussianMLE(), Anchor(1.0), metrics.mean)
    np.testing.assert_array_equal(means[1:], np.tile(means[1], (8, 1)))
    assert len(set(trace(Normal(), GaussianMLE(), Refresh(1.0), metrics.mean)[1:, 0])) == 8


def test_arrays_of_n_and_real_make_a_phase_diagram():
    n = np.array([[5], [50]])
    real = np.array([0.0, 0.1, 0.5])
    values = trace(Normal(), GaussianMLE(), Refresh(real), n=n, replicates=4000)
    assert values.shape == (9, 2, 3, 4000)
    for row, size in enumerate((5, 50)):
        for column, share in enumerate(real):
            alone = trace(Normal(), GaussianMLE(), Refresh(share), n=size, replicates=4000)[-1]
            cell = values[-1, row, column]
            error = np.hypot(alone.std(ddof=1), cell.std(ddof=1)) / np.sqrt(4000)
            assert abs(cell.mean() - alone.mean()) < 4.5 * error
    assert trace(Zipf(4), CategoricalMLE(), n=[5, 9]).shape == (9, 2, 3)
    assert trace(Mixture((Normal(), Normal(9))), GaussianMLE(), n=[5, 9]).shape == (9, 2, 3)


def test_a_schedule_of_sample_sizes():
    constant = trace(Normal(), GaussianMLE(), n=lambda t: 20)
    np.testing.assert_allclose(constant, trace(Normal(), GaussianMLE(), n=20), rtol=1e-12)
    growing = trace(Normal(), GaussianMLE(), n=lambda t: 10 * t**2, replicates=4000, generations=30)
    expected = np.prod([1 - 1 / (10 * t**2) for t in range(1, 31)])  # each step divides by n
    error = growing[-1].std(ddof=1) / np.sqrt(4000)
    assert abs(growing[-1].mean() - expected) < 4.5 * error
    with pytest.raises(ValueError, match=r"n\(3\) must be a whole number of at least 2, not 1"):
        trace(Normal(), GaussianMLE(), n=lambda t: 4 - t)


def test_recorded_traces_equal_those_of_the_kept_models():
    options = {"n": 20, "generations": 8, "replicates": 3, "rng": 0}
    kept = simulate(Normal(), GaussianMLE(), Refresh(), **options)
    recorded = simulate(
        Normal(), GaussianMLE(), Refresh(), record={"spread": metrics.variance}, **options
    )
    np.testing.assert_array_equal(recorded.recorded["spread"], kept.trace(metrics.variance))
    assert len(recorded) == 0
    for ask in (lambda: recorded.trace(metrics.variance), lambda: recorded[0]):
        with pytest.raises(ValueError, match="kept no models, only the traces recorded: spread"):
            ask()


def test_a_lineage_says_how_to_make_it_again():
    first = simulate(Normal(1), GaussianMLE(1), Refresh(0.3), n=9, generations=5, replicates=2)
    again = simulate(
        first.truth,
        first.learner,
        first.regime,
        n=first.n,
        generations=first.generations,
        replicates=first.batch[-1],
        rng=first.seed,
        record=first.record,
    )
    assert isinstance(first, Lineage)
    np.testing.assert_array_equal(first.trace(metrics.mean), again.trace(metrics.mean))


def test_long_runs_underflow_in_silence():
    variance = trace(Normal(), GaussianMLE(), n=2, generations=3000)
    assert np.all(variance[-1] == 0)
    np.testing.assert_array_equal(
        trace(Normal(), GaussianMLE(), metric=metrics.entropy, n=2, generations=3000)[-1], -np.inf
    )


def test_a_billion_points_cost_nothing():
    variance = trace(Normal(), GaussianMLE(), n=10**9)
    assert 0 < np.abs(variance[-1] - 1).max() < 1e-3


# --- recipes ---------------------------------------------------------------------------------


def test_recipes():
    assert Replace().recipe(1, 9) == (Draw(Fresh(), 9),)
    assert Replace().recipe(2, 9) == (Draw(Model(-1), 9),)
    assert Refresh(0.1).recipe(5, 50) == (Draw(Fresh(), 5), Draw(Model(-1), 45))
    assert Anchor(0.1).recipe(1, 50) == (Draw(Fixed(), 5), Draw(Fresh(), 45))
    assert Anchor(0.1).recipe(2, 50) == (Draw(Fixed(), 5), Draw(Model(-1), 45))
    assert Accumulate().recipe(2, 9) == (Draw(Pool()), Draw(Model(-1), 9))


def test_halves_of_a_real_point_round_up():
    assert [real_count(10, share) for share in (0.04, 0.05, 0.15, 0.25, 1.0)] == [0, 1, 2, 3, 10]
    np.testing.assert_array_equal(real_count(np.array([5, 50]), 0.1), [1, 5])


class HeavyReal(Regime):
    """A regime of a user: half of the data are real, and count double."""

    def recipe(self, t, n):
        half = n // 2
        return Draw(Fresh(), half, weight=2), Draw(Fresh() if t == 1 else Model(-1), n - half)


def test_weighted_draws():
    """The weighted mean of n/2 points that count 2 and n/2 that count 1 has variance 10/9n."""
    means = trace(Normal(), GaussianMLE(), HeavyReal(), metrics.mean, replicates=20_000)[1]
    squares = means**2 * 20
    assert abs(squares.mean() - 10 / 9) < 4.5 * squares.std(ddof=1) / np.sqrt(20_000)
    unbiased = trace(Normal(), GaussianMLE(ddof=1), HeavyReal(), replicates=20_000)[1]
    assert abs(unbiased.mean() - 1) < 4.5 * unbiased.std(ddof=1) / np.sqrt(20_000)
    as_if_unweighted = unbiased * (30 - 50 / 30) / (30 - 1)  # the twin: ddof without w2
    error = as_if_unweighted.std(ddof=1) / np.sqrt(20_000)
    assert abs(as_if_unweighted.mean() - 1) > 4.5 * error


class TwoCopies(Regime):
    """Two independent draws of the same model in one generation."""

    def recipe(self, t, n):
        source = Fresh() if t == 1 else Model(-1)
        return Draw(source, n // 2), Draw(source, n // 2)


def test_two_draws_of_one_source_are_independent():
    """Together they are one draw of n: with shared dice the mean's variance would double."""
    means = trace(Normal(), GaussianMLE(), TwoCopies(), metrics.mean, replicates=20_000)[1]
    squares = means**2 * 20
    assert abs(squares.mean() - 1) < 4.5 * squares.std(ddof=1) / np.sqrt(20_000)


# --- what it refuses -------------------------------------------------------------------------

GOOD = {"n": 10, "generations": 3}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"n": 0}, "n must be a whole number of at least 2, not 0"),
        ({"n": 1}, "n must be a whole number of at least 2, not 1"),
        ({"n": 2.5}, "n must be a whole number of at least 2, not 2.5"),
        ({"n": float("nan")}, "n must be a whole number of at least 2, not nan"),
        ({"n": "ten"}, "n must be a whole number of at least 2, not 'ten'"),
        ({"n": True}, "n must be a whole number of at least 2, not True"),
        ({"n": [10, 1]}, "n must hold whole numbers of at least 2, not 1"),
        ({"n": [10, float("inf")]}, "n must hold whole numbers of at least 2, not inf"),
        ({"n": [10, 1e300]}, r"n must hold whole numbers of at least 2, not 1e\+300"),
        ({"n": ["a"]}, "n must hold whole numbers of at least 2, not"),
        ({"n": [[1, 2], [3]]}, r"n must hold whole numbers of at least 2, not \[\[1, 2\], \[3\]\]"),
        ({"generations": -1}, "generations must be a whole number of at least 0, not -1"),
        ({"generations": "9"}, "generations must be a whole number of at least 0, not '9'"),
        ({"replicates": 0}, "replicates must be a whole number of at least 1, not 0"),
        ({"rng": "seed"}, "rng must be a whole number of at least 0"),
    ],
)
def test_bad_numbers_get_a_sentence(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        simulate(Normal(), GaussianMLE(), **(GOOD | change))


@pytest.mark.parametrize("regime", [Refresh, Anchor])
@pytest.mark.parametrize("real", [-0.1, 1.5, float("nan")])
def test_a_ratio_lies_between_0_and_1(regime, real):
    with pytest.raises(ValueError, match=f"real must be a number between 0 and 1, not {real}"):
        regime(real)


def test_a_ratio_is_a_number():
    with pytest.raises(ValueError, match="real must be a number between 0 and 1, not 'half'"):
        Refresh("half")


HEAVY = Sampled(GaussianMLE()), Subsample()
BINS = HistogramMLE(np.linspace(-5, 5, 10_001))


@pytest.mark.parametrize(
    ("arguments", "sizes", "sentence"),
    [
        (
            (Normal(), GaussianMLE()),
            (10, 10**9, 200),
            r"generations = 1,000,000,000 and replicates = 200 would take 1\.6 TB of memory or "
            "more, above the limit of 4 GB, for the models: choose fewer of them",
        ),
        (
            (Normal(), GaussianMLE()),
            ([9, 10], 10**9, 200),
            r"and a batch of \(2, 200\) would take 3",
        ),
        (
            (Zipf(10**6), CategoricalMLE()),
            (1000, 1000, 200),
            r"would take 1.61 TB .* for models of 8 MB and 1,000,000 categories each: choose "
            "fewer of them, or keep traces instead with record=",
        ),
        (
            (Normal(), KDE(), Accumulate()),
            (10**6, 3000, 1000),
            "n = 1,000,000, generations = 3,000 and replicates = 1,000 would take 48 TB .* for the "
            "points that KDE keeps: choose fewer of them$",
        ),
        (
            (Normal(), KDE()),
            (10**9, 2, 1),
            "^n = 1,000,000,000 and replicates = 1 would take 48 GB .* for the points",
        ),
        ((Normal(), Rounded(KDE(), 7)), (10**6, 1, 1000), "48 GB .* the points that Rounded keeps"),
        ((Normal(), KDE()), (10**5, 3000, 500), "2.4 TB .* for models of 1.6 MB each: .* record="),
        ((Normal(), *HEAVY), (10**5, 3000, 1000), "4.8 TB .* for the points that Sampled keeps"),
    ],
)
def test_what_does_not_fit_into_memory_is_refused_before_it_is_drawn(
    arguments, sizes, sentence, monkeypatch
):
    monkeypatch.setattr(CommonDice, "at", None)  # whoever asks for the run's own dice fails
    n, generations, replicates = sizes
    with pytest.raises(ValueError, match=sentence):
        simulate(*arguments, n=n, generations=generations, replicates=replicates, rng=0)


def test_what_is_known_to_be_heavy_once_it_was_fitted_is_refused_then():
    with pytest.raises(ValueError, match=r"would take 16.2 GB .* for models of 80.8 kB each"):
        simulate(Normal(), BINS, n=10, generations=2_000, replicates=100, rng=0)


SLIPS = Tempered(Replace(), Slip(lambda labels: labels < 1, 0.5))


@pytest.mark.parametrize(
    ("learner", "regime"),
    [
        (CategoricalMLE(), SLIPS),
        (CategoricalMLE(), Replace()),
        (Sampled(CategoricalMLE()), SLIPS),
        (Sampled(CategoricalMLE()), Subsample()),
    ],
)
@pytest.mark.parametrize("truth", [Categorical([0.5, 0.3, 0.2, 0.0]), Zipf(1_000)])
def test_a_model_knows_all_categories_whatever_was_drawn(truth, learner, regime):
    """A label that no point shows may come back: with ten points, most do not."""
    lineage = simulate(truth, learner, regime, n=10, generations=4, replicates=5, rng=0)
    assert {model.categories for model in lineage.models} == {truth.categories}
    counted = CategoricalMLE().observe(truth, 3, np.random.default_rng(0))
    assert counted.counts.shape == (truth.categories,)


def test_slips_bring_back_a_category_at_the_end():
    """Exact: a half of what is good becomes one of the three bad, each equally often."""
    truth, replicates = Categorical([0.5, 0.3, 0.2, 0.0]), 4_000
    expected = SLIPS.temper(SLIPS.temper(truth))  # the first generation learns from the truth
    for learner in (CategoricalMLE(), Sampled(CategoricalMLE())):
        lineage = simulate(truth, learner, SLIPS, n=30, generations=3, replicates=replicates, rng=1)
        found = lineage[3].p
        error = found.std(axis=0) / np.sqrt(replicates)
        assert np.all(np.abs(found.mean(axis=0) - expected.p) < 5 * error)
        assert error[3] > 0  # it is there at all


PROMISED = {
    "categories, recorded": (Zipf(10_000), CategoricalMLE(), Replace(), metrics.total_variation),
    "categories, kept": (Zipf(10_000), CategoricalMLE(), Replace(), None),
    "categories, pooled": (Zipf(10_000), CategoricalMLE(), Accumulate(), metrics.entropy),
    "mixtures": (Normal(), GaussianMixtureEM(2), Replace(), metrics.variance),
    "kernels": (Normal(), KDE(), Replace(), metrics.variance),
    "points of a pool": (Normal(), Sampled(GaussianMLE()), Subsample(), metrics.variance),
    "typical points": (Normal(), KDE(), Tempered(Replace(), Typical(1.5)), None),
    "moments": (Normal(), GaussianMLE(), Replace(), None),
}


def most_taken(truth, learner, regime, metric):
    """Return the peak of the largest run that is accepted, in bytes."""
    peak, replicates = 0, 2
    record = {"it": metric} if metric else None
    while True:
        tracemalloc.start()
        try:
            simulate(
                truth,
                learner,
                regime,
                n=1_000,
                generations=3,
                replicates=replicates,
                rng=0,
                record=record,
            )
            peak = max(peak, tracemalloc.get_traced_memory()[1])
        except ValueError as error:
            assert "above the limit of 5 MB" in str(error)
            return peak
        finally:
            tracemalloc.stop()
        replicates = 1 + replicates * 5 // 4


@pytest.mark.parametrize("case", PROMISED)
def test_no_run_takes_more_memory_than_is_promised(case, monkeypatch):
    """The limit is scaled down; numpy tells tracemalloc of every array, so a copy counts."""
    monkeypatch.setattr(memory, "LIMIT", 5_000_000)
    peak = most_taken(*PROMISED[case])
    assert 0.1 * memory.LIMIT < peak < 1.25 * memory.LIMIT


def test_the_measure_sees_the_copies_that_are_worked_on(monkeypatch):
    """The wrong twin: without them, what is accepted takes several times the limit."""
    monkeypatch.setattr(memory, "LIMIT", 5_000_000)
    monkeypatch.setattr(memory, "COPIES", 0)
    assert most_taken(*PROMISED["categories, recorded"]) > 2 * memory.LIMIT


def test_the_promise_holds_for_a_whole_process():
    """Zipf's law with a million words, recorded, took 10.3 GB; now all accepted ones fit."""
    code = (
        "import resource, sys\n"
        "from collapse_lib import CategoricalMLE, Zipf, memory, metrics, simulate\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "memory.LIMIT, replicates = 400_000_000, 1\n"
        "try:\n"
        "    while True:\n"
        "        simulate(Zipf(10**6), CategoricalMLE(), n=1000, generations=2,\n"
        "                 replicates=replicates, rng=0, record={'h': metrics.entropy})\n"
        "        replicates *= 2\n"
        "except ValueError as error:\n"
        "    assert 'above the limit' in str(error)\n"
        "print(replicates, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    replicates, taken = map(int, done.stdout.split())
    assert replicates > 1 and 1024 * taken < 1.25 * 400e6


def test_traces_are_counted_instead_of_models_where_they_are_recorded(monkeypatch):
    monkeypatch.setattr(memory, "LIMIT", 4_000_000)
    options = {"n": 10, "generations": 300, "replicates": 9, "rng": 0}
    with pytest.raises(ValueError, match="with record="):
        simulate(Zipf(1_000), CategoricalMLE(), **options)
    for regime in (Web(), Rollback(Replace(), at=300, to=1)):  # they look back
        with pytest.raises(ValueError, match=r"categories each: choose fewer of them$"):
            simulate(
                Zipf(1_000), CategoricalMLE(), regime, record={"h": metrics.entropy}, **options
            )
    alive = simulate(
        Zipf(1_000), CategoricalMLE(), record={"alive": metrics.survivors}, **options
    ).recorded["alive"]
    assert np.all(alive[-1] == 1)
    many = {str(i): metrics.variance for i in range(9)}
    with pytest.raises(ValueError, match=r"would take 7.21 MB .* for the traces: choose"):
        simulate(Normal(), GaussianMLE(), n=10, generations=10**3, replicates=100, record=many)


# --- what a user's own parts must do ---------------------------------------------------------

METRICS = [
    (lambda model, truth: None, r"must return numbers, not None"),
    (lambda model, truth: "wide", r"must return numbers, not 'wide'"),
    (lambda model, truth: [[1], [2, 3]], r"must return numbers, not \[\[1\], \[2, 3\]\]"),
    (
        lambda model, truth: np.ones(5),
        r"must return one number per member of the batch, of shape \(3,\), not of shape \(5,\)",
    ),
    (lambda model, truth: np.mean(model.sd), r"must return one .* not of shape \(\)"),
]


@pytest.mark.parametrize(("metric", "sentence"), METRICS)
def test_a_metric_that_is_none_is_named(metric, sentence):
    options = {"n": 10, "generations": 3, "replicates": 3}
    with pytest.raises(ValueError, match=f"metric <lambda> {sentence}"):
        simulate(Normal(), GaussianMLE(), **options).trace(metric)
    drawn = []
    counted = {"v": metric, "w": lambda model, truth: drawn.append(1) or metrics.sd(model, truth)}
    with pytest.raises(ValueError, match=f"metric v {sentence}"):
        simulate(Normal(), GaussianMLE(), record=counted, **options)
    assert len(drawn) <= 2  # it is noticed in the first generation


@pytest.mark.parametrize(
    ("record", "sentence"),
    [
        ({"v": 3}, r"record\['v'\] must be a function such as metrics.variance, not 3"),
        (3, "record must be a mapping of names to metrics such as {'variance': metrics.variance}"),
        ([metrics.variance], "record must be a mapping of names to metrics"),
        (metrics.variance, "record must be a mapping of names to metrics"),
    ],
)
def test_a_record_that_is_none_gets_a_sentence(record, sentence):
    with pytest.raises(TypeError, match=sentence):
        simulate(Normal(), GaussianMLE(), n=10, generations=3, record=record)


@pytest.mark.parametrize("metric", [3, "variance"])
def test_only_a_metric_makes_a_trace(metric):
    with pytest.raises(TypeError, match=r"metric must be a function such as metrics\.variance"):
        simulate(Normal(), GaussianMLE(), n=10, generations=3).trace(metric)


class Pair(GaussianMLE):
    """Its `fit` returns numbers, not a model."""

    def fit(self, data):
        return data.mean, 1.0


class Lone(GaussianMLE):
    """Its `fit` forgets the replicates."""

    def fit(self, data):
        return Normal(0, 1)


class Array(GaussianMLE):
    """Its statistic is an array, whose + is no union of two data sets."""

    def observe(self, source, n, rng):
        return Learner.observe(self, source, n, rng)

    def reduce(self, x):
        return x

    def fit(self, x):
        return Normal(x.mean(axis=0), x.std(axis=0))


@pytest.mark.parametrize(
    ("learner", "sentence"),
    [
        (Pair(), "learner Pair must fit a distribution such as Normal, not tuple"),
        (Lone(), r"learner Lone must fit a model of batch \(3,\), the axes of its data, not \(\)"),
        (
            Array(),
            r"Array must reduce points to a statistic whose \+ is the union of two data sets",
        ),
    ],
)
def test_a_learner_that_is_none_gets_a_sentence(learner, sentence):
    with pytest.raises((TypeError, ValueError), match=sentence):
        simulate(Normal(), learner, Accumulate(), n=10, generations=3, replicates=3)


def test_shapes_that_do_not_go_together_are_both_named():
    sentence = (
        r"n and regime must have shapes that broadcast against each other, not \(2,\) and \(3,\)"
    )
    with pytest.raises(ValueError, match=sentence):
        simulate(Normal(), GaussianMLE(), Refresh([0.1, 0.5, 0.3]), n=[10, 20], generations=2)
    with pytest.raises(ValueError, match="regime and models must have shapes that broadcast"):
        simulate(Normal(), GaussianMLE(), Crowd(Refresh([0.1, 0.5]), 3), n=20, generations=2)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        ((1.0, GaussianMLE()), r"truth must be a truth such as Normal\(\), not 1.0"),
        ((Normal(), Normal()), r"learner must be a learner such as GaussianMLE\(\), not Normal"),
        ((Normal(), GaussianMLE(), 0.1), r"regime must be a regime such as Replace\(\), not 0.1"),
        ((Zipf(5), GaussianMLE()), "GaussianMLE fits numbers, but truth Zipf yields categories"),
        ((Normal(), CategoricalMLE()), "CategoricalMLE fits categories, but truth Normal yields"),
        (
            (Normal(), GaussianMLE(), Subsample()),
            r"Subsample picks single points; GaussianMLE keeps only moments: "
            r"use Sampled\(GaussianMLE\(\)\)",
        ),
        ((Zipf(5), CategoricalMLE(), Subsample()), r"keeps only counts: use Sampled\(Categ"),
    ],
)
def test_what_does_not_go_together_gets_a_sentence(arguments, sentence):
    with pytest.raises(TypeError, match=sentence):
        simulate(*arguments, **GOOD)


def test_other_refusals():
    with pytest.raises(ValueError, match=r"truth must be a single distribution, not a batch of"):
        simulate(Normal([0, 1], 1), GaussianMLE(), **GOOD)
    with pytest.raises(ValueError, match="ddof must be 0 or 1, not 2"):
        GaussianMLE(ddof=2)
    with pytest.raises(TypeError, match=r"learner must be a learner such as GaussianMLE\(\), not"):
        Sampled(Normal())
    with pytest.raises(ValueError, match="n must be one number where single points are drawn"):
        simulate(Normal(), Sampled(GaussianMLE()), n=[5, 9], generations=1)
    with pytest.raises(ValueError, match="fixed real data keep their size: 5 points, not 6"):
        simulate(Normal(), GaussianMLE(), Anchor(0.5), n=lambda t: 8 + 2 * t, generations=2)


class HalfAsWide(Replace):
    """A regime of a user whose points are drawn half as widely as the model says."""

    def temper(self, model):
        return Normal(model.mean, model.sd / 2)


def test_a_biased_sampler_shrinks_at_any_sample_size():
    variance = trace(Normal(), GaussianMLE(), HalfAsWide(), n=10**9, generations=5)
    expected = np.repeat([1, 1, 1 / 4, 1 / 16, 1 / 64, 1 / 256], 3).reshape(6, 3)
    np.testing.assert_allclose(variance, expected, rtol=1e-3)


class StepByStep(GaussianMLE):
    """The same learner, of which the library cannot know that it is."""


@pytest.mark.parametrize("n", [2, 20, np.array([[3], [50]])], ids=["2", "20", "array"])
@pytest.mark.parametrize("ddof", [0, 1])
def test_unrolling_a_closed_chain_gives_the_models_of_the_loop(n, ddof):
    options = {"n": n, "generations": 700, "replicates": 300, "rng": 1}
    for metric in (metrics.mean, metrics.sd):
        fast, slow = (
            simulate(Normal(3, 2), learner(ddof), **options).trace(metric)[:200]
            for learner in (GaussianMLE, StepByStep)
        )
        np.testing.assert_allclose(fast, slow, rtol=1e-9, atol=1e-300)
    recorded = simulate(
        Normal(3, 2), GaussianMLE(ddof), record={"sd": metrics.sd}, **options
    ).recorded["sd"]
    np.testing.assert_array_equal(recorded[:200], fast)


class CountByCount(CategoricalMLE):
    """The same learner of categories, of which the library cannot know that it is."""


@pytest.mark.parametrize(
    ("categories", "n"),
    [(30, 40), (30, np.array([[30], [50]])), (900, 20)],
    ids=["counts", "array", "labels"],
)
def test_unrolling_a_chain_of_categories_gives_the_models_of_the_loop(categories, n, monkeypatch):
    monkeypatch.setattr(categorical, "UNROLLED", 300_000)  # several strokes
    options = {"n": n, "replicates": 900 * 30 // categories, "rng": 1}

    def shares(learner, generations):
        lineage = simulate(Zipf(categories), learner, generations=generations, **options)
        p = np.zeros((generations, *lineage.batch, categories))
        for row, model in zip(p, lineage.models[1:], strict=True):
            row[..., : model.categories] = model.p  # the last ones may be dead, and left out
        return p

    fast, slow = shares(CategoricalMLE(), 20), shares(CountByCount(), 20)
    np.testing.assert_array_equal(fast, slow)
    np.testing.assert_array_equal(shares(CategoricalMLE(), 9), fast[:9])
