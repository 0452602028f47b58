"""Numbers and votes as people write them: in a chat, a poll export, or one small box.

"Anna: 12", "12 %", "twelve?", "1,5", "~0.3", "10-20": what can be read is read, what was read
with a guess on our side is noted, and what cannot be read is named together with the reason.
"""

from __future__ import annotations

import csv
import math
import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from collapse_lib import style
from collapse_lib.checks import Array
from collapse_lib.words import _, later

LETTERS = "ABCDEFGHIJ"  # of the options that a hall can vote for
LONGEST = 200_000  # characters of one paste: thousands of messages

UNITS = dict(
    zip(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
        "fifteen sixteen seventeen eighteen nineteen".split(),
        range(20),
        strict=True,
    )
)
UNITS |= {"none": 0, "nothing": 0, "nobody": 0, "null": 0, "eins": 1, "zwei": 2, "drei": 3}
UNITS |= {"vier": 4, "fünf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10}
TENS = dict(
    zip(
        "twenty thirty forty fifty sixty seventy eighty ninety".split(),
        range(20, 100, 10),
        strict=True,
    )
)
TIMES = {"hundred": 100, "hundert": 100, "thousand": 1000, "tausend": 1000, "million": 1_000_000}
PARTS = {"half": 0.5, "third": 1 / 3, "quarter": 0.25, "tenth": 0.1, "hälfte": 0.5}
FILLERS = {"a", "an", "and", "one", "ein", "eine", "the", "und"}

GROUP = "[ '\u2019\u00a0\u202f\u2009]"
NUMBER = re.compile(
    rf"""(?<![\w.,])(?P<sign>[-\u2212])?
    (?P<body>\d{{1,3}}(?:{GROUP}\d{{3}})+(?![\d])(?:[.,]\d+)?   # 1 000 000,5
      |\d{{1,3}}(?:,\d{{3}})+(?!\d)(?:\.\d+)?                   # 1,000,000.5
      |\d{{1,3}}(?:\.\d{{3}})+(?!\d)(?:,\d+)?                   # 1.000.000,5
      |\d+[.,]\d+|[.,]\d+|\d+)
    (?:[eE](?P<e>[-+]?\d+)|\s*[x×·*]\s*10\s*\^?\s*(?P<ten>[-\u2212]?\d+)|\^(?P<power>[-\u2212]?\d+))?
    \s*(?P<mark>%|‰|percent\b|per\ cent\b|prozent\b|(?:k|thousand|tausend|million|mio)\b)?
    """,
    re.VERBOSE | re.IGNORECASE,
)
SCALE = {"k": 1e3, "thousand": 1e3, "tausend": 1e3, "million": 1e6, "mio": 1e6}
RANGE = re.compile(r"\s*(?:[-\u2212\u2013\u2014~]|\.{2,}|…|to|till|until|bis)\s*", re.IGNORECASE)
SHARE = re.compile(r"\s*(?:/|\u2044|of|out of|in|von|aus)\s*", re.IGNORECASE)
SPREAD = re.compile(r"\s*(?:±|\+/-|\+-)\s*")
BOUND = re.compile(
    r"[<>≤≥]|\b(?:at least|at most|more than|less than|over|under|mindestens)\b", re.IGNORECASE
)

TIME = r"\d{1,2}:\d{2}(?::\d{2})?(?:[.,]\d+)?(?:\s*[AaPp]\.?[Mm]\.?)?"
DATE = r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}"
STAMP = re.compile(
    rf"[\[(]?(?:{DATE}[,T\s]*)?{TIME}Z?[\])]?\s*[-\u2013\u2014:,;\t]?\s*|{DATE}[,;\t]\s*"
)
HEADER = re.compile(rf"(?P<name>[^\d:]*[^\W\d_][^:]{{0,58}}?)[\s,]+(?:{DATE}[,\s]+)?{TIME}$")
ZOOM = re.compile(
    r"From\s+(?P<name>.+?)(?:\s+to\s+.+?)?\s*(?:\([^)]*\)\s*)?:\s*(?P<said>.*)$", re.I
)
NAMED = re.compile(r"(?P<name>[^:\t;|]{1,60}?)\s*[:\t;|]\s*(?P<said>.+)$")
COMMA = re.compile(r"(?P<name>[^,\d]{1,60}?)\s*,\s*(?P<said>.+)$")
NOT_A_NAME = set(
    "a about answer antwort guess i ich is it my say tippe think um vote maybe".split()
)


@dataclass(frozen=True)
class Read:
    """What one text says.

    Parameters
    ----------
    value : float or None
        The number; None if there is none to be had.
    why : str
        Why not; or, with a value, how it was read: English, with fields. Empty where there is
        nothing to explain.
    fields : mapping
        The fields' values.
    """

    value: float | None
    why: str = ""
    fields: Mapping[str, Any] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """Why, in the present language."""
        return style.fill(_(self.why), self.fields)


def picked(options: Sequence[str], given: Any, name: str) -> str:
    """Return an option by its text, its place, or a list of one place; `name` is for the error."""
    if isinstance(given, list | tuple) and len(given) == 1:
        given = given[0]
    if isinstance(given, int) and not isinstance(given, bool) and 0 <= given < len(options):
        return options[given]
    if given in options:
        return str(given)
    raise ValueError(f"{name} must be one of {', '.join(options)}, not {given!r}")


@dataclass(frozen=True, eq=False)
class Reading:
    """What a whole paste says.

    Parameters
    ----------
    values : ndarray, shape ``(answers,)``
        Numbers; of votes, the places of the options, from 0.
    guessed, left : tuple of (str, Read)
        Lines that were read with a guess on our side, and lines that do not count.
    """

    values: Array
    guessed: tuple[tuple[str, Read], ...] = ()
    left: tuple[tuple[str, Read], ...] = ()

    @property
    def notes(self) -> tuple[tuple[str, str], ...]:
        """Lines that were read with a guess on our side, and which, in the present language."""
        return tuple((line, read.said) for line, read in self.guessed)

    @property
    def ignored(self) -> tuple[tuple[str, str], ...]:
        """Lines that do not count, and why, in the present language."""
        return tuple((line, read.said) for line, read in self.left)


def read_number(
    text: str, *, low: float | None = None, high: float | None = None, unit: str = ""
) -> Read:
    """Read the one number in a text that a person wrote.

    Parameters
    ----------
    text : str
        Such as "12", "~0.3", "1,5", "3 %", "1 in 8", "twelve?", "10-20", "2·10⁻³".
    low, high : float, optional
        Smallest and largest answer that makes sense. They also settle what "1,500" means.
    unit : str, optional
        "%" if answers are in per cent; otherwise "12 %" is 0.12.

    Returns
    -------
    Read
        The number, or why there is none.

    Notes
    -----
    A range counts as its middle, and a bound ("more than 5") as the number it names; both are
    noted, because it is not quite what was said.
    """
    plain = _plain(text)
    if not plain:
        return Read(None, later("nothing written"))
    if re.search(r"https?://|www\.", plain):
        return Read(None, later("a link"))
    if re.fullmatch(r"\+\s*\d\W*", plain):
        return Read(None, later("agrees with somebody else"))
    found = list(NUMBER.finditer(plain))
    if not found:
        word = _from_words(plain)
        if word is None:
            return Read(None, later("no number in it"))
        return _bounded([100 * word if unit == "%" and 0 < word < 1 else word], low, high)
    (first, *others) = found
    if len(others) == 1:
        between = plain[first.end() : others[0].start()]
        a, b = (_candidates(match, unit)[0] for match in (first, others[0]))
        if RANGE.fullmatch(between):
            marked = bool(others[0]["mark"]) and not first["mark"]  # 10-20 %
            a = _candidates(first, unit, others[0]["mark"] if marked else "")[0]
            middle = _bounded([(a + b) / 2], low, high)
            if middle.value is None:
                return middle
            return Read(middle.value, later("a range, read as its middle"))
        if SHARE.fullmatch(between) and b:
            return _bounded([(100 if unit == "%" else 1) * a / b, a], low, high)
        if SPREAD.fullmatch(between):
            return _bounded([a], low, high)
    values = [_candidates(match, unit) for match in found]
    if any(other != values[0] for other in values):
        return Read(None, later("more than one number in it"))
    read = _bounded(values[0], low, high)
    if read.value is not None and BOUND.search(plain):
        return Read(read.value, later("a bound, read as the number it names"))
    return read


def read_guesses(
    text: str, low: float | None = None, high: float | None = None, unit: str = ""
) -> Reading:
    """Read the numbers of a whole hall from what a chat or a poll exports.

    Parameters
    ----------
    text : str
        One message a line, with or without names and times.
    low, high, unit
        As in `read_number`.

    Returns
    -------
    Reading
        The numbers, in the order of the lines. Who answered twice counts once, with the last
        answer.

    Raises
    ------
    ValueError
        If the text is longer than any hall could write.

    Notes
    -----
    People without a name are all different people: somebody who writes twice counts twice.
    """
    return _read(text, lambda said: read_number(said, low=low, high=high, unit=unit))


def read_votes(text: str, options: Sequence[str]) -> Reading:
    """Read votes for options A, B, C, … from what a chat or a poll exports.

    Parameters
    ----------
    text : str
        One message a line: "B", "b)", "Option B!", "2", or the option's own words.
    options : sequence of str
        What could be voted for.

    Returns
    -------
    Reading
        Places of the options, from 0. Who voted twice counts once, with the last vote.

    Raises
    ------
    ValueError
        If the text is longer than any hall could write.

    Notes
    -----
    "1" is the first option, also where an option is itself called "1".
    """
    return _read(text, lambda said: _vote(said, options), frozenset(LETTERS[: len(options)]))


def _read(text: str, read: Callable[[str], Read], letters: frozenset[str] = frozenset()) -> Reading:
    if len(text) > LONGEST:
        raise ValueError(f"text must have at most {LONGEST:,} characters, not {len(text):,}")
    answers: list[tuple[str, str, float]] = []
    notes, ignored = [], []
    for line, name, said in _messages(text, letters):
        found = read(said)
        if found.value is None:
            ignored.append((line, found))
            continue
        if found.why:
            notes.append((line, found))
        answers.append((line, name, found.value))
    last = {name: place for place, (_line, name, _value) in enumerate(answers) if name}
    values = []
    for place, (line, name, value) in enumerate(answers):
        if name and last[name] != place:
            ignored.append((line, Read(None, later("answered again further down"))))
        else:
            values.append(value)
    return Reading(np.array(values, dtype=float), tuple(notes), tuple(ignored))


def _messages(text: str, letters: frozenset[str]) -> Iterator[tuple[str, str, str]]:
    """Split an export into (line, name, what was said); no name where none is to be seen."""
    above = ""
    for raw in text.splitlines():
        line = raw.strip().strip("\ufeff").strip()
        if not line:
            continue
        rest = STAMP.sub("", line, count=1) if STAMP.match(line) else line
        header = HEADER.fullmatch(line)
        if not rest or header:
            above = header["name"].strip() if header else above
            continue
        name, said = _name(rest, letters)
        yield line, _key(name or above), said
        above = ""


def _name(line: str, letters: frozenset[str]) -> tuple[str, str]:
    if zoom := ZOOM.match(line):
        return zoom["name"], zoom["said"]
    if line.startswith('"') or line.count("\t") > 1 or line.count(";") > 1:
        mark = max(",;\t", key=line.count)
        cells = [cell.strip() for cell in next(csv.reader([line], delimiter=mark), [])]
        cells = [cell for cell in cells if cell and not STAMP.fullmatch(cell)]
        if len(cells) > 1:
            return cells[0], cells[-1]
        return "", cells[0] if cells else ""
    found = None if "://" in line else NAMED.match(line) or COMMA.match(line)
    if not found or not re.search(r"[^\W\d_]", found["name"]):
        return "", line
    if found["name"].strip().upper() in letters:  # "B: because …" is a vote, not Mr B
        return "", line
    return found["name"], found["said"]


def _key(name: str) -> str:
    """Return what tells one person from another; empty for words that are no name."""
    words = re.findall(r"\w+", name.casefold())
    return "" if all(word in NOT_A_NAME for word in words) else " ".join(words)


def _plain(text: str) -> str:
    """Return the text with one kind of digit, and powers written out."""
    powers = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
    text = re.sub(r"10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", lambda m: f"10^{m[1].translate(powers)}", text)
    text = re.sub(r"(\d)\s*([½¼¾⅓⅔])", r"\1 \2", text)
    text = unicodedata.normalize("NFKC", text).strip(" \t\"'“”„\u201a’").rstrip(" .!?")
    text = text.replace("\ufe0f", "").replace("\u20e3", "")
    return "".join(str(unicodedata.decimal(c, c)) for c in text)


def _candidates(match: re.Match[str], unit: str, mark: str = "") -> list[float]:
    """Return what a number may mean, the likeliest first."""
    body = match["body"]
    tidy = re.sub(GROUP, "", body)
    options = [_float(tidy)]
    if re.fullmatch(r"[1-9]\d{0,2},\d{3}", tidy):  # 1,500: English, or one and a half in German
        options = [_float(tidy.replace(",", "")), options[0]]
    elif re.fullmatch(r"[1-9]\d{0,2}\.\d{3}", tidy):
        options = [options[0], _float(tidy.replace(".", ""))]
    if match["power"]:
        options = [_power(option, match["power"]) for option in options]
    factor = _power(10.0, match["e"] or match["ten"] or "0") * (-1 if match["sign"] else 1)
    mark = (match["mark"] or mark).lower()
    if mark == "‰":
        factor *= 0.1 if unit == "%" else 0.001
    elif mark in SCALE:
        factor *= SCALE[mark]
    elif mark and unit != "%":
        factor *= 0.01
    return [factor * option for option in options]


def _power(base: float, exponent: str) -> float:
    try:
        return float(base ** int(exponent.replace("\u2212", "-")))
    except (OverflowError, ValueError, ZeroDivisionError):  # 10^999, more digits than int() takes
        return math.inf


def _float(body: str) -> float:
    """Read digits with any use of point and comma."""
    if body.count(",") > 1 or ("," in body and "." in body and body.rindex(".") > body.index(",")):
        body = body.replace(",", "")
    elif body.count(".") > 1 or ("," in body and "." in body):
        body = body.replace(".", "")
    return float(body.replace(",", "."))


def _bounded(candidates: list[float], low: float | None, high: float | None) -> Read:
    for value in candidates:
        inside = (low is None or value >= low) and (high is None or value <= high)
        if inside and math.isfinite(value):
            return Read(value)
    if low is None and high is None:
        return Read(None, later("too large a number"))
    ends = {"low": -math.inf if low is None else low, "high": math.inf if high is None else high}
    return Read(None, later("outside {low:.6g} to {high:.6g}"), ends)


def _from_words(text: str) -> float | None:
    """Return the number that a short text spells out: "twenty-five", "three hundred"."""
    words = re.findall(r"[^\W\d_]+", text.casefold())
    if len(words) > 5:
        return None
    total, part, seen = 0.0, 0.0, False
    for word in words:
        if word in PARTS:
            return PARTS[word]
        if word in UNITS or word in TENS:
            part += UNITS.get(word, TENS.get(word, 0))
            seen = True
        elif word in TIMES:
            part = (part or 1) * TIMES[word]
            seen = True
            if TIMES[word] >= 1000:
                total, part = total + part, 0.0
        elif seen and word not in FILLERS:
            break
    return total + part if seen else None


def _vote(said: str, options: Sequence[str]) -> Read:
    plain = _plain(said)
    letters = LETTERS[: len(options)]
    alone = re.fullmatch(
        r"(?:option|answer|antwort|vote|i say|it is|it's|clearly|definitely)?\W*([A-Ja-j])\W*",
        plain,
        re.I,
    )
    begun = re.match(r"\W*([A-Ja-j])\s*[).:,\-–—=]", plain)
    letter = alone or begun
    if letter and letter[1].upper() in letters:
        return Read(float(letters.index(letter[1].upper())))
    written = [place for place, option in enumerate(options) if _same(plain, option)]
    if len(written) == 1:
        return Read(float(written[0]))
    number = re.fullmatch(r"\W*(?:option|answer)?\W*(\d)\W*", plain, re.I)
    if number and 1 <= int(number[1]) <= len(options):
        return Read(float(int(number[1]) - 1))
    return Read(None, later("none of the options"))


def _same(said: str, option: str) -> bool:
    said, option = said.casefold(), _plain(option).casefold()
    return said == option or (len(said) >= 4 and option.startswith(said))
