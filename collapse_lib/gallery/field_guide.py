"""The field guide: twenty questions, a SHIP button, and then the pages that no question met.

A machine learns forty kinds of birds from photographs, the next one from the first one's
pictures, and so on. The reader is quality control. Whatever bird it is asked for, the machine
shows one, and says how sure it is: it shares out certainty among the kinds that it still
knows, and "none of these" is not among them.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import traitlets

from collapse_lib import style
from collapse_lib.checks import Array, number, positive, whole
from collapse_lib.classroom.card import Card
from collapse_lib.classroom.parts import Part, words
from collapse_lib.distributions import Zipf
from collapse_lib.gallery.birds import BIRDS, drawing, likeness
from collapse_lib.learners import CategoricalMLE
from collapse_lib.metrics.kinds import categorical
from collapse_lib.simulate import simulate
from collapse_lib.surfaces import asset
from collapse_lib.words import _

MISTAKE = 0.02  # share of features that a description gets wrong
VISITORS = 1000
NAMES = tuple(bird.name for bird in BIRDS)
COMMON, RARE = slice(0, 10), slice(20, 40)


@dataclass(frozen=True, eq=False)
class Machine:
    """A machine that answers, after some generations of learning from machines.

    Parameters
    ----------
    truth : ndarray, shape ``(40,)``
        How often each kind is met in the park.
    learnt : ndarray, shape ``(40,)``
        The machine's own idea of that; 0 for a kind that it no longer knows.
    """

    truth: Array
    learnt: Array

    @classmethod
    def trained(cls, n: int, generations: int, steepness: float, seed: int) -> Machine:
        """Return the machine of a generation; parameters as in `FieldGuide`."""
        park = Zipf(len(BIRDS), steepness)
        lineage = simulate(park, CategoricalMLE(), n=n, generations=generations, rng=seed)
        return cls(park.p, categorical("FieldGuide", lineage[generations]).p[0])

    @property
    def lost(self) -> Array:
        """Whether each kind can never be shown again, shape ``(40,)``."""
        return np.asarray(self.learnt == 0)

    def answers(self) -> tuple[Array, Array]:
        """Return what it shows when asked for each kind, and how sure it says it is.

        Returns
        -------
        shown : ndarray of int, shape ``(40,)``
            The kind with the highest posterior probability, by Bayes's rule: how common the
            machine believes a kind to be, times how likely it is to be described like this.
        sure : ndarray, shape ``(40,)``
            That probability. It is one among the kinds the machine knows; do not read it as
            the chance to be right.
        """
        weight = self.learnt * likeness(MISTAKE)
        posterior = weight / weight.sum(axis=1, keepdims=True)
        return posterior.argmax(axis=1), posterior.max(axis=1)


class FieldGuide(Card):
    """The quality-control game.

    Parameters
    ----------
    n : int, default 500
        Pictures that each machine learns from: the first from photographs of the park, every
        later one from what the machine before it drew.
    generations : int, default 3
        Which machine is examined.
    steepness : float, default 2
        The k-th commonest kind is met in proportion to ``1 / k**steepness``.
    questions : int, default 20
        Length of the examination; the kinds are drawn by how often they are met.
    seed : int, default 0
        Which dice to roll.

    Raises
    ------
    ValueError
        If a number is out of its range.

    Notes
    -----
    The score is an estimate of the share of *visitors* who are served, not of the kinds: do
    not read 19 of 20 as nineteen kinds in twenty.
    """

    actions: ClassVar[tuple[str, ...]] = ("ask", "ship", "send_back", "look_up", "again")

    _esm = asset("field_guide.js", __package__)
    _css = asset("field_guide.css", __package__)

    pages: Any = traitlets.List().tag(sync=True)

    asked: int
    decision: str

    def __init__(
        self,
        n: int = 500,
        generations: int = 3,
        steepness: float = 2.0,
        questions: int = 20,
        seed: int = 0,
    ) -> None:
        self._n = whole("n", n, least=1)
        self._generations = whole("generations", generations, least=1)
        self._steepness = number(positive, "steepness", steepness, zero=True)
        self._length = whole("questions", questions, least=1)
        self._seed = whole("seed", seed, least=0)
        self._train()
        super().__init__("Quality control")

    # ---- what the learner does

    def ask(self, times: int = 1) -> None:
        """Ask the next question, or several.

        Parameters
        ----------
        times : int
            How many questions; those beyond the last are not asked.
        """
        self.asked = min(self._length, self.asked + whole("times", times, least=1))
        self.tell()

    def ship(self) -> None:
        """Ship the machine, and see its guide.

        Raises
        ------
        ValueError
            If not all questions were asked.
        """
        self._decide("ship")

    def send_back(self) -> None:
        """Send the machine back, and see its guide; errors as in `ship`."""
        self._decide("back")

    def look_up(self, name: str) -> None:
        """Ask the machine for a bird.

        Parameters
        ----------
        name : str
            One of the forty kinds.

        Raises
        ------
        ValueError
            If there is no such kind, or nothing was decided yet.
        """
        if name not in NAMES:
            raise ValueError(f"name must be one of {', '.join(NAMES)}, not {name!r}")
        if not self.decision:
            raise ValueError(f"name can be looked up after your decision, not before: {name!r}")
        self._page = NAMES.index(name)
        self.tell()

    def again(self) -> None:
        """Examine another machine, made with the next dice."""
        self._seed += 1
        self._train()
        self.tell()

    # ---- what came of it

    @property
    def score(self) -> int:
        """Right answers so far."""
        return int(self._right[self.questions[: self.asked]].sum())

    @property
    def lost(self) -> tuple[str, ...]:
        """Names of the kinds that the machine no longer knows."""
        return tuple(NAMES[k] for k in np.flatnonzero(self.machine.lost))

    @property
    def complaints(self) -> dict[str, int]:
        """How many of 1,000 visitors were shown a wrong bird, by the kind they asked for."""
        wrong = np.where(self._right, 0, self.visitors)
        most = np.argsort(-wrong, kind="stable")
        return {NAMES[k]: int(wrong[k]) for k in most if wrong[k]}

    def answer(self, name: str) -> tuple[str, float]:
        """Return what the machine shows when asked for a bird, and how sure it says it is.

        Parameters
        ----------
        name : str
            One of the forty kinds.
        """
        k = NAMES.index(name)
        return NAMES[self._shown[k]], float(self._sure[k])

    def parts(self) -> list[Part]:
        """Return its words, for where it cannot be played."""
        return [words(self._examination())]

    def tell(self) -> None:
        """Show everything as it is now, in the present language."""
        pages = zip(BIRDS, self.machine.lost, self._shown, self._sure, strict=True)
        self.pages = [
            {
                "kind": bird.name,
                "name": _(bird.name),
                "picture": drawing(bird),
                "gone": bool(gone),
                "shown": int(shown),
                "sure": _sure(sure),
            }
            for bird, gone, shown, sure in pages
        ]
        self.content = {
            "words": {
                "asked for": _("asked for"),
                "says": _("it says it is"),
                "sure": _("sure"),
                "shows": _("the machine shows"),
                "next": _("Ask the next question"),
                "rest": _("Ask all the rest"),
                "ship": _("SHIP IT"),
                "back": _("Send it back"),
                "again": _("Examine another machine"),
                "gone": _("gone"),
                "right": _("right"),
                "wrong": _("wrong"),
                "guide": _("The machine's field guide, the commonest kinds first"),
                "title": _(self._title),
            },
            "questions": self.questions,
            "asked": self.asked,
            "decision": self.decision,
            "page": self._page,
            "said": self._trouble or (self._verdict() if self.decision else self._examination()),
            "facts": self._facts() if self.decision else [],
            "answer": self._answer(self._page) if self.decision else "",
        }

    # ---- inside

    def _train(self) -> None:
        self.machine = Machine.trained(self._n, self._generations, self._steepness, self._seed)
        self._shown, self._sure = self.machine.answers()
        self._right = self._shown == np.arange(len(BIRDS))
        dice = np.random.default_rng([self._seed, 1])
        self.questions = dice.choice(len(BIRDS), size=self._length, p=self.machine.truth).tolist()
        self.visitors = dice.multinomial(VISITORS, self.machine.truth)
        self.asked, self.decision, self._page = 0, "", 0

    def _decide(self, decision: str) -> None:
        if self.asked < self._length:
            raise ValueError(f"decide after all {self._length} questions, not after {self.asked}")
        self.decision = decision
        gone = np.flatnonzero(~self._right)
        self._page = int(gone[-1] if gone.size else len(BIRDS) - 1)  # the rarest of them
        self.tell()

    def _examination(self) -> str:
        fields = {"asked": self.asked, "all": self._length, "score": self.score}
        if not self.asked:
            text = _(
                "The machine learnt from {n:,d} pictures, and so did each of the {before:d} "
                "machines before it. You will ask {all:d} questions, about birds as often as "
                "visitors meet them. Then you decide."
            )
            return style.fill(text, {**fields, "n": self._n, "before": self._generations - 1})
        if self.asked < self._length:
            return style.fill(_("{score:d} of {asked:d} right so far."), fields) + self._missed()
        said = style.fill(_("{score:d} of {all:d} right."), fields) + self._missed()
        return f"{said} {_('Will you ship it to a thousand visitors?')}"

    def _missed(self) -> str:
        """Name the birds that it took for others, in the order of the questions."""
        wrong = Counter(k for k in self.questions[: self.asked] if not self._right[k])
        if not wrong:
            return ""
        birds = ", ".join(
            _(NAMES[k]) + (f" ({times} ×)" if times > 1 else "") for k, times in wrong.items()
        )
        return " " + style.fill(_("Wrong: {birds}."), {"birds": birds})

    def _verdict(self) -> str:
        said = {
            "ship": _("You shipped it: {score:d} of {all:d} right."),
            "back": _("You sent it back: {score:d} of {all:d} right. This is what you sent back:"),
        }[self.decision]
        left = _("{lost:d} of its {kinds:d} pages are gone.")
        fields = {
            "score": self.score,
            "all": self._length,
            "lost": len(self.lost),
            "kinds": len(BIRDS),
        }
        return style.fill(f"{said} {left}", fields)

    def _facts(self) -> list[str]:
        complaints = self.complaints
        fields = {
            "visitors": VISITORS,
            "wrong": sum(complaints.values()),
            "kinds": len(complaints),
            "most": max(complaints.values(), default=0),
            "common": int(self.visitors[COMMON].sum()),
            "common_wrong": self._wrong(COMMON),
            "rare": int(self.visitors[RARE].sum()),
            "rare_wrong": self._wrong(RARE),
        }
        texts = [
            _(
                "Of {visitors:,d} visitors, {wrong:d} complain, about {kinds:d} different kinds; "
                "no kind gathers more than {most:d} complaints."
            ),
            _(
                "Who pays? Of {common:d} visitors who asked for one of the ten commonest kinds, "
                "{common_wrong:d} were shown a wrong bird; of {rare:d} who asked for one of the "
                "twenty rarest, {rare_wrong:d}."
            ),
        ]
        return [style.fill(text, fields) for text in texts]

    def _wrong(self, kinds: slice) -> int:
        return int(self.visitors[kinds][~self._right[kinds]].sum())

    def _answer(self, k: int) -> str:
        shown = int(self._shown[k])
        fields = {
            "asked": _(NAMES[k]),
            "shown": _(NAMES[shown]),
            "sure": _sure(self._sure[k]),
        }
        text = (
            _("Asked for a {asked}, it shows a {shown}, and says: “{sure} sure”.")
            if shown == k
            else _("Asked for a {asked}, it shows a {shown}: wrong. It says: “{sure} sure”.")
        )
        return style.fill(text, fields)


def _sure(probability: float) -> str:
    """Write a certainty in per cent, never as a round hundred."""
    per_cent = int(100 * probability + 0.5)
    return f"{per_cent} %" if per_cent < 100 else "> 99 %"
