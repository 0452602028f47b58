"""Two clouds without a label, three times, and one of them is real.

A machine learns a cloud of points and makes up a cloud of its own; the next machine learns from
that one. The reader is shown a real cloud beside a made-up one of generation 1, 5 and 30, and
commits to an answer each time. Then the chain can be walked, step by step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from collapse_lib import style
from collapse_lib.checks import Array, one_of, whole
from collapse_lib.classroom.card import Card
from collapse_lib.classroom.parts import Part, button, buttons, picture, slider, table, words
from collapse_lib.distributions import MultivariateNormal
from collapse_lib.learners import MultivariateGaussianMLE
from collapse_lib.simulate import simulate
from collapse_lib.words import _, later

ROUNDS = (1, 5, 30)  # generations that are shown beside a real cloud
LAST = ROUNDS[-1]
SHOWN = 150  # points of a cloud
CHAINS = 200
TRUTH = MultivariateNormal(np.zeros(2))
GAP = 9.0  # between the middles of two clouds, in standard deviations of the truth


@dataclass(frozen=True, eq=False)
class Clouds:
    """The clouds of many chains, and what can be told from their width alone.

    Parameters
    ----------
    chain : ndarray, shape ``(31, 150, 2)``
        What each generation of one chain made up; 0 is the first real cloud. Of all chains it
        is the one whose last model is in the middle by its spread.
    real : ndarray, shape ``(3, 150, 2)``
        Real clouds to put beside generation 1, 5 and 30.
    wider : ndarray, shape ``(3,)``
        Share of the chains in which the real cloud is wider than the made-up one of
        generation 1, 5 and 30.
    next : ndarray, shape ``(30,)``
        Share in which the cloud of generation g is wider than that of generation g + 1.
    """

    chain: Array
    real: Array
    wider: Array
    next: Array

    @classmethod
    def made(cls, n: int, seed: int) -> Clouds:
        """Simulate the chains; parameters as in `WhichIsReal`."""
        lineage = simulate(
            TRUTH, MultivariateGaussianMLE(), n=n, generations=LAST, replicates=CHAINS, rng=seed
        )
        dice = np.random.default_rng([seed, 1])
        last = np.linalg.det(np.asarray(lineage[LAST].factor)) ** 2  # type: ignore[attr-defined]
        middle = int(np.argsort(last)[CHAINS // 2])
        real = dice.normal(size=(len(ROUNDS), SHOWN, CHAINS, 2))
        models = [lineage[t] for t in range(1, LAST + 1)]
        clouds = np.stack([real[0], *(model.sample(SHOWN, dice) for model in models)])
        width = _width(clouds)
        return cls(
            chain=clouds[:, :, middle],
            real=real[:, :, middle],
            wider=(_width(real) > width[list(ROUNDS)]).mean(axis=1),
            next=(width[:-1] > width[1:]).mean(axis=1),
        )


class WhichIsReal(Card):
    """The game of the two clouds.

    Parameters
    ----------
    n : int, default 50
        Points that each machine learns from.
    seed : int, default 0
        Which dice to roll.

    Raises
    ------
    ValueError
        If a number is out of its range.

    Notes
    -----
    The chain on the screen is an ordinary one, the middle of 200; a single chain may keep its
    spread for long. What `Clouds.wider` counts is what somebody could tell who knows that the
    wider cloud is the likelier to be real, and no more: who knows the real law exactly tells the
    two apart in 93 of 100 after one generation, by spread and shape alone in 87.
    """

    actions: ClassVar[tuple[str, ...]] = ("say", "look", "on", "again")

    answers: list[str]

    def __init__(self, n: int = 50, seed: int = 0) -> None:
        self._n = whole("n", n, least=3)
        self._seed = whole("seed", seed, least=0)
        self._begin()
        super().__init__(later("Which is real?"))

    # ---- what the learner does

    def say(self, side: str) -> None:
        """Commit to an answer.

        Parameters
        ----------
        side : {"A", "B"}
            The cloud that is held to be real.

        Raises
        ------
        ValueError
            If it is neither, or all three questions were answered.
        """
        one_of("side", side, ("A", "B"))
        if self.finished:
            raise ValueError(f"all {len(ROUNDS)} questions are answered: start again")
        self.answers.append(side)
        self.tell()

    def look(self, generation: float) -> None:
        """Go to a generation of the chain.

        Parameters
        ----------
        generation : int
            From 1 to 30; the one before it is shown beside it.
        """
        self.generation = min(LAST, whole("generation", generation, least=1))
        self.tell()

    def on(self) -> None:
        """Go one step further along the chain."""
        self.look(self.generation + 1)

    def again(self) -> None:
        """Start again, with the next dice."""
        self._seed += 1
        self._begin()
        self.tell()

    # ---- what has happened

    @property
    def real(self) -> tuple[str, ...]:
        """Which side was real, of the questions answered so far."""
        return self._sides[: len(self.answers)]

    @property
    def right(self) -> tuple[bool, ...]:
        """Whether each answer was right."""
        return tuple(a == b for a, b in zip(self.answers, self.real, strict=True))

    @property
    def finished(self) -> bool:
        """Whether all questions are answered; the chain can be walked then."""
        return len(self.answers) == len(ROUNDS)

    def parts(self) -> list[Part]:
        """Return what the card shows now."""
        return self._walk() if self.finished else self._question()

    # ---- inside

    def _begin(self) -> None:
        self._clouds = Clouds.made(self._n, self._seed)
        dice = np.random.default_rng([self._seed, 2])
        self._sides = tuple("AB"[side] for side in dice.integers(2, size=len(ROUNDS)))
        self.answers, self.generation = [], 1

    def _question(self) -> list[Part]:
        place = len(self.answers)
        pair = [self._clouds.real[place], self._clouds.chain[ROUNDS[place]]]
        if self._sides[place] == "B":
            pair.reverse()
        fields = {"place": place + 1, "all": len(ROUNDS), "t": ROUNDS[place], "n": self._n}
        fields["shown"] = SHOWN
        ask = _(
            "Question {place:d} of {all:d}. One cloud is real, the other was made up by "
            "generation {t:d} of a chain of machines. Which is real?"
        )
        alt = _(
            "Two clouds of points. Half of the points of A lie within {a:.2g} of its middle, half "
            "of those of B within {b:.2g}."
        )
        a, b = (_reach(cloud) for cloud in pair)
        kept = (
            _("Kept. You will see at the end whether it was right.")
            if place
            else style.fill(
                _(
                    "Each machine has learnt from {n:d} points only; you see {shown:d} of each "
                    "cloud."
                ),
                fields,
            )
        )
        return [
            words(style.fill(ask, fields), "question", live=True),
            picture(_view(pair, ["A", "B"]), style.fill(alt, {"a": a, "b": b}), height=300),
            buttons(
                button("say", _("A is real"), value="A"), button("say", _("B is real"), value="B")
            ),
            words(kept, "small"),
        ]

    def _walk(self) -> list[Part]:
        g, clouds = self.generation, self._clouds
        here = [clouds.chain[0], clouds.chain[g - 1], clouds.chain[g]]
        sd = np.sqrt(np.sqrt(_width(here)))
        fields = {
            "g": g,
            "before": g - 1,
            "apart": 100 * clouds.next[g - 1],
            "step": 100 * sd[2] / sd[1],
            "all": 100 * sd[2] / sd[0],
        }
        names = [_("real"), *(style.fill(_("generation {t:d}"), {"t": t}) for t in (g - 1, g))]
        said = _(
            "The cloud of generation {g:d} is {step:d} % as wide as that of generation {before:d}, "
            "and {all:d} % as wide as the real one, both directions together. In {apart:d} "
            "of 100 chains the earlier of these two neighbours is the wider one."
        )
        return [
            words(self._verdict(), "question", live=True),
            table(
                _("What you said"),
                [_("made up by"), _("you said"), _("real was"), _("the real one is the wider")],
                [self._row(place) for place in range(len(ROUNDS))],
            ),
            words(
                _(
                    "Now walk the chain, one machine at a time. Which step do you notice? Luck "
                    "goes both ways: a step may also widen the cloud."
                )
            ),
            slider("look", _("generation"), g, low=1, high=LAST, step=1),
            picture(_view(here, names), style.fill(said, fields), height=300),
            words(style.fill(said, fields), live=True),
            buttons(
                button("on", _("One step on"), off=g == LAST, primary=True),
                button("again", _("Start again with other clouds")),
            ),
        ]

    def _verdict(self) -> str:
        fields = {"right": sum(self.right), "all": len(ROUNDS)}
        return style.fill(_("You told {right:d} of {all:d} clouds apart."), fields)

    def _row(self, place: int) -> list[str]:
        mark = "✓" if self.right[place] else "✗"
        fields = {"t": ROUNDS[place], "share": 100 * self._clouds.wider[place]}
        return [
            style.fill(_("generation {t:d}"), fields),
            f"{self.answers[place]} {mark}",
            self._sides[place],
            style.fill(_("in {share:d} of 100 chains"), fields),
        ]


def _width(clouds: Any) -> Array:
    """Return the determinant of each cloud's covariance; points are on the second axis."""
    centred = clouds - np.mean(clouds, axis=1, keepdims=True)
    scatter = np.einsum("gn...i,gn...j->g...ij", centred, centred) / centred.shape[1]
    return np.asarray(np.linalg.det(scatter))


def _reach(cloud: Array) -> float:
    """Return how far from the middle half of the points lie."""
    return float(np.median(np.hypot(*(cloud - cloud.mean(axis=0)).T)))


def _view(clouds: list[Array], names: list[str]) -> dict[str, Any]:
    """Draw clouds side by side, on the same scale."""
    middles = GAP * (np.arange(len(clouds)) - (len(clouds) - 1) / 2)
    dots = {"size": 5, "color": style.faint(style.BLUE, 0.9)}
    traces = [
        {"type": "scatter", "mode": "markers", "x": c[:, 0] + m, "y": c[:, 1], "marker": dots}
        for c, m in zip(clouds, middles, strict=True)
    ]
    across = style.axis("", range=[-1.5 * GAP, 1.5 * GAP], tickvals=middles, ticktext=names)
    return {
        "data": traces,
        "layout": style.layout("", across, style.axis("", range=[-4, 4], tickvals=[])),
    }
