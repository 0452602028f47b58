"""What a learner reads, in the learner's language: gettext, with the English text as the msgid.

Every learner-facing text passes through `_` when it is shown, never when it is declared, so
that `language` can switch what is already on the screen. Numbers are filled in afterwards, by
`collapse_lib.style.fill`: a catalogue holds ``{n:d}``, never a number.

A catalogue is ``locales/de/LC_MESSAGES/collapse_lib.po``, made and read with Babel:
``pybabel extract -k later``, ``update`` and ``compile``.
"""

from __future__ import annotations

from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Any, Protocol
from weakref import WeakSet

DOMAIN = "collapse_lib"
LOCALES = Path(__file__).with_name("locales")

_catalogue: NullTranslations = NullTranslations()
_code = "en"


class Follower(Protocol):
    """Something on the screen that can say its texts again."""

    def tell(self) -> None:
        """Show everything in the present language."""


_followers: WeakSet[Any] = WeakSet()


def _(text: str) -> str:
    """Return `text` in the present language; itself where there is no translation."""
    return _catalogue.gettext(text) if text else text


def later(text: str) -> str:
    """Return `text` as it is: it belongs into the catalogue, and is translated when shown."""
    return text


def ngettext(one: str, many: str, n: int) -> str:
    """Return the form of a text that goes with the number `n`, in the present language.

    Parameters
    ----------
    one, many : str
        English singular and plural, both with the same fields.
    n : int
        The number that decides; it is not filled in.
    """
    return _catalogue.ngettext(one, many, n)


def languages() -> tuple[str, ...]:
    """Return the codes of the languages there are: "en", and those with a catalogue."""
    found = {path.parts[-3] for path in LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.mo")}
    return ("en", *sorted(found - {"en"}))


def language(code: str | None = None) -> str:
    """Switch the language of everything on the screen, and of what comes.

    Parameters
    ----------
    code : str, optional
        One of `languages`; without it nothing is switched.

    Returns
    -------
    str
        The code of the present language.

    Raises
    ------
    ValueError
        If there is no catalogue for that language.

    Notes
    -----
    A text that a catalogue does not hold stays English; that is no error, so a half
    translated page looks like a choice. Numbers keep their decimal point.
    """
    global _catalogue, _code
    if code is None:
        return _code
    if code not in languages():
        raise ValueError(f"code must be one of {', '.join(languages())}, not {code!r}")
    if code == "en":
        _catalogue = NullTranslations()
    else:
        with (LOCALES / code / "LC_MESSAGES" / f"{DOMAIN}.mo").open("rb") as file:
            _catalogue = GNUTranslations(file)
    _code = code
    for follower in list(_followers):
        follower.tell()
    return _code


def follow(follower: Follower) -> None:
    """Have `follower` say its texts again whenever the language is switched."""
    _followers.add(follower)
