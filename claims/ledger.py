"""What a number is held to: a panel, a run or a formula; and the verdict over many dice.

A lesson's ledger says of every number where it comes from, beside the sentence itself::

    five = panel(gallery.tail_loss, generations=5)
    five.says("{Half|1 - kinds / 100} of the kinds are gone, off by {0.7|size_off} standard errors")

The sentence is quoted to the letter, so that the two cannot drift apart; it is looked for in all
texts of the lesson. In braces stand a number as written and, after the bar, what it must be.
"""

from __future__ import annotations

import builtins
import importlib
import inspect
import math
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import numpy as np

from claims.numbers import Written, fits, hedge, read
from claims.texts import Text, texts
from collapse_lib import style
from collapse_lib.explorable import Explorable
from collapse_lib.figures import resolve

DICE = 20
ENOUGH = 18  # re-rolls of twenty in which a plain claim must hold
MOST = 14  # ... and one that says "in most"
SLACK, LOOSE = 0.1, 0.15  # how far off one re-roll may be; where the text says "about"
BRACE = re.compile(r"\{([^{}|]+)(?:\|([^{}]+))?\}")
ROOM = re.compile(r"(.*?)\s*±\s*([\d.]+)\s*$", re.DOTALL)
FUNCTIONS = "abs all any diff exp log log10 max mean median min percentile sort sqrt std sum"
NUMPY = {"np": np} | {name: getattr(np, name) for name in FUNCTIONS.split()}


@dataclass(frozen=True)
class Rate:
    """A figure that is estimated from many runs, and not read off one picture.

    Parameters
    ----------
    mean : float
        The estimate.
    error : float
        Its standard error.
    """

    mean: float
    error: float

    @classmethod
    def of(cls, outcomes: Any) -> Rate:
        """Return the mean of independent outcomes with its standard error (ddof = 1)."""
        outcomes = np.asarray(outcomes, dtype=float)
        return cls(float(outcomes.mean()), float(outcomes.std(ddof=1) / math.sqrt(outcomes.size)))

    def __rsub__(self, whole: float) -> Rate:
        return Rate(whole - self.mean, self.error)

    def __mul__(self, factor: float) -> Rate:
        return Rate(self.mean * factor, self.error * abs(factor))

    def __truediv__(self, divisor: float) -> Rate:
        return self * (1 / divisor)


@dataclass(frozen=True)
class Claim:
    """One number, or one word such as *always*, in one sentence.

    Parameters
    ----------
    written : str
        As it stands in the text.
    expression : str
        What it must be, over the names of the measure; empty: one of the measure's settings.
    room : float or None
        How far off a single re-roll may be, where the ledger says so.
    sign : str
        What the words before it make of it, see `claims.numbers.hedge`.
    sentence : str
        The quotation that it stands in.
    start, end : int
        Where it stands in that quotation.
    """

    written: str
    expression: str
    room: float | None
    sign: str
    sentence: str
    start: int
    end: int

    def said(self, language: str = "en") -> Written | None:
        """What is written, or nothing if it is no number but a word such as *always*."""
        try:
            return read(self.written, language)
        except ValueError:
            return None


@dataclass
class Measure:
    """Where numbers come from.

    Parameters
    ----------
    name : str
        For people.
    run : callable
        ``run(seed)`` returns what the claims' expressions may name; without dice, ``run(None)``.
    first : int or None
        The seed that the learner sees first; without dice: None.
    settings : callable
        Returns the numbers it was run at.
    """

    name: str
    run: Callable[[int | None], Mapping[str, Any]]
    first: int | None
    settings: Callable[[], frozenset[float]]
    quotes: list[str] = field(default_factory=list)

    def says(self, *quotes: str) -> None:
        """Tie the numbers of some sentences to this measure."""
        self.quotes += quotes

    @property
    def claims(self) -> list[Claim]:
        """All of them, in the order of the ledger."""
        return [claim for quote in self.quotes for claim in parsed(quote)[1]]

    def values(self, seed: int | None) -> list[Any]:
        """Evaluate every claim at one seed: a number, a `Rate`, or whether it is so."""
        names = self.run(seed)
        found = []
        for claim in self.claims:
            if not claim.expression:
                found.append(None)
                continue
            try:
                value = eval(claim.expression, {"__builtins__": builtins, **NUMPY}, names)
            except Exception as trouble:  # of a ledger: said in its row, and the others go on
                found.append(f"{type(trouble).__name__}: {trouble}")
                continue
            found.append(value if isinstance(value, Rate) else np.asarray(value).item())
        return found


@dataclass(frozen=True)
class Verdict:
    """What became of a claim.

    Parameters
    ----------
    claim : Claim
        The number and its sentence.
    measure : str
        Where it comes from.
    values : list
        One per seed.
    holds : bool
        Whether it may stand as it is.
    why : str
        In words.
    """

    claim: Claim
    measure: str
    values: list[Any]
    holds: bool
    why: str


def parsed(quote: str) -> tuple[str, list[Claim]]:
    """Return a quotation as it stands in the text, and its claims."""
    quote = re.sub(r"\s+", " ", quote).strip()
    plain, marks, last = "", [], 0
    for found in BRACE.finditer(quote):
        plain += quote[last : found.start()]
        marks.append((found[1], (found[2] or "").strip(), len(plain)))
        plain, last = plain + found[1], found.end()
    plain += quote[last:]
    if not marks:
        raise ValueError(f"no number stands in braces in “{quote}”: write {{54 in 100|name}}")
    claims = []
    for written, expression, start in marks:
        room = ROOM.fullmatch(expression)
        rest, width = (room[1], float(room[2])) if room else (expression, None)
        sign = hedge(plain[:start])
        claims.append(Claim(written, rest, width, sign, plain, start, start + len(written)))
    return plain, claims


# ---- measures


def panel(explorable: Explorable[Any], **values: Any) -> Measure:
    """Return what a panel shows at some settings, as the learner sees it.

    Its claims may name what the panel's sentence names, its settings, the constants of its
    module, and the fields of its result (arrays, in which a row is a generation);
    ``at(20).kinds`` is what the sentence names at another place of the cursor, ``whole("kinds")``
    at all of them.
    """
    start = {control.name: control.default for control in explorable.controls} | values
    cursor = start.pop(explorable.cursor.name)
    first = start.get("seed") if any(one.name == "seed" for one in explorable.inputs) else None

    def run(seed: int | None) -> Mapping[str, Any]:
        inputs = start | ({} if seed is None else {"seed": seed})
        return _Seen(explorable, inputs, cursor)

    def settings() -> frozenset[float]:
        return _flat([*start.values(), cursor, *_constants_of(explorable).values()])

    told = ", ".join(f"{name}={value}" for name, value in values.items())
    measure = Measure(f"{explorable.name}({told})", run, first, settings)
    return _entered(measure)


def seen(explorable: Explorable[Any], cursor: int | None = None, **values: Any) -> _Seen:
    """Return what a panel shows, by the same names as in `panel`, for use in a function."""
    start = {control.name: control.default for control in explorable.inputs} | values
    return _Seen(explorable, start, explorable.cursor.default if cursor is None else cursor)


def measured(function: Callable[..., Mapping[str, Any]]) -> Measure:
    """Turn a function into a measure: ``def name(seed=0)`` if it has dice, ``def name()`` if not.

    It returns what its claims may name. A figure estimated from many runs is a `Rate`.
    """
    parameters = inspect.signature(function).parameters
    first = parameters["seed"].default if "seed" in parameters else None

    def run(seed: int | None) -> Mapping[str, Any]:
        return function() if seed is None else function(seed)

    def settings() -> frozenset[float]:
        code = function.__code__
        named = [function.__globals__[name] for name in code.co_names if name.isupper()
                 and name in function.__globals__]  # fmt: skip
        return _flat([*_constants(code), *named])

    return _entered(Measure(function.__name__, run, first, settings))


def given(*settings: float, **values: Any) -> Measure:
    """Return a measure of what is so by construction: settings of the code, or a formula."""
    told = _flat([*settings, *values.values()])
    return _entered(Measure("given", lambda seed: values, None, lambda: told))


class _Seen(Mapping[str, Any]):
    """What a panel shows, worked out when it is first asked for."""

    def __init__(self, explorable: Explorable[Any], inputs: dict[str, Any], cursor: int) -> None:
        self._of = (explorable, tuple(sorted(inputs.items())))
        self._cursor = {explorable.cursor.name: cursor}
        self._inputs = inputs

    def __getitem__(self, name: str) -> Any:
        if name in self._cursor:
            return self._cursor[name]
        if name == "at":
            return lambda cursor: _At(_Seen(self._of[0], self._inputs, cursor))
        known = self._inputs | _constants_of(self._of[0])
        if name in known:
            return known[name]
        named = _named(self._of[0])
        if name in named:
            fields = resolve(_scene(*self._of).fields, next(iter(self._cursor.values())))
            return fields[name]
        if any(one.startswith(f"{name}.") for one in named):  # spread.median
            return _At(self, f"{name}.")
        if name == "whole":
            return self.whole
        return self.whole(name)

    def whole(self, name: str) -> Any:
        """Return a field of the result, over all generations where it has them."""
        result = _result(*self._of)
        if isinstance(result, Mapping):
            return result[name]  # a KeyError where there is none
        try:
            return getattr(result, name)
        except AttributeError:
            raise KeyError(name) from None

    def __iter__(self) -> Iterator[str]:
        return iter((*_scene(*self._of).fields, *self._inputs, *self._cursor))

    def __len__(self) -> int:
        return len(tuple(iter(self)))


class _At:
    """Names of a panel as attributes: for ``at(20).kinds``, and for ``spread.median``."""

    def __init__(self, seen: _Seen, before: str = "") -> None:
        self._seen, self._before = seen, before

    def __getattr__(self, name: str) -> Any:
        return self._seen[self._before + name]


@cache
def _scene(explorable: Explorable[Any], inputs: tuple[tuple[str, Any], ...]) -> Any:
    return explorable.scene(dict(inputs))


@cache
def _result(explorable: Explorable[Any], inputs: tuple[tuple[str, Any], ...]) -> Any:
    return explorable(**dict(inputs))


@cache
def _named(explorable: Explorable[Any]) -> frozenset[str]:
    """Return what the sentence of a panel names, whichever applies."""
    say = explorable.say
    templates = say if isinstance(say, str) else " ".join(say.values())
    return frozenset(found[1] for found in style.FIELD.finditer(templates))


def _constants_of(explorable: Explorable[Any]) -> dict[str, Any]:
    """Return the constants of a panel's module, by name."""
    module = importlib.import_module(explorable.function.__module__)
    return {name: value for name, value in vars(module).items() if name.isupper()}


def forget() -> None:
    """Let go of the runs that are kept while a seed is measured."""
    _scene.cache_clear()
    _result.cache_clear()


def _flat(values: Any) -> frozenset[float]:
    found: set[float] = set()
    for value in values:
        if isinstance(value, bool) or value is None:
            continue
        if isinstance(value, int | float | np.number):
            found.add(float(value))
        elif isinstance(value, range):
            found |= {float(len(value)), float(value[-1])} if value else set()
        elif isinstance(value, tuple | list | set | frozenset) or (
            isinstance(value, np.ndarray) and value.size < 1000
        ):
            found |= _flat(value) | {float(len(value))}
        elif isinstance(value, Mapping):
            found |= _flat(value) | _flat(value.values())
    return frozenset(found)


def _constants(code: Any) -> list[Any]:
    inner = [one for one in code.co_consts if inspect.iscode(one)]
    return [*code.co_consts, *(value for one in inner for value in _constants(one))]


# ---- ledgers


def _entered(measure: Measure) -> Measure:
    """Enter a measure into the ledger of the module that made it."""
    frame = sys._getframe(2)
    frame.f_globals.setdefault("LEDGER", []).append(measure)
    return measure


def ledger(lesson: str) -> list[Measure]:
    """Return the measures of a lesson, in their order; none if it has no ledger yet."""
    try:
        module = importlib.import_module(f"claims.of_{lesson}")
    except ModuleNotFoundError as trouble:
        if trouble.name != f"claims.of_{lesson}":
            raise
        return []
    found: list[Measure] = vars(module).get("LEDGER", [])
    return found


def places(plain: str, among: Sequence[Text]) -> list[tuple[Text, int]]:
    """Return where a quotation stands, whatever its capitals."""
    sought = plain.casefold()
    return [
        (text, found.start())
        for text in among
        for found in re.finditer(re.escape(sought), text.plain.casefold())
    ]


def stale(measures: Sequence[Measure], among: Sequence[Text]) -> list[str]:
    """Return the quotations that stand in no text, each as a sentence."""
    return [
        f"“{plain}” is tied to {measure.name}, but stands in no text any more: quote it as it is "
        "there now, or strike it out of the ledger"
        for measure in measures
        for plain in (parsed(quote)[0] for quote in measure.quotes)
        if not places(plain, among)
    ]


def untied_numbers(measures: Sequence[Measure], among: Sequence[Text], lesson: str) -> list[str]:
    """Return the numbers that nothing is tied to, each as a sentence that says what to do."""
    tied: dict[int, list[tuple[int, int]]] = {}
    for measure in measures:
        for plain, claims in map(parsed, measure.quotes):
            for text, at in places(plain, among):
                spans = [(at + claim.start, at + claim.end) for claim in claims]
                tied.setdefault(id(text), []).extend(spans)
    missing = []
    for text in among:
        spans = tied.get(id(text), [])
        for start, end in text.numbers:
            if any(low < end and start < high for low, high in spans):
                continue
            number, before = text.plain[start:end], text.plain[max(0, start - 50) : start]
            missing.append(
                f"{text.place}: “{number}” is tied to nothing. In claims/of_{lesson}.py say what "
                f'gives it: measure.says("{before.lstrip()}{{{number}|…}}'
                f'{text.plain[end : end + 30]}")'
            )
    return missing


def wrong_settings(measures: Sequence[Measure], among: Sequence[Text]) -> list[str]:
    """Return the settings that are told otherwise than they were measured, as sentences."""
    return [
        f"“{claim.written}” in “{claim.sentence}” is no setting of {measure.name}: either it is "
        "told wrongly, or it is a result and needs {number|what gives it}"
        for measure in measures
        for claim in measure.claims
        if not claim.expression and not _is_setting(claim, measure, among)
    ]


def _is_setting(claim: Claim, measure: Measure, among: Sequence[Text]) -> bool:
    said = claim.said(_language(claim, among))
    if said is None:
        return False
    ends = {said.low, said.high}
    near = [any(math.isclose(end, one, rel_tol=1e-9) for one in measure.settings()) for end in ends]
    return all(near)


def _language(claim: Claim, among: Sequence[Text]) -> str:
    found = places(claim.sentence, among)
    return found[0][0].language if found else "en"


# ---- verdicts


def seeds(measure: Measure, dice: int = DICE) -> list[int | None]:
    """Return the seeds at which it is measured: the one that the learner sees first, and on."""
    return [None] if measure.first is None else list(range(measure.first, measure.first + dice))


def judged(
    measure: Measure, rolls: Sequence[Sequence[Any]], among: Sequence[Text]
) -> list[Verdict]:
    """Judge every claim of a measure by its values, one list of them per seed."""
    return [
        _judged(claim, measure, [roll[k] for roll in rolls], _language(claim, among))
        for k, claim in enumerate(measure.claims)
        if claim.expression
    ]


def _judged(claim: Claim, measure: Measure, values: list[Any], language: str) -> Verdict:
    said = claim.said(language)
    if isinstance(values[0], str):
        return Verdict(claim, measure.name, values, False, f"cannot be worked out: {values[0]}")
    enough = math.ceil(len(values) * ENOUGH / DICE)
    if isinstance(values[0], Rate):
        if said is None:
            why = f"{claim.written!r} is no number, but a rate is: compare it with something"
            return Verdict(claim, measure.name, values, False, why)
        mean = float(np.mean([value.mean for value in values]))
        error = math.sqrt(sum(value.error**2 for value in values)) / len(values)
        loose = 2 * error + (claim.room or 0)
        slack = LOOSE if claim.sign == "~" else 0.0
        wide = Written(said.low - loose, said.high + loose, said.unit, said.share)
        holds = fits(mean, wide, claim.sign, slack=slack)
        return Verdict(claim, measure.name, values, holds, f"{mean:.4g} ± {error:.2g}")
    if isinstance(values[0], bool):
        yes = sum(values)
        if said is None:
            needed = math.ceil(len(values) * MOST / DICE) if "most" in claim.written else enough
            return Verdict(claim, measure.name, values, yes >= needed, f"{yes} of {len(values)}")
        often = yes / len(values)
        error = math.sqrt(max(said.value * (1 - said.value), 0.01) / len(values))
        holds = len(values) == 1 or abs(often - said.value) <= 2 * error
        return Verdict(claim, measure.name, values, holds, f"{yes} of {len(values)} ± {error:.2g}")
    if said is None:
        why = f"{claim.written!r} is no number, but {values[0]:.4g} is: compare it with something"
        return Verdict(claim, measure.name, values, False, why)
    loose = LOOSE if claim.sign == "~" else SLACK
    if measure.first is None:
        loose = LOOSE / 1.5 if claim.sign == "~" else 0.0
    if claim.room is not None:
        said_wide = Written(said.low, said.high, claim.room, said.share)
        within = sum(fits(value, said_wide, claim.sign, slack=0) for value in values)
    else:
        within = sum(fits(value, said, claim.sign, slack=loose) for value in values)
    middle = float(np.median(values))
    typical = fits(middle, said, claim.sign, slack=loose / 2) or len(values) == 1
    why = f"{middle:.4g}"
    if len(values) > 1:
        low, high = np.percentile(values, (10, 90))
        why += f" ({low:.3g} to {high:.3g}), in {within} of {len(values)}"
    return Verdict(claim, measure.name, values, within >= enough and typical, why)


def check(lesson: str, dice: int = DICE) -> Iterator[Verdict]:
    """Measure a lesson and judge it, one measure after the other."""
    for measure in ledger(lesson):
        rolls = []
        for seed in seeds(measure, dice):
            rolls.append(measure.values(seed))
            forget()
        yield from judged(measure, rolls, texts(lesson))
