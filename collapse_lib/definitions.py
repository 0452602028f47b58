"""What "collapse" can mean: the eight definitions in use, and which of them a picture shows.

They were collected by Schaeffer, Kazdan, Arulandu and Koyejo (*Position: Model Collapse Does Not
Mean What You Think*, arXiv:2503.03150, 2025), who show that they do not agree: the same run may
collapse by one definition and not by another. So whatever shows a collapse should say which.
"""

from __future__ import annotations

from collections.abc import Iterable

from collapse_lib import style
from collapse_lib.words import _, later, ngettext

SOURCE = "Schaeffer et al. 2025"
DEFINITIONS = {
    1: later("the error on real data grows catastrophically"),
    2: later("the error on real data grows at all"),
    3: later("the error on real data grows without bound"),
    4: later("the variance shrinks away"),
    5: later("the scaling law changes"),
    6: later("modes of the real data disappear or run together"),
    7: later("the tails of the real data disappear"),
    8: later("data appear that no real source would make"),
}


def checked(definition: int | Iterable[int]) -> tuple[int, ...]:
    """Return one or more numbers of definitions as a tuple.

    Parameters
    ----------
    definition : int or iterable of int
        Keys of `DEFINITIONS`.

    Raises
    ------
    ValueError
        If there is no definition of a number.
    """
    numbers = (definition,) if isinstance(definition, int | str) else tuple(definition)
    for number in numbers:
        if number not in DEFINITIONS:
            raise ValueError(
                f"definition must be a number from 1 to {len(DEFINITIONS)}, not {number!r}"
            )
    return numbers


def meaning(numbers: Iterable[int]) -> str:
    """Return the sentence that says what collapse means here; empty for no numbers.

    Parameters
    ----------
    numbers : iterable of int
        Keys of `DEFINITIONS`.

    Returns
    -------
    str
        Such as "Collapse here means that the variance shrinks away (definition 4 of the
        eight in Schaeffer et al. 2025)."; in the present language.
    """
    known = tuple(numbers)
    if not known:
        return ""
    said = f" {_('or')} ".join(_(DEFINITIONS[number]) for number in known)
    template = ngettext(
        "Collapse here means that {said} (definition {numbers} of the eight in {source}).",
        "Collapse here means that {said} (definitions {numbers} of the eight in {source}).",
        len(known),
    )
    listed = f" {_('and')} ".join(map(str, known))
    return style.fill(template, {"said": said, "numbers": listed, "source": SOURCE})
