"""A hall's guesses: pasted from a chat or a poll, or counted by hands; then talk, then again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from collapse_lib import figures, style
from collapse_lib.checks import Array
from collapse_lib.classroom import parts, saving
from collapse_lib.classroom.card import Card
from collapse_lib.classroom.parts import Part
from collapse_lib.classroom.reading import LETTERS, Reading, read_guesses, read_votes
from collapse_lib.words import Message, _, ngettext

if TYPE_CHECKING:
    import plotly.graph_objects as go

BINS = 8
NOTHING = Reading(np.empty(0))


class Hall(Card):
    """What a hall thinks, before and after talking, beside what the runs say.

    Parameters
    ----------
    question : str
        What the hall was asked.
    low, high : float, optional
        Ends of the answers that make sense; needed for counting hands, not for pasting.
    log : bool, default False
        Group the answers by equal factors instead of equal steps; `low` is above 0.
    unit : str, optional
        Unit of the answers; with "%" they are in per cent.
    options : sequence of str, optional
        What can be voted for, instead of numbers: A, B, C, …
    right : str, optional
        The option that is right.
    measure : callable, optional
        Runs the simulation and returns one value per lineage, when the answer is shown.
    say : str, optional
        Template of the sentence that reveals the answer. Fields: ``median``, ``low``, ``high``
        (10 % and 90 % quantile over the lineages).

    Raises
    ------
    ValueError
        If the answers make no sense.

    Notes
    -----
    Everything stays in this notebook; lines that do not count are listed behind a fold that is
    closed, because they hold names. A hall that saw the first count votes differently for that
    alone: show it only after the second, if that matters.
    """

    actions = (
        "paste",
        "count",
        "hands",
        "revote",
        "first_vote",
        "reveal",
        "clear",
        "picture",
        "numbers",
    )

    _counting: bool
    _runs: Array | None

    def __init__(
        self,
        question: Message,
        *,
        low: float | None = None,
        high: float | None = None,
        log: bool = False,
        unit: Message = "",
        options: Sequence[Message] = (),
        right: Message | None = None,
        measure: Callable[[], Array] | None = None,
        say: Message = "",
    ) -> None:
        if options and not 2 <= len(options) <= len(LETTERS):
            raise ValueError(f"options must be 2 to {len(LETTERS)}, not {len(options)}")
        if right is not None and right not in options:
            raise ValueError(f"right must be one of the options, not {right!r}")
        if low is not None and high is not None and not low < high:
            raise ValueError(f"low must be below high, not {low!r} and {high!r}")
        if log and not (low is not None and low > 0):
            raise ValueError(f"low must be above 0 on a log scale, not {low!r}")
        self._question, self._unit, self._log = question, unit, log
        self._low, self._high = low, high
        self._options, self._right = tuple(options), right
        self._measure, self._say = measure, say
        self._forget()
        super().__init__(question)

    @property
    def first(self) -> Array:
        """The first vote: numbers, or places of options; hands stand for their group's middle."""
        return self._votes(0)

    @property
    def second(self) -> Array:
        """The vote after talking; empty before."""
        return self._votes(1)

    @property
    def ignored(self) -> tuple[tuple[str, str], ...]:
        """Lines of the present vote that do not count, and why."""
        return self._readings[self._round].ignored

    @property
    def notes(self) -> tuple[tuple[str, str], ...]:
        """Lines of the present vote that were read with a guess on our side."""
        return self._readings[self._round].notes

    def paste(self, text: str) -> None:
        """Read what a chat or a poll exported, in place of what was pasted before."""
        if self._options:
            read = read_votes(text, self._options)
        else:
            read = read_guesses(text, self._low, self._high, self._unit)
        self._texts[self._round], self._readings[self._round] = text, read
        self.tell()

    def count(self, what: Sequence[Any]) -> None:
        """Count hands.

        Parameters
        ----------
        what : (int or str, int)
            A group by its place, or an option by its letter; and how many hands to add.
        """
        place, more = what
        if isinstance(place, str):
            place = LETTERS.index(place.upper())
        hands = self._hands[self._round]
        if not 0 <= int(place) < len(hands):
            raise ValueError(f"what must name one of {len(hands)} groups, not {place!r}")
        hands[int(place)] = max(0, hands[int(place)] + int(more))
        self.tell()

    def hands(self) -> None:
        """Show or hide the buttons that count hands.

        Raises
        ------
        ValueError
            If there are no groups to count: `low` and `high` are missing.
        """
        if self._edges() is None and not self._options:
            raise ValueError("low and high must be given before hands can be counted")
        self._counting = not self._counting
        self.tell()

    def revote(self) -> None:
        """Go on to the vote after talking."""
        self._round = 1
        self.tell()

    def first_vote(self) -> None:
        """Go back to the first vote."""
        self._round = 0
        self.tell()

    def reveal(self) -> None:
        """Run the simulation, and show what is right."""
        if self._measure is not None:
            self._runs = np.asarray(self._measure(), dtype=float)
        self._revealed = True
        self.tell()

    def clear(self) -> None:
        """Forget both votes."""
        self._forget()
        self.tell()

    def figure(self) -> go.Figure:
        """Return both votes side by side as a plotly figure."""
        view = self._view()
        return figures.static({"votes": view}, 0, f"{_(self._question)} {self._summary()}".strip())

    def picture(self, kind: str = "svg") -> None:
        """Have the page save the figure as "svg" or "png"."""
        if kind not in ("svg", "png"):
            raise ValueError(f"kind must be 'svg' or 'png', not {kind!r}")
        self.save(kind, saving.figure_file(self.figure(), "hall", self._summary(), kind))

    def numbers(self) -> None:
        """Have the page save both votes as CSV."""
        rows = [["vote", "answer"]]
        for name, votes in (("first", self.first), ("second", self.second)):
            said = [self._options[int(v)] for v in votes] if self._options else votes.tolist()
            rows += [[name, answer] for answer in said]
        self.save("csv", saving.table_file(rows, "hall"))

    def parts(self) -> list[Part]:
        """Return what the card shows now."""
        round_, reading = self._round, self._readings[self._round]
        shown = [parts.words(_(self._question), "question")]
        if self._options:
            letters = zip(LETTERS, self._options, strict=False)
            shown.append(parts.words("\n".join(f"{letter}  {_(text)}" for letter, text in letters)))
        shown.append(
            parts.buttons(
                parts.button("first_vote", _("First vote"), pressed=round_ == 0),
                parts.button("revote", _("After talking"), pressed=round_ == 1),
                parts.button("hands", _("Count hands"), pressed=self._counting),
                parts.button(
                    "reveal", _("Show the answer"), primary=not self._revealed, off=self._revealed
                )
                if self._measure is not None or self._right is not None
                else None,
            )
        )
        if self._counting:
            shown.append(
                parts.counts("count", _("Hands"), self._groups(), self._hands[self._round])
            )
        else:
            label = _("Paste the chat, or what the poll exports: one answer a line")
            shown.append(parts.lines("paste", label, self._texts[round_]))
        shown.append(parts.words(self._heard(), live=True))
        for title, pairs in (
            (_("Read with a guess ({n:d})"), reading.notes),
            (_("Not counted ({n:d})"), reading.ignored),
        ):
            if pairs:
                items = [f"{line[:100]}: {why}" for line, why in pairs]
                shown.append(parts.fold(style.fill(title, {"n": len(pairs)}), items))
        if self.first.size or self.second.size or self._revealed:
            shown.append(
                parts.picture(self._view(), self._summary() or _(self._question), height=250)
            )
            shown.append(parts.words(self._summary(), live=True))
        shown.append(
            parts.buttons(
                parts.button("picture", _("Picture"), value="png"),
                parts.button("picture", _("For print"), value="svg"),
                parts.button("numbers", _("Numbers")),
                parts.button("clear", _("Clear")),
            )
        )
        return shown

    # ---- inside

    def _forget(self) -> None:
        groups = len(self._options) or (BINS if self._edges() is not None else 0)
        self._round, self._texts = 0, ["", ""]
        self._readings = [NOTHING, NOTHING]
        self._hands = [[0] * groups, [0] * groups]
        self._counting = self._revealed = False
        self._runs = None

    def _votes(self, round_: int) -> Array:
        """Return the pasted votes, and the hands as their groups' middles."""
        hands = self._hands[round_]
        if self._options:
            middles = np.arange(len(hands), dtype=float)
        else:
            edges = self._edges()
            if edges is None:
                return self._readings[round_].values
            middles = (edges[1:] + edges[:-1]) / 2
            if self._log:
                middles = np.sqrt(edges[1:] * edges[:-1])
        return np.concatenate([self._readings[round_].values, np.repeat(middles, hands)])

    def _edges(self) -> Array | None:
        """Return the ends of the groups, if the question has a scale."""
        if self._options or self._low is None or self._high is None:
            return None
        spaced = np.geomspace if self._log else np.linspace
        return np.asarray(spaced(self._low, self._high, BINS + 1))

    def _drawn_edges(self) -> Array:
        """Return the groups of the picture: those of the question, or what holds all answers."""
        edges = self._edges()
        if edges is not None:
            return edges
        runs = np.empty(0) if self._runs is None else self._runs
        every = np.concatenate([self.first, self.second, runs])
        if not every.size:
            return np.linspace(0, 1, BINS + 1)
        # a joker's 10⁹ must not push everybody else into one bar
        low, high = np.quantile(every, [0.02, 0.98])
        return np.linspace(low, high if high > low else low + 1, BINS + 1)

    def _groups(self) -> list[str]:
        if self._options:
            return list(LETTERS[: len(self._options)])
        edges = [style.write(edge, ".3g") for edge in self._drawn_edges()]
        unit = f" {_(self._unit)}" if self._unit else ""
        return [f"{low} – {high}{unit}" for low, high in pairwise(edges)]

    def _shares(self, values: Array) -> Array:
        """Return per cent in each group; who lies outside counts with the group at that end."""
        if self._options:
            counted = np.bincount(values.astype(int), minlength=len(self._options))
        else:
            edges = self._drawn_edges()
            counted, _edges = np.histogram(np.clip(values, edges[0], edges[-1]), bins=edges)
        return np.asarray(100 * counted / max(values.size, 1))

    def _view(self) -> figures.View:
        n = {"first": self.first.size, "second": self.second.size}
        truth = np.empty(0) if self._runs is None else self._shares(self._runs)
        if self._options and self._revealed and self._right is not None:
            truth = 100.0 * (np.arange(len(self._options)) == self._options.index(self._right))
        groups = {
            _("right") if self._options else _("runs"): truth,
            style.fill(_("first vote ({first:d})"), n): self._shares(self.first),
            style.fill(_("after talking ({second:d})"), n): self._shares(self.second)
            if self.second.size
            else np.empty(0),
        }
        view = figures.bars(
            {name: shares if shares.size else [0.0] for name, shares in groups.items()},
            self._groups(),
            title=_("What the hall thinks"),
            quantity=_("per cent"),
            y_range=(0, 100 if self._options else _round_up(groups.values())),
        )
        kept = [
            trace
            for trace, shares in zip(view["data"], groups.values(), strict=True)
            if shares.size
        ]
        return {**view, "data": kept}

    def _heard(self) -> str:
        n = self._votes(self._round).size
        return style.fill(ngettext("{n:d} answer counts.", "{n:d} answers count.", n), {"n": n})

    def _summary(self) -> str:
        said = []
        for name, votes in ((_("First vote"), self.first), (_("After talking"), self.second)):
            if not votes.size:
                continue
            if self._options:
                shares = self._shares(votes)
                listed = ", ".join(
                    f"{letter} {style.write(share, 'd')} %"
                    for letter, share in zip(LETTERS, shares, strict=False)
                )
                said.append(f"{name}: {listed}.")
            else:
                low, median, high = np.quantile(votes, [0.1, 0.5, 0.9])
                fields = {"name": name, "low": low, "median": median, "high": high}
                template = _(
                    "{name}: half below {median:.3g}, eight in ten {low:.3g} to {high:.3g}."
                )
                said.append(style.fill(template, fields))
        if self._revealed:
            said.append(self._answer())
        return " ".join(part for part in said if part)

    def _answer(self) -> str:
        if self._options and self._right is not None:
            letter = LETTERS[self._options.index(self._right)]
            fields = {"letter": letter, "text": _(self._right)}
            said = style.fill(_("Right is {letter}: {text}."), fields)
            return f"{said} {style.fill(_(self._say), self._fields())}".strip()
        if self._runs is None:
            return ""
        inside = [self._inside(round_) for round_ in (0, 1) if self._votes(round_).size]
        ends = {"first": inside[0] if inside else 0, "second": inside[-1] if inside else 0}
        if len(inside) == 2:
            template = _(
                "Inside the runs' own 10 to 90 %: {first:d} % of the hall at first, "
                "{second:d} % after talking."
            )
        else:
            template = _("Inside the runs' own 10 to 90 %: {first:d} % of the hall.")
        close = style.fill(template, ends) if inside else ""
        return f"{style.fill(_(self._say), self._fields())} {close}".strip()

    def _inside(self, round_: int) -> float:
        """Return per cent inside the runs' band; of hands, those whose group reaches into it."""
        low, high = np.quantile(np.asarray(self._runs), [0.1, 0.9])
        votes = self._readings[round_].values
        count = np.sum((votes >= low) & (votes <= high))
        edges = self._edges()
        if edges is not None:
            reach = (edges[1:] >= low) & (edges[:-1] <= high)
            count += np.sum(np.array(self._hands[round_])[reach])
        return float(100 * count / self._votes(round_).size)

    def _fields(self) -> dict[str, float]:
        if self._runs is None:
            return {}
        low, median, high = np.quantile(self._runs, [0.1, 0.5, 0.9])
        return {"low": float(low), "median": float(median), "high": float(high)}


def _round_up(groups: Any) -> float:
    """Return the top of the axis: the next ten above the highest bar."""
    highest = max((float(np.max(shares)) for shares in groups if np.size(shares)), default=10.0)
    return max(10.0, 10.0 * float(np.ceil(highest / 10)))
