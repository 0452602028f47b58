"""Every row of the table of published results: its verdict, and a twin on which it turns.

The seeds are fixed, and a row counts as held within 4.5 standard errors of its own replicates.
"""

import sys
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from scipy.stats import ks_2samp

from collapse_lib import GaussianMLE, Normal, simulate

sys.path.append(str(Path(__file__).parents[1] / "benchmarks"))
import published

NOT_HERE = {
    "fixed_data_only_delay",
    "degradation_is_linear",
    "divergence_levels_off",
    "many_models_without_a_bias",
    "blurs_instead",
}

PAPERS = (
    published.NATURE,
    published.SURESH,
    published.GERSTGRASSER,
    published.DEY,
    published.KAZDAN,
    published.MAD,
    published.HE,
    published.TAILS,
    published.STRONG,
    published.FENG,
    published.BORJI,
    published.YI,
    published.FERBACH,
    published.HODEL,
    published.BARZILAI,
    published.WANG,
    published.SHI,
)


@cache
def made(name):
    return published.ROWS[name]()


@pytest.mark.parametrize("name", published.ROWS)
def test_row(name):
    row = made(name)
    assert np.isfinite([row.published, row.ours, row.error, row.twin]).all()
    assert row.holds == (name not in NOT_HERE), row
    assert row.holds or row.note, "a claim that does not hold here needs a note"
    # the same figure, held against a plausible mistake or against what holds instead
    assert replace(row, published=row.twin).holds != row.holds, row
    assert row.source.startswith(PAPERS)


def test_every_paper_has_a_row():
    sources = [made(name).source for name in published.ROWS]
    assert all(any(source.startswith(paper) for source in sources) for paper in PAPERS)


@pytest.mark.parametrize(("n", "lineages"), [(100, 200), (500, 100), (1000, 60)])
def test_the_supplement_loop_obeys_the_same_law(n, lineages):
    """The published code's loop, one lineage at a time: draw n points, np.mean and np.std."""
    rng = np.random.default_rng(n)
    theirs = []
    for _ in range(lineages):
        mean, sd = 0.0, 1.0
        for _ in range(1000):
            points = rng.normal(mean, sd, n)
            mean, sd = np.mean(points), np.std(points)
        theirs.append(sd)
    ours, wrong = (
        simulate(Normal(), GaussianMLE(ddof), n=n, generations=1000, replicates=4000, rng=1)[-1].sd
        for ddof in (0, 1)
    )
    alpha = 0.01 / 3
    assert ks_2samp(theirs, ours).pvalue > alpha
    assert ks_2samp(theirs, wrong).pvalue < alpha


@pytest.mark.parametrize(
    ("relation", "ours", "holds"),
    [
        ("=", 1.4, True),
        ("=", 1.5, False),
        ("=", 0.5, False),
        ("≤", 1.5, False),
        ("≤", 0.0, True),
        ("≥", 0.5, False),
        ("≥", 9.0, True),
    ],
)
def test_verdict(relation, ours, holds):
    row = published.Row("claim", "source", 1.0, ours, 0.1, 0.0, relation)
    assert row.holds == holds


def test_slack_widens_the_verdict():
    row = published.Row("claim", "source", 1.0, 1.5, 0.1, 0.0)
    assert not row.holds
    assert replace(row, slack=0.1).holds


def test_table_prints_verdicts_and_each_note_once(capsys):
    good = published.Row("good claim", "somebody", 1.0, 1.0, 0.1, 0.0, note="why")
    bad = published.Row("bad claim", "somebody", 1.0, 2.0, 0.1, 0.0, note="why")
    bound = published.Row("bound", "somebody", 1.0, 0.5, 0.1, 0.0, "≤", slack=0.2, note="how")
    published.table([good, bad, bound])
    text = capsys.readouterr().out
    first, second, third = (line for line in text.splitlines() if "0.1 " in line)
    assert "holds [1]" in first and "DOES NOT HOLD HERE [1]" in second
    assert "≤ 1" in third and "holds within 0.2 [2]" in third
    assert text.count("why") == 1
