"""Numbers in running text: where they stand, what they say, and which of them need no tie."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass

UNITS = {
    "en": "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen twenty",
    "de": "null ein zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn "
    "fünfzehn sechzehn siebzehn achtzehn neunzehn zwanzig",
}
TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "de": "zwanzig dreißig vierzig fünfzig sechzig siebzig achtzig neunzig",
}
LARGE = {
    "en": {"hundred": 1e2, "thousand": 1e3, "million": 1e6, "billion": 1e9},
    "de": {"hundert": 1e2, "tausend": 1e3, "million": 1e6, "millionen": 1e6, "milliarde": 1e9}
    | {"milliarden": 1e9},
}
PARTS = {
    "en": {"third": 3, "quarter": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9}
    | {"tenth": 10, "twentieth": 20, "hundredth": 100, "thousandth": 1000, "millionth": 1_000_000},
    "de": {"drittel": 3, "viertel": 4, "fünftel": 5, "sechstel": 6, "siebtel": 7, "achtel": 8}
    | {"neuntel": 9, "zehntel": 10, "hundertstel": 100, "tausendstel": 1000},
}
ARTICLES = {"en": ("a", "an"), "de": ("ein", "eine", "einen", "einer", "einem", "eines")}
HALF = {"en": ("half",), "de": ("hälfte", "halb", "halbe", "halben", "halber")}
AGAIN = {
    "en": {"once": 1, "twice": 2, "double": 2},
    "de": {"einmal": 1, "zweimal": 2, "doppelt": 2},
}
IN = {"en": r"in|out of|of", "de": r"in|von|unter|je"}
RANGE = {"en": r"to|or|and|–", "de": r"bis|oder|und|–"}
SMALL = 12  # words up to here may count what the reader sees on the page


def _words(language: str) -> dict[str, float]:
    units = UNITS[language].split()
    known: dict[str, float] = dict(zip(units, range(21), strict=True))
    known |= dict(zip(TENS[language].split(), range(20, 100, 10), strict=True))
    if language == "de":
        known |= {f"{one}und{ten}": tens + k for ten, tens in list(known.items())[20:]
                  for k, one in enumerate(units[:10]) if k and tens >= 20}  # fmt: skip
        known |= dict.fromkeys(("eins", *ARTICLES["de"]), 1) | {"zweien": 2, "dreien": 3}
    else:
        known |= {f"{ten}-{one}": tens + k for ten, tens in list(known.items())[20:]
                  for k, one in enumerate(units[:10]) if k}  # fmt: skip
    return known


WORDS = {language: _words(language) for language in UNITS}
DIGITS = {
    "en": r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?",
    "de": r"\d{1,3}(?:[.\u00a0 ]\d{3})+(?:,\d+)?|\d+(?:,\d+)?",
}


@dataclass(frozen=True)
class Written:
    """What a passage says: a number, or an interval.

    Parameters
    ----------
    low, high : float
        Equal for a number. Per cent, and so many in a hundred, are fractions of 1.
    unit : float
        Half of what its last digit is worth, so that it is right if it is off by no more.
    share : bool
        Whether it was written as a share of something, from 0 to 1.
    """

    low: float
    high: float
    unit: float
    share: bool = False

    @property
    def value(self) -> float:
        """The number, or the middle of the interval."""
        return (self.low + self.high) / 2


# ---- kinds that need no tie


@dataclass(frozen=True)
class Kind:
    """A kind of number that needs no tie.

    Parameters
    ----------
    name : str
        Why it needs none.
    pattern : str
        What it looks like, as a regular expression; what its first group holds, or else all of
        it, is passed over.
    """

    name: str
    pattern: str


N = rf"(?:\d[\d,.]*|(?:{'|'.join(sorted({*WORDS['en'], *WORDS['de']}, key=len, reverse=True))})\b)"
TIMES = (
    "generation|generations|day|days|round|rounds|step|steps|year|years|key|keys|number|numbers|"
    "definition|definitions|vote|minute|python|seed|figure|learner|lesson|lessons|point|points|row"
    "|generationen|tag|runde|schritt|jahr|taste|nummer|lektion|lektionen|lernende|punkt"
)
SYMBOLS = Kind("integers in a formula", r"\$[^$]*\$")
KINDS = (
    Kind(
        "code, and what a figure of a deck is set to",
        r"^```(?:figure|sources|python)[\s\S]*?^```",
    ),
    Kind("answers offered to choose from", r"^```vote[^\n]*\n[^\n]*\n([\s\S]*?)^```"),
    Kind("answers offered to choose from", r"\*\*A\*\*[\s\S]*?(?=\n\n|<details|\Z)"),
    Kind("code, and what a run fills in", r"`[^`\n]+`|\{[^{}\n]*\}"),
    Kind("minutes", r"^```notes \d+|^(?:minutes|seed): \d+|^\| [\d–]+ \|"),
    Kind("minutes", r"\b\w+ minutes?\b|\b\w+ Minuten?\b|half an hour|, 5 more each|minute \d+"),
    Kind(
        "sources with their citation",
        r"<details><summary><b>(?:Sources|Quellen)</b>[\s\S]*?</details>"
        r"|arXiv:\d{4}\.\d{5}|doi:\S+|Nature,? 631[^)]*|\b(?:19|20)\d\d\b|\b\w+(?:19|20)\d\d\b",
    ),
    Kind("addresses", r"\]\([^)]*\)|<[^>\n]*>|https?:\S+|\b\d\d_\w+(?:\.\w+)?"),
    Kind(
        "numbers of lists, lessons and rows",
        r"^\s*(?:- )?\d+\. |^#+ [^\n]*|^\| \d+ \||(?<![.\d])\b0\d\b(?!\.\d)",
    ),
    Kind(
        "the time or place one is told to look at",
        rf"(?i)\b(?:{TIMES})\s\*{{0,2}}{N}(?:(?:, | to | and | or | bis | und | oder |–){N})*"
        r"\*{0,2}(?![\w%])",
    ),
    SYMBOLS,
    Kind(
        "symbols of formulas, and nought",
        r"1/\(?\*?n\*?(?:-1\))?|n\*? [-−] 1\b|\b0\b(?![.,]\d| ?%)",
    ),
)
# What one is told to do with a control; a share with its % sign may be a result, and stays.
COMMANDS = (
    "drag set move push press change write go put stop let give try take choose raise make toss "
    "stay read look ziehen setzen schreiben stellen drücken gehen"
)
COMMAND = "|".join(f"[{verb[0].upper()}{verb[0]}]{verb[1:]}" for verb in COMMANDS.split())
COMMAND += "|At|Temperature|Steepness"  # opening a sentence: a setting, once more
CLAUSE = r"[^.;:?!\n]"
TOLD = re.compile(
    r"(?:(?<=^)|(?<=[.;:?!)*]\s)|(?<=\*\*)|(?<=\n)|(?<=, )|(?<=[Tt]hen )|(?<= and )|(?<=\0 ))"
    rf"(?:Now |Still )?(?:{COMMAND})\b{CLAUSE}*(?:(?:\.\d|[.;:?!](?=\*)){CLAUSE}*)*"
)
NAMED = "procedure|form|hardware|data|bias|growth|steepness|stake"
SETTINGS = re.compile(rf"(?i)(?:\*\*|\b)(?:{NAMED})[ *(]+\d[\d.,]*")


def untied(text: str) -> str:
    """Return the text, as long as it was, with every number that needs no tie overwritten."""
    for kind in KINDS:
        overwrite = _symbols if kind is SYMBOLS else _over
        text = re.sub(kind.pattern, overwrite, text, flags=re.MULTILINE)
    for pattern in (TOLD, SETTINGS):
        text = pattern.sub(_commanded, text)
    return text


def _over(found: re.Match[str]) -> str:
    whole = found[0]
    if found.re.groups and found[1]:
        at = found.start(1) - found.start()
        return whole[:at] + _blank(found[1]) + whole[at + len(found[1]) :]
    return _blank(whole)


def _blank(text: str) -> str:
    return re.sub(r"\S", "\0", text)


def _symbols(found: re.Match[str]) -> str:
    """Overwrite all of a formula but its decimals."""
    return re.sub(r"\d+\.\d+|(\S)", lambda part: "\0" if part[1] else part[0], found[0])


def _commanded(found: re.Match[str]) -> str:
    """Overwrite the numbers in what one is told to set, but no share with its % sign."""
    number = r"(?<![\d.,])\d(?:[\d.,]*\d)?(?![\d.,]* ?%)|\b[a-z-]+\b"
    return re.sub(number, lambda part: _blank(part[0]), found[0])


# ---- numbers


def _any(language: str) -> str:
    names = sorted({*WORDS[language], *LARGE[language]} - set(ARTICLES[language]), key=len)
    return "|".join(reversed(names))


def _patterns(language: str) -> re.Pattern[str]:
    word, digits = _any(language), DIGITS[language]
    parts = "|".join(PARTS[language])
    large = "|".join(LARGE[language])
    counted = f"(?:{digits}|{word}|{'|'.join(ARTICLES[language])})"
    plain = f"(?:{digits}|{word})"
    half = "|".join(HALF[language])
    again = "|".join(AGAIN[language])
    small = (
        rf"(?:{plain}) (?:\w+ ){{0,2}}(?:{IN[language]}) (?:a |an |the )?(?:{plain})(?!\w)"
        if language == "en"
        else rf"(?:{plain}) (?:\w+ ){{0,2}}(?:{IN[language]}) (?:{plain})(?!\w)"
    )
    return re.compile(
        rf"(?<!\w)(?:"
        rf"(?P<ratio>{small})"
        rf"|(?P<part>(?:{counted}) (?:{parts})[sn]?(?!\w))"
        rf"|(?P<large>(?:{counted}) (?:{large})(?:s|th)?(?!\w))"
        rf"|(?P<digits>(?:{digits})(?:(?= ?%)|(?![\d\w])))"
        rf"|(?P<half>(?:{half})(?!\w))"
        rf"|(?P<again>(?:{again})(?= as| the| so|\W+(?:wie|so))"
        rf"|(?:{word}) times (?=the|as|more|larger))"
        rf"|(?P<word>(?:{word})(?!\w))"
        rf")",
        re.IGNORECASE,
    )


PATTERNS = {language: _patterns(language) for language in UNITS}
NOT_A_SHARE = re.compile(
    r"(?:rarer|rare|other|first|second|commoner|left-hand|right-hand|upper|lower|each) $", re.I
)
DURING = re.compile(r"(?:after|within|by|for|nach) $", re.I)
SPANS = re.compile(r" (?:generations|rounds|days|steps|years|Generationen|Runden)\b")


def numbers(text: str, language: str = "en") -> Iterator[tuple[int, int]]:
    """Yield where each number stands that needs a tie, of a text from `untied`.

    Words up to twelve need one only in a ratio, a fraction, a multiple or a time: otherwise they
    count what the reader sees on the page.
    """
    for found in PATTERNS[language].finditer(text):
        kind = found.lastgroup
        word = found[0].lower()
        value = WORDS[language].get(word)
        timed = DURING.search(text[: found.start()]) and SPANS.match(text[found.end() :])
        if kind == "word" and value is not None and value <= SMALL and not timed:
            continue
        if kind == "half" and NOT_A_SHARE.search(text[max(0, found.start() - 12) : found.start()]):
            continue
        if kind == "ratio" and re.search(r" of ", found[0]) and not _ratio_of(found[0], language):
            yield from _apart(found, language)
            continue
        yield found.span()


def _ratio_of(passage: str, language: str) -> bool:
    """Whether "N of M" is a share of a round M, and no "two of three models"."""
    try:
        last = read(passage.rsplit(" ", 1)[1], language).value
    except ValueError:
        return True
    return last in (5, 10, 20, 100, 1000) or re.search(r"\d", passage) is not None


def _apart(found: re.Match[str], language: str) -> Iterator[tuple[int, int]]:
    for one in re.finditer(r"[\w.,-]+", found[0]):
        word = one[0].lower()
        if re.fullmatch(DIGITS[language], word) or WORDS[language].get(word, 0) > SMALL:
            yield found.start() + one.start(), found.start() + one.end()


def read(passage: str, language: str = "en") -> Written:
    """Read what a passage says.

    Parameters
    ----------
    passage : str
        Such as ``54 in 100``, ``three quarters``, ``1,330``, ``15 or 16``, ``92 %``.
    language : {"en", "de"}
        Which words and which decimal sign.

    Raises
    ------
    ValueError
        If it holds no number that can be read.
    """
    said = re.sub(r"[*~$]|\\[,;]", "", passage).strip().lower()
    said = re.sub(r"(?<=\d) (?=%)", "", said).replace("per cent", "%").replace("prozent", "%")
    ends = re.fullmatch(rf"(?:between |zwischen )?(.+?)(?: (?:{RANGE[language]}) |–)(.+)", said)
    if ends:
        try:
            low, high = (_one(end.strip(), language) for end in ends.groups())
        except ValueError:
            pass
        else:
            if high.share and not low.share:
                first = _number(re.split(r"[ %]", ends[2].strip())[0], language)
                scale = high.value / first.value
                low = Written(low.low * scale, low.high * scale, low.unit * scale, True)
            return Written(low.low, high.high, max(low.unit, high.unit), high.share)
    return _one(said, language)


def _one(said: str, language: str) -> Written:
    ratio = re.fullmatch(
        rf"(.+?) (?:\w+ ){{0,5}}(?:{IN[language]}) (?:a |an |the |den )?([\w.,]+)(?: \w+)?", said
    )
    if ratio:
        try:
            above, below = _number(ratio[1], language), _number(ratio[2], language)
        except ValueError:
            pass
        else:
            if above.value == 1 and not above.share:
                off = max(0.5, below.unit)
                return Written(1 / (below.value + off), 1 / (below.value - off), 0.0, True)
            value = above.value / below.value
            return Written(value, value, above.unit / below.value, True)
    return _number(said, language)


def _number(said: str, language: str) -> Written:
    said = said.strip()
    if said.endswith("%"):
        inner = _number(said[:-1], language)
        return Written(inner.low / 100, inner.high / 100, inner.unit / 100, True)
    if slash := re.fullmatch(r"(\d+)/(\d+)", said):
        above, below = int(slash[1]), int(slash[2])
        return Written(above / below, above / below, 0.5 / below, True)
    power = re.fullmatch(r"([\d.,]+)\s*(?:\\cdot|·|×)\s*10\^\{?(-?\d+)\}?", said)
    if power:
        inner = _number(power[1], language)
        scale = 10.0 ** int(power[2])
        return Written(inner.value * scale, inner.value * scale, inner.unit * scale)
    if re.fullmatch(DIGITS[language], said):
        return _digits(said, language)
    words = said.replace(" and a half", "½").split()
    if len(words) == 1 and words[0] in HALF[language]:
        return Written(0.5, 0.5, 0.05, True)
    if words[-1] in AGAIN[language]:
        return Written(AGAIN[language][words[-1]], AGAIN[language][words[-1]], 0.1)
    if len(words) == 2 and words[1] == "times":
        inner = _number(words[0], language)
        return Written(inner.value, inner.value, inner.value / 10)
    if len(words) == 2 and words[0] in ARTICLES[language] and words[1] in HALF[language]:
        return Written(0.5, 0.5, 0.05, True)
    if len(words) == 2:
        many = _count(words[0], language)
        part = next((size for name, size in PARTS[language].items()
                     if words[1] in (name, name + "s", name + "n")), None)  # fmt: skip
        if part:
            value = many.value / part
            return Written(value, value, min(0.05, value / 10), True)
        large = LARGE[language].get(words[1].removesuffix("s"), LARGE[language].get(words[1]))
        if large:
            return Written(many.value * large, many.value * large, many.unit * large)
    if len(words) == 1:
        return _count(words[0], language)
    raise ValueError(f"there is no number in {said!r} that can be read")


def _count(word: str, language: str) -> Written:
    if re.fullmatch(DIGITS[language], word):
        return _digits(word, language)
    known = {**WORDS[language], **LARGE[language], **dict.fromkeys(ARTICLES[language], 1.0)}
    if word not in known:
        raise ValueError(f"there is no number in {word!r} that can be read")
    value = known[word]
    return Written(value, value, min(0.5, 0.05 * value) if value > SMALL else 0.5)


def _digits(said: str, language: str) -> Written:
    plain = re.sub(r"[ \u00a0]", "", said)
    plain = plain.replace(",", "") if language == "en" else plain.replace(".", "").replace(",", ".")
    value = float(plain)
    after = plain.partition(".")[2]
    zeros = len(plain) - len(plain.rstrip("0")) if value and not after else 0
    unit = 10.0 ** (-len(after) if after else zeros)
    return Written(value, value, min(unit / 2, max(0.5, value / 20)) if not after else unit / 2)


# ---- what the words around a number make of it

HEDGES = {
    "<": r"less than|fewer than|below|under|at most|(?<!add )(?<!adds )up to|no more than"
    r"|weniger als|unter|höchstens|bis zu",
    ">": r"more than|over|above|at least|beyond|mehr als|über|mindestens|or more than",
    "-": r"nearly|almost|not quite|hardly|fast|knapp|beinahe",
    "~": r"about|some|around|roughly|near|close to|typically|nearer|etwa|rund|ungefähr|um die"
    r"|approximately|or so",
}
HEDGE = re.compile(
    "(?:"
    + "|".join(f"(?P<h{k}>{words})" for k, words in enumerate(HEDGES.values()))
    + r")(?: (?:a|an|the|only|these|by|der|die|einer|einem|eine|ein))?\W{0,3}$",
    re.IGNORECASE,
)


def hedge(before: str) -> str:
    """Return what the words before a number make of it: one of ``< > - ~``, or nothing."""
    found = HEDGE.search(before[-30:])
    if not found:
        return ""
    return next(sign for k, sign in enumerate(HEDGES) if found[f"h{k}"])


def fits(value: float, said: Written, sign: str, *, slack: float) -> bool:
    """Whether a measured value is what is written.

    Parameters
    ----------
    value : float
        Measured.
    said : Written
        What the text says.
    sign : str
        Of the words before it, from `hedge`.
    slack : float
        How far off it may be, as a share of what is written (of a share: of it or of what is
        left to 1, whichever is less); half of the last digit is always allowed.
    """
    if math.isnan(value):
        return False
    if sign == "<":
        return value <= said.high
    if sign == ">":
        return value >= said.low
    size = abs(said.value)
    if said.share and 0 < size < 1:
        size = min(size, 1 - size)
    if said.share and not said.unit:  # one in N, from one in N - ½ to one in N + ½
        half = (said.high - said.low) / 2
        said = Written(said.value, said.value, half, True)
    room = max(said.unit, slack * size)
    below = 2 * room if sign == "-" else room
    return (
        said.low - below - 1e-12
        <= value
        <= said.high + (said.unit if sign == "-" else room) + 1e-12
    )
