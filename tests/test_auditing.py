"""The audit calls the fates that are known, and says why."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import KernelDensity

import collapse_lib
from collapse_lib import audit, theory

DATA = np.random.default_rng(0).normal(size=40)


def fitted(x):
    return x.mean(), x.std()


def drawn(model, n, rng):
    return rng.normal(*model, n)


def test_the_normal_law_is_found_again():
    report = audit(fitted, drawn, DATA, generations=40, replicates=12)
    assert report.fate == "shrinks"
    assert abs(report.rate - theory.replace_log_drift(40, 0)) < 4.5 * report.rate_error
    assert report.half_life == pytest.approx(np.log(2) / -report.rate)
    assert report.laws == pytest.approx((26.8, 13.6), abs=0.2)
    assert report.first_lost == "variance of 0"
    assert report.left["variance of 0"].shape == (41,)
    assert report.notices == ()


@pytest.mark.parametrize(
    ("fate", "fit", "sample", "generations"),
    [
        ("holds", fitted, drawn, 2),
        ("blows up", stats.gaussian_kde, lambda m, n, rng: m.resample(n, seed=rng)[0], 30),
        (
            "inflates",
            lambda x: KernelDensity(bandwidth=0.5).fit(x[:, None]),
            lambda m, n, rng: m.sample(n, random_state=int(rng.integers(2**31)))[:, 0],
            8,
        ),
        ("freezes", lambda x: x, lambda m, n, rng: m.copy(), 6),
        ("freezes", lambda x: x, lambda m, n, rng: np.full(n, x0(m)), 4),
        ("shrinks", fitted, lambda m, n, rng: rng.normal(m[0], 0.8 * m[1], n), 8),
    ],
)
def test_fates(fate, fit, sample, generations):
    report = audit(fit, sample, DATA, generations=generations, replicates=4)
    assert report.fate == fate
    assert len(report.evidence) >= 3


def x0(model):
    return model[0]


def test_a_mixture_of_scikit_learn_is_held_by_its_floor():
    """Of 5 points the spread vanishes; reg_covar puts back as much in every generation."""

    def left(floor):
        def fit(x):
            return GaussianMixture(1, reg_covar=floor).fit(x[:, None])

        def sample(model, n, rng):
            model.random_state = int(rng.integers(2**31))
            return model.sample(n)[0][:, 0]

        report = audit(fit, sample, DATA[:5], generations=30, replicates=5)
        return report.left["variance of 0"][-1]

    assert left(0.3) > 0.1
    assert left(1e-6) < 0.01


def test_a_table_that_only_looks_right():
    rng = np.random.default_rng(1)
    x = rng.normal(size=200)
    frame = pd.DataFrame(
        {"x": x, "y": x + 0.3 * rng.normal(size=200), "k": rng.choice(list("ab"), 200)}
    )
    report = audit(
        lambda frame: frame,
        lambda frame, n, rng: pd.DataFrame({c: rng.choice(frame[c].to_numpy(), n) for c in frame}),
        frame,
        generations=3,
    )
    assert report.fate == "holds"
    assert report.first_lost == "mean association of columns"
    assert all(report.dashboards.values())  # which is what makes it worth saying
    text = str(report)
    assert text.startswith("Fate: holds (200 rows, 3 generations, 8 replicates)")
    assert "mean association of columns, in generation 1" in text
    page = report._repr_html_()
    assert page.count("<tr>") == 1 + len(report.left)
    assert "<caption>" in page and 'scope="row"' in page


def test_a_tool_that_ignores_its_seed_is_reported():
    report = audit(fitted, lambda m, n, rng: np.random.default_rng(3).normal(*m, n), DATA)
    assert any("takes no notice of the seed" in notice for notice in report.notices)


def test_errors_of_the_tool_say_whose_they_are():
    def broken(model, n, rng):
        raise RuntimeError("no licence")

    with pytest.raises(RuntimeError, match="no licence") as caught:
        audit(fitted, broken, DATA)
    assert "call 1 of your sample" in caught.value.__notes__[0]
    for wrong, match in (
        (lambda: audit(3, drawn, DATA), "fit must be a function"),
        (lambda: audit(fitted, drawn, DATA, replicates=1), "replicates must be a whole number of"),
        (lambda: audit(fitted, drawn, DATA, generations=0), "generations must be a whole number"),
        (lambda: audit(fitted, drawn, "text"), "frame must be a data frame"),
    ):
        with pytest.raises((TypeError, ValueError), match=match):
            wrong()


def test_without_numbers_there_is_no_variance():
    report = audit(
        lambda frame: frame,
        lambda frame, n, rng: {"k": rng.choice(frame["k"], n)},
        {"k": list("aaaaabbbcc") * 3},
        generations=3,
    )
    assert report.fate == "holds" and np.isnan(report.rate)
    assert "there is no column of numbers" in report.evidence[0]


def test_it_is_loaded_when_asked_for():
    assert collapse_lib.audit is audit
    assert "audit" in dir(collapse_lib)
