"""What a reader sees, in the reader's language: gettext, with the English text as the msgid.

Every text that a reader sees passes through `_` when it is shown, never when it is declared, so
that `language` can switch what is already on the screen. Numbers are filled in afterwards, by
`collapse_lib.style.fill`: a catalogue holds ``{n:d}``, never a number.

What belongs in the catalogue is marked where it is declared, in one of three ways: it passes
through `_` or `ngettext`, through `later`, or it is given for a parameter of type `Message`, such
as the title of an explorable. ``python tools/catalogue.py`` collects it into
``locales/de/LC_MESSAGES/collapse_lib.po``. What gettext reads, the ``.mo``, is made from that when
the library is built; in a checkout the written one is read.
"""

from __future__ import annotations

from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from weakref import WeakSet

DOMAIN = "collapse_lib"
LOCALES = Path(__file__).with_name("locales")

# The type of a parameter whose value a reader sees: what is given for it can be translated.
Message = str

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
    """Return `text` as it is: it belongs in the catalogue, and is translated when shown."""
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
    found = {path.parts[-3] for path in LOCALES.glob(f"*/LC_MESSAGES/{DOMAIN}.[mp]o")}
    return ("en", *sorted(found - {"en"}))


def compiled(written: BinaryIO) -> bytes:
    """Return a written catalogue as gettext reads it; without Babel this cannot be done.

    Parameters
    ----------
    written : file
        An open ``.po``.

    Raises
    ------
    ModuleNotFoundError
        If Babel is not installed; it comes with JupyterLab.
    """
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    made = BytesIO()
    write_mo(made, read_po(written))
    return made.getvalue()


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
    ModuleNotFoundError
        If a checkout was not built, and Babel is missing to do it now.

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
    _catalogue = NullTranslations() if code == "en" else _opened(code)
    _code = code
    for follower in list(_followers):
        follower.tell()
    return _code


def follow(follower: Follower) -> None:
    """Have `follower` say its texts again whenever the language is switched."""
    _followers.add(follower)


def _opened(code: str) -> GNUTranslations:
    """Open a catalogue: as it is written, if that is here, or else as it was built."""
    written, built = (LOCALES / code / "LC_MESSAGES" / f"{DOMAIN}.{end}" for end in ("po", "mo"))
    try:
        with written.open("rb") as file:
            return GNUTranslations(BytesIO(compiled(file)))
    except (FileNotFoundError, ModuleNotFoundError):
        if not built.exists():
            raise
        with built.open("rb") as file:
            return GNUTranslations(file)
