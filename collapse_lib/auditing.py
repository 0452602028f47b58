"""Ask about your own tool what it does when it eats its own output.

`audit` lets a tool learn from what it made, a few generations long, and reports what happened:
in which direction the spread goes and how fast, beside what luck alone does to a normal model;
what was lost first; and whether the usual dashboards would have noticed.
"""

from __future__ import annotations

import html
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.random import Generator

from collapse_lib import metrics
from collapse_lib.checks import Array, whole
from collapse_lib.dice import Seed
from collapse_lib.distributions import Table
from collapse_lib.distributions.fitted import SAME_DICE
from collapse_lib.learners import FromFunctions
from collapse_lib.simulate import simulate

__all__ = ["Audit", "audit"]

Fate = Literal["holds", "shrinks", "freezes", "inflates", "blows up"]

ERRORS = 3.0  # standard errors that count as more than luck
EXPLODED = 10.0  # times its variance
GREEN = 0.9  # of a marginal score, as synthesizers' reports colour it
STILL = 0.1  # of the steps that sampling alone makes: less is no life
HALF = 0.5
ASSOCIATION = "mean association of columns"
LUCK = 0.8  # of its mean over unrelated columns, times the root of the rows


@dataclass(frozen=True, eq=False)
class Audit:
    """What became of a table of data that a tool learned from itself.

    Parameters
    ----------
    fate : {"holds", "shrinks", "freezes", "inflates", "blows up"}
        What its variance does, as far as these generations tell.
    evidence : tuple of str
        Why, in sentences, each with its numbers.
    rows, generations, replicates : int
        How large the data are, and what was run.
    rate : float
        Change of the logarithm of the variance in a generation: the mean over columns of
        numbers and replicates. NaN without such columns.
    rate_error : float
        Its standard error over replicates and columns, that of luck where it is larger.
    half_life : float
        Generations in which the variance halves at that rate; infinite where it does not fall.
    laws : tuple of float
        The same of a normal model with as many rows, by luck alone: divided by n - 1, by n.
    left : dict of str to ndarray, shape ``(generations + 1,)``
        What is left of each property, as a multiple of the truth's: the median over replicates.
    first_lost : str
        What first fell below half of the truth's, or "" if nothing did.
    dashboards : dict of str to bool
        Whether the mean, and the marginal scores, are still green at the end.
    notices : tuple of str
        What else was noticed, such as a tool that ignores its seed.

    Notes
    -----
    It speaks of these generations only: "holds" means that no change was larger than luck, and
    a slow one may be. The fate of the typical column is not that of each: `left` has them all.
    Derived here.
    """

    fate: Fate
    evidence: tuple[str, ...]
    rows: int
    generations: int
    replicates: int
    rate: float
    rate_error: float
    half_life: float
    laws: tuple[float, float]
    left: dict[str, Array]
    first_lost: str
    dashboards: dict[str, bool]
    notices: tuple[str, ...]

    def __str__(self) -> str:
        """Return the report as text."""
        head = (
            f"Fate: {self.fate} ({self.rows:,} rows, {self.generations} generations, "
            f"{self.replicates} replicates)"
        )
        lines = [head, *(f"- {line}" for line in (*self.evidence, *self.notices))]
        width = max(map(len, self.left))
        lines += ["Left of the truth, median of the replicates:"]
        lines += [f"  {name:<{width}}  {row[-1]:.3g}" for name, row in self.left.items()]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        """Return the report for a notebook."""
        items = "".join(f"<li>{html.escape(line)}</li>" for line in (*self.evidence, *self.notices))
        marks = sorted({0, 1, self.generations // 2, self.generations})
        head = "".join(f'<th scope="col">{t}</th>' for t in marks)
        rows = "".join(
            f'<tr><th scope="row">{html.escape(name)}</th>'
            + "".join(f"<td>{row[t]:.3g}</td>" for t in marks)
            + "</tr>"
            for name, row in self.left.items()
        )
        return (
            f"<p><strong>Fate: {self.fate}</strong> ({self.rows:,} rows, {self.generations} "
            f"generations, {self.replicates} replicates)</p><ul>{items}</ul>"
            "<table><caption>Left of the truth by generation, median of the replicates</caption>"
            f'<thead><tr><th scope="col">property</th>{head}</tr></thead>'
            f"<tbody>{rows}</tbody></table>"
        )


def audit(
    fit: Callable[[Any], Any],
    sample: Callable[[Any, int, Generator], Any],
    data: Any,
    generations: int = 10,
    *,
    replicates: int = 8,
    rng: Seed = 0,
) -> Audit:
    """Let a tool learn from its own output, and report what becomes of it.

    Parameters
    ----------
    fit : callable
        ``fit(data)`` returns a model, of whatever type.
    sample : callable
        ``sample(model, n, rng)`` returns `n` rows of the form of the data. `rng` is a numpy
        Generator; a tool with a seed of its own takes ``rng.integers(2**31)``.
    data : array_like, mapping or data frame
        Numbers of shape ``(rows,)`` or ``(rows, columns)``, or a table: see `Table`.
    generations : int, default 10
        How often it learns: from rows drawn from the data, then from as many rows of its own.
    replicates : int, default 8
        Independent runs, at least 2. Time grows with their product.
    rng : int, SeedSequence, Generator or None, default 0
        Source of randomness.

    Returns
    -------
    Audit
        A report: text when printed, a table in a notebook.

    Raises
    ------
    ValueError
        If a number is out of its range, or the data or what `sample` returns is no table of
        their form.
    TypeError
        If `fit` or `sample` cannot be called, or the data cannot be read.
    Exception
        Whatever the tool itself raises, with a note that says in which generation.

    Notes
    -----
    Each generation replaces all data, the hardest case: what survives here need not fear a
    little of its own output, and what dies here may live on fresh data. The two laws are those
    of a normal model, ψ((n-1)/2) - ln((n-ddof)/2) a generation, by which luck alone lowers the
    typical logarithm of a variance. A fate is called by the mean change of the logarithm over
    the columns, in standard errors: too few replicates or generations call a slow fate "holds".
    Derived here; the laws are in `theory.replace_log_drift`.

    Examples
    --------
    >>> import numpy as np
    >>> report = collapse_lib.audit(
    ...     lambda x: (x.mean(), x.std()),
    ...     lambda model, n, rng: rng.normal(*model, n),
    ...     np.random.default_rng(0).normal(size=30),
    ...     generations=40,
    ... )
    >>> report.fate
    'shrinks'
    """
    table = Table(data)
    generations = whole("generations", generations, least=1)
    replicates = whole("replicates", replicates, least=2)
    rows = len(table.data)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        learner = FromFunctions(_noted(fit, "fit"), _noted(sample, "sample"), table)
        run = simulate(
            table, learner, n=rows, generations=generations, replicates=replicates, rng=rng
        )
        traces = {name: run.trace(metric) for name, metric in _properties(table).items()}
        scores = _dashboards(run[-1].judged, table)  # type: ignore[attr-defined]
    messages = list(dict.fromkeys(str(warning.message) for warning in caught))
    notices = [message for message in messages if message == SAME_DICE]
    notices += [f"the tool warned: {text[:200]}" for text in messages if text != SAME_DICE]

    logs = _log_variances(traces, table)
    fate, rate, error, evidence = _fate(logs, rows)
    halved = np.log(2) / -rate if rate < 0 else np.inf
    laws = _laws(rows)
    if fate == "shrinks":
        evidence.append(
            f"the variance halves in {halved:.3g} generations at this rate; by luck alone a normal "
            f"model of {rows:,} rows takes {laws[0]:.3g} (divided by n - 1) or {laws[1]:.3g} (by n)"
        )
    if ASSOCIATION in traces and traces[ASSOCIATION][0, 0] < 2 * LUCK / np.sqrt(rows):
        del traces[ASSOCIATION]  # there is none that could be lost
    left = {name: _left(trace) for name, trace in traces.items()}
    lost = {name: int(np.argmax(row < HALF)) for name, row in left.items() if np.any(row < HALF)}
    first = min(lost, key=lambda name: lost[name]) if lost else ""
    evidence.append(
        f"the first to fall below half: {first}, in generation {lost[first]}"
        if lost
        else "nothing fell below half of the truth's"
    )
    green = [name for name, fine in scores.items() if fine]
    evidence.append(
        f"dashboards still green at the end: {', '.join(green) or 'none'} (of {', '.join(scores)})"
    )
    return Audit(
        fate,
        tuple(evidence),
        rows,
        generations,
        replicates,
        rate,
        error,
        float(halved),
        laws,
        left,
        first,
        scores,
        tuple(notices),
    )


def _noted(function: Any, name: str) -> Any:
    """Return a function whose errors say that they are the tool's."""
    if not callable(function):
        return function  # the learner says what is wrong with it

    calls = 0

    def called(*args: Any) -> Any:
        nonlocal calls
        calls += 1
        try:
            return function(*args)
        except Exception as error:
            error.add_note(f"It was raised by call {calls} of your {name}.")
            raise

    return called


def _properties(table: Table) -> dict[str, metrics.kinds.Metric]:
    found: dict[str, Any] = {}
    for column in table.numbers:
        found[f"variance of {column}"] = metrics.column_variance(column)
        found[f"range of {column}"] = metrics.column_range(column)
    for column in table.categories:
        found[f"kinds of {column}"] = metrics.column_kinds(column)
    if len(table.names) > 1:
        found[ASSOCIATION] = metrics.mean_association
    return found


def _log_variances(traces: dict[str, Array], table: Table) -> Array:
    """Return ln variances, shape ``(generations + 1, replicates, columns)``, -inf where dead."""
    rows = [traces[f"variance of {column}"] for column in table.numbers]
    if not rows:
        return np.empty((0, 0, 0))
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(np.stack(rows, axis=-1)))


def _laws(rows: int) -> tuple[float, float]:
    from collapse_lib import theory

    first, second = (
        float(-np.log(2) / theory.replace_log_drift(max(rows, 3), ddof)) for ddof in (1, 0)
    )
    return first, second


def _fate(logs: Array, rows: int) -> tuple[Fate, float, float, list[str]]:
    """Call the fate of log variances, and say why."""
    if not logs.size:
        return "holds", np.nan, np.nan, ["there is no column of numbers whose variance could move"]
    generations = len(logs) - 1
    start, end = logs[0], logs[-1]
    alive = np.isfinite(end)
    if not np.all(alive):
        share = 1 - alive.mean()
        why = f"{share:.0%} of the columns ended without any variance"
        if share > HALF:
            return "freezes", -np.inf, 0.0, [f"{why}: all rows are alike, and nothing moves"]
    # generation 0 is the truth itself; from 1 on each step is one more round of the loop
    steps = np.diff(logs, axis=0)
    change = np.where(alive, end - start, np.nan) / generations
    each = np.nanmean(change, axis=1)  # a replicate's mean over columns
    rate = float(np.nanmean(each))
    luck = np.sqrt(2 / rows / generations / max(1, np.sum(np.isfinite(each))))
    error = float(max(np.nanstd(each, ddof=1) / np.sqrt(len(each)), luck / np.sqrt(end.shape[1])))
    typical = float(np.exp(np.nanmedian(end - start)))
    says = (
        f"the logarithm of the variance changes by {rate:+.3g} ± {error:.2g} a generation; the "
        f"typical column ends with {typical:.3g} times its variance"
    )
    late = steps[generations // 2 :]
    moving = np.nanmedian(np.abs(np.where(np.isfinite(late), late, np.nan)))
    sampled = np.sqrt(2 / rows) * 0.67  # the median size of a step by luck alone
    if typical > EXPLODED and rate > ERRORS * error:
        return "blows up", rate, error, [says]
    if generations >= 2 and moving < STILL * sampled:
        return (
            "freezes",
            rate,
            error,
            [
                says,
                f"in the second half a typical step is {moving:.2g}, by luck alone {sampled:.2g}",
            ],
        )
    if rate > ERRORS * error:
        return "inflates", rate, error, [says]
    if rate < -ERRORS * error:
        return "shrinks", rate, error, [says]
    return "holds", rate, error, [f"{says}, which is within {ERRORS:.0f} standard errors of none"]


def _left(trace: Array) -> Array:
    """Return the median over replicates as a multiple of the truth's."""
    start = trace[0, 0]
    return np.asarray(np.median(trace, axis=1) / (start if start else 1.0))


def _dashboards(judged: Array, table: Table) -> dict[str, bool]:
    """Return whether the mean and the marginal scores of the last generation are green.

    The mean is, where half of the replicates' columns are within 2 standard errors of the data's;
    a marginal score is 1 less the largest difference of the two distribution functions, or less
    half the sum of the differences of shares, averaged over the columns.
    """
    scores, off = [], []
    rows = len(table.data)
    for name in table.names:
        truth, made = table.data[name], judged[name]
        for member in range(made.shape[1]):
            scores.append(1 - _gap(truth, made[:, member], name in table.categories))
        if name not in table.categories:
            error = truth.std() / np.sqrt(rows)
            off.append(np.abs(made.mean(axis=0) - truth.mean()) / (error or 1.0))
    found = {f"marginal scores, {np.mean(scores):.2f} on average": bool(np.mean(scores) >= GREEN)}
    if off:
        found = {
            f"means, typically {np.median(off):.1f} standard errors off": bool(np.median(off) < 2)
        } | found
    return found


def _gap(truth: Array, made: Array, categories: bool) -> float:
    """Return the Kolmogorov–Smirnov distance, or the total variation distance of categories."""
    places = np.union1d(truth, made)
    if categories:
        shares = [np.array([(x == place).mean() for place in places]) for x in (truth, made)]
        return float(np.abs(shares[0] - shares[1]).sum() / 2)
    below = [np.searchsorted(np.sort(x), places, side="right") / len(x) for x in (truth, made)]
    return float(np.abs(below[0] - below[1]).max())
