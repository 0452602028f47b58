"""Task cards: tick when a state of a live panel is reached and one question is answered."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from collapse_lib.classroom import parts
from collapse_lib.classroom.card import Card
from collapse_lib.classroom.check import Check
from collapse_lib.classroom.parts import Part
from collapse_lib.classroom.progress import Entry
from collapse_lib.surfaces.live import Panel
from collapse_lib.words import Message, _


class Task(Card):
    """Something to bring about in a panel, and a question about it.

    Parameters
    ----------
    panel : Panel
        A live panel, from ``explorable.widget()``.
    reached : callable
        ``reached(seen)`` says whether the task's state is on the screen; `seen` holds every
        input, the cursor, and the numbers of the panel's sentence, by name.
    instruction : str
        What to bring about, in plain words.
    check : Check
        The question; show the task, not the check.
    key : str, optional
        Under which the tick is remembered; give the check a key of its own.

    Raises
    ------
    TypeError
        If `panel` is no live panel.

    Notes
    -----
    Only a movement can reach the state: what the panel shows when it opens does not count. The
    cursor counts where it rests, not where it passes.
    """

    actions = Check.actions

    def __init__(
        self,
        panel: Panel,
        reached: Callable[[Mapping[str, Any]], bool],
        instruction: Message,
        check: Check,
        *,
        key: str | None = None,
    ) -> None:
        if not isinstance(panel, Panel):
            raise TypeError(f"panel must be a live panel, not {panel!r}")
        self._panel, self._wanted, self._instruction = panel, reached, instruction
        self._check, self._entry = check, Entry(key)
        self._reached = bool(self._entry.record.get("reached"))
        super().__init__(instruction)
        self._check.observe(self._answered, "content")
        panel.watch(self._look)

    @property
    def reached(self) -> bool:
        """Whether the state was reached, now or before."""
        return self._reached

    @property
    def check(self) -> Check:
        """The question."""
        return self._check

    @property
    def done(self) -> bool:
        """Whether the state was reached and the question answered."""
        return self._reached and self._check.answered

    def parts(self) -> list[Part]:
        """Return what the card shows now."""
        mark, tone = "☑" if self.done else "☐", "plain"
        if self.done:
            state = _("On the panel: done.")
        elif self._reached:
            state = _("On the panel: done. Now answer the question, and the task is ticked.")
        elif self._check.answered:
            tone = "almost"
            state = _(
                "The question is answered. Still to do: bring about on the panel what is asked "
                "for above."
            )
        else:
            state = _("On the panel: not there yet.")
        seen = "✓" if self._reached else "○"
        return [
            parts.words(f"{mark} {_(self._instruction)}", "question"),
            parts.words(state if tone == "almost" else f"{seen} {state}", tone, live=True),
            *self._check.content["parts"],
        ]

    # ---- inside

    def _look(self) -> None:
        if not self._reached and self._wanted(self._panel.seen):
            self._reached = True
            self._remember()
            self.tell()

    def _answered(self, _: Any) -> None:
        self._remember()
        self.tell()

    def _remember(self) -> None:
        if self._reached:
            self._entry.note(kind="task", reached=True, done=self.done)

    def _received(self, widget: Any, message: dict[str, Any], buffers: Any) -> None:
        """Hand on what the page did to the question."""
        self._check._received(widget, message, buffers)
