"""The best plan against brute force, and its error against the loop itself."""

import numpy as np
import pytest
from support import LIMIT, MeanOnly, errors

from collapse_lib import Normal, Refresh, metrics, simulate, theory
from collapse_lib.budget import (
    Plan,
    Prices,
    best_plan,
    least_error,
    long_run_error,
    sensitivity,
)
from collapse_lib.regimes import Shift, Tempered


def squares(plan, generations=80, replicates=20_000):
    lineage = simulate(
        Normal(),
        MeanOnly(),
        plan.regime(),
        n=plan.n,
        generations=generations,
        replicates=replicates,
        rng=1,
    )
    return lineage.trace(metrics.mean)[-1] ** 2


@pytest.mark.parametrize(
    ("real", "synthetic", "verified", "bias"),
    [(10, 0, 0.0, 0.3), (10, 30, 0.0, 0.0), (10, 30, 0.5, 0.1), (20, 20, 0.0, 0.2), (5, 9, 1.0, 9)],
)
def test_the_error_is_the_loops_own(real, synthetic, verified, bias):
    error = float(long_run_error(real, synthetic, verified, bias))
    found = squares(Plan(real, synthetic, verified, bias, error, 0))
    assert errors(found, error) < LIMIT
    for twin in (0.9 * error, 1 / (real + synthetic)):
        if twin != error:
            assert errors(found, twin) > LIMIT


def test_the_error_at_its_ends():
    assert long_run_error(10, 0, 0, 5) == pytest.approx(0.1)
    assert long_run_error(10, 10**9, 0, 0) == pytest.approx(0.05)  # worth up to twice as much
    k, s = 7, np.array([1, 10, 100])
    weight = k / (k + s)
    np.testing.assert_allclose(
        long_run_error(k, s, 0, 0), theory.weighted_mean_square_limit(k, s, weight)
    )
    np.testing.assert_allclose(
        long_run_error(k, s, 0.5, 2) - long_run_error(k, s, 0, 0), (s / k) ** 2
    )


def brute_force(budget, prices, bias):
    """Try every whole k and s, with all that is left spent on verification."""
    k = np.arange(1, int(budget / prices.real) + 1)[:, None]
    s = np.arange(int(budget / prices.compute) + 1)
    left = budget - k * prices.real - (k + s) * prices.compute
    with np.errstate(divide="ignore", invalid="ignore"):
        v = np.where(s > 0, np.clip(left / (s * prices.verification), 0, 1), 0)
    real = k / (k + s)
    error = 1 / (k * (2 - real)) + (bias * (1 - v) * (1 - real) / real) ** 2
    return np.where(left >= 0, error, np.inf).min()


def test_no_plan_is_better():
    rng = np.random.default_rng(1)
    kinds = set()
    for _ in range(150):
        prices = Prices(*np.exp(rng.uniform(np.log([0.3, 0.02, 0.02]), np.log([5, 9, 0.5]))))
        budget, bias = rng.uniform(10, 60), rng.choice([0, 0.02, 0.1, 0.5, 5])
        plan = best_plan(budget, prices, bias)
        assert plan.error == pytest.approx(brute_force(budget, prices, bias), rel=1e-12)
        assert plan.cost <= budget * (1 + 1e-12)
        assert plan.error == pytest.approx(
            float(long_run_error(plan.real, plan.synthetic, plan.verified, bias))
        )
        kinds.add((plan.synthetic > 0, 0 < plan.verified < 1, plan.verified == 1))
    # nothing made up, some of it verified, all of it, none of it
    assert kinds == {
        (False, False, False),
        (True, True, False),
        (True, False, True),
        (True, False, False),
    }


def test_a_large_budget_is_searched_as_well():
    """Beyond a few thousand real points a ladder is tried; it must not miss the optimum."""
    prices, bias = Prices(0.01, 0.002, 0.001), 0.004
    budget = 300.0
    plan = best_plan(budget, prices, bias)
    k = np.arange(1, int(budget / 0.011) + 1)[:, None]
    best = np.inf
    for s in np.array_split(np.unique(np.geomspace(1, 300_000, 2_000).astype(int)), 40):
        left = budget - k * prices.real - (k + s) * prices.compute
        v = np.clip(left / (s * prices.verification), 0, 1)
        error = 1 / (k * (2 - k / (k + s))) + (bias * (1 - v) * s / k) ** 2
        best = min(best, np.where(left >= 0, error, np.inf).min())
    assert plan.error <= best
    assert plan.error == pytest.approx(best, rel=1e-4)


def test_a_ladder_ends_at_the_plan_that_trying_everything_finds(monkeypatch):
    """Whatever the rungs: around the best of them every number is tried."""
    rng = np.random.default_rng(2)
    for _ in range(12):
        prices = Prices(
            *np.exp(rng.uniform(np.log([0.01, 2e-3, 1e-3]), np.log([5e-2, 5e-2, 1e-2])))
        )
        budget, bias = rng.uniform(30, 60), rng.choice([0.002, 0.01, 0.05])
        most = int(budget / (prices.real + prices.compute))
        monkeypatch.setattr("collapse_lib.budget.SCANNED", 10**9)
        wanted = best_plan(budget, prices, bias)
        monkeypatch.setattr("collapse_lib.budget.SCANNED", 30)
        assert best_plan(budget, prices, bias) == wanted
        rungs = np.unique(np.geomspace(1, most, 30).astype(int))
        assert least_error(rungs, budget, prices, bias).min() > 1.003 * wanted.error


def test_what_is_bought_follows_the_prices():
    base = best_plan(100, Prices(1, 0.1, 0.01), 0.05)
    assert best_plan(100, Prices(1, 10, 0.01), 0.05).verified < base.verified
    assert best_plan(100, Prices(5, 0.1, 0.01), 0.05).real < base.real
    assert best_plan(100, Prices(1, 0.1, 0.01), 0.0).verified == 0
    harmful = best_plan(100, Prices(1, 100, 0.01), 5.0)
    assert (harmful.synthetic, harmful.verified) == (0, 0)
    free = best_plan(100, Prices(1, 1e-9, 1e-6), 0.05)
    assert 1.9 < free.effective / free.real < 2


def test_sensitivity():
    prices = Prices(1, 0.1, 0.01)
    found = sensitivity(500, prices, 0.05)
    assert set(found) == {"real", "verification", "compute", "budget", "bias"}
    assert found["budget"] < 0 < found["real"]
    assert all(found[name] >= 0 for name in ("real", "verification", "compute", "bias"))
    # doubling prices and budget alike changes nothing
    total = found["real"] + found["verification"] + found["compute"] + found["budget"]
    assert total == pytest.approx(0, abs=0.02)
    up, down = (best_plan(500, Prices(factor, 0.1, 0.01), 0.05).error for factor in (1.1, 0.9))
    assert found["real"] == pytest.approx(np.log(up / down) / np.log(1.1 / 0.9))


def test_a_plan_is_a_regime():
    plan = best_plan(100, Prices(1, 0.1, 0.01), 0.05)
    regime = plan.regime()
    assert isinstance(regime, Tempered) and isinstance(regime.regime, Refresh)
    assert regime.by == Shift(0.05 * (1 - plan.verified))
    assert [draw.n for draw in regime.recipe(2, plan.n)] == [plan.real, plan.synthetic]
    assert plan.effective == 1 / plan.error


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda: Prices(0), "real must be a number above 0, not 0.0"),
        (lambda: Prices(1, -1), "verification must be a number above 0, not -1.0"),
        (lambda: Prices(1, 1, 0), "compute must be a number above 0, not 0.0"),
        (lambda: best_plan(0, Prices(), 0), "budget must be a number above 0, not 0.0"),
        (lambda: best_plan(1, Prices(), 0), "budget must pay one real point, 1.01, not 1"),
        (lambda: best_plan([9], Prices(), 1), r"budget must be one number, not \[9\]"),
        (lambda: best_plan(9, Prices(), -1), "bias must be a number of at least 0, not -1.0"),
        (lambda: sensitivity(9, Prices(), 0.1, 0), "by must lie between 0 and 1, not 0"),
        (lambda: sensitivity(9, Prices(), 0.1, 2), "by must be a number between 0 and 1, not 2"),
        (lambda: long_run_error(0, 1, 0, 0), "real must hold whole numbers of at least 1, not 0"),
        (lambda: long_run_error(1, -1, 0, 0), "synthetic must hold whole numbers of at least 0"),
        (lambda: long_run_error(1, 1, 2, 0), "verified must be a number between 0 and 1, not 2"),
    ],
)
def test_bad_numbers_get_a_sentence(make, sentence):
    with pytest.raises(ValueError, match=sentence):
        make()


@pytest.mark.parametrize(
    "make",
    [
        lambda: best_plan(10, 3, 0.1),
        lambda: least_error(1, 10, 3, 0.1),
        lambda: sensitivity(10, 3, 0.1),
        lambda: Plan.of(1, 1, 1, 0, 3),
    ],
)
def test_prices_are_prices(make):
    with pytest.raises(TypeError, match=r"prices must be prices such as Prices\(real=1\), not 3"):
        make()
