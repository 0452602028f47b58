"""What somebody has done so far: one small file, on their own machine and nowhere else.

The file is ``progress.json`` in the folder ``.collapse_lib`` of the home folder, or in the
folder that the environment variable ``COLLAPSE_LIB_HOME`` names. It is written only when a
guess is committed or a check answered, never by opening a notebook. Where a server shows its
widgets to strangers, nothing is kept there: the next visitor would find the answers of the last.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import time
import warnings
import zlib
from collections.abc import Callable, Hashable
from functools import cache
from pathlib import Path
from typing import Any

from collapse_lib.classroom.alone import alone
from collapse_lib.replacing import replacing
from collapse_lib.surfaces.visitors import strangers, visitor
from collapse_lib.words import _

NAME = "progress.json"
LOCK = "progress.lock"
READS = 4  # times to try a file that is there and cannot be read, as on a share
PAUSE = 0.05  # seconds between them
MARK = "collapse-progress-1:"
LARGEST = 2_000_000  # bytes of all records together

Record = dict[str, Any]


def folder() -> Path:
    """Return where progress is kept: ``$COLLAPSE_LIB_HOME``, or ``~/.collapse_lib``."""
    named = os.environ.get("COLLAPSE_LIB_HOME")
    return Path(named) if named else Path.home() / ".collapse_lib"


def shared() -> Progress:
    """Return the progress of whoever looks: this machine's reader, or one of many visitors."""
    if not strangers():
        return _in(folder())
    who = visitor()
    return Unkept() if who is None else _of(who)


@cache
def _in(place: Path) -> Progress:
    return Progress(place)


@cache
def _of(who: Hashable) -> Unkept:
    return Unkept()


class Entry:
    """What one card keeps among the progress of this machine's reader.

    Parameters
    ----------
    key : str or None
        Such as "01.camera". None: the card keeps nothing, and there is never anything to find.
    """

    def __init__(self, key: str | None) -> None:
        self._key = key

    @property
    def record(self) -> Record:
        """What was kept last; empty if nothing was."""
        return (shared().get(self._key) if self._key else None) or {}

    @property
    def trouble(self) -> str:
        """Why nothing can be kept, in a sentence; empty if all is well."""
        return shared().trouble if self._key else ""

    def note(self, **record: Any) -> None:
        """Keep numbers, texts and lists of them, in place of what was kept before."""
        if self._key:
            shared().note(self._key, **record)

    def forget(self) -> None:
        """Take back what was kept."""
        if self._key:
            shared().forget(self._key)


class Progress:
    """Records by key, kept in one file of a folder.

    Parameters
    ----------
    place : Path
        The folder; made when the first record is written.

    Notes
    -----
    Two notebooks may write at the same time: each waits for the other, reads the file again and
    adds to it; of two records of one key the newer one stays. A file that is there and cannot be
    read is never overwritten; one that can be read, but not as progress, is moved aside with a
    warning. Where nothing can be written, records live as long as the kernel, and `trouble` says
    so until a write succeeds. A record says what was committed and when; it does not say that
    anything was understood.
    """

    def __init__(self, place: Path) -> None:
        self.path = Path(place) / NAME
        self.trouble = ""
        self._records: dict[str, Record] = {}
        self._read = False

    def get(self, key: str) -> Record | None:
        """Return the record of a key, or None."""
        self._load()
        record = self._records.get(key)
        return None if record is None or record.get("kind") == "forgotten" else dict(record)

    def keys(self) -> tuple[str, ...]:
        """Return the keys that have a record, in order."""
        self._load()
        return tuple(sorted(key for key in self._records if self.get(key) is not None))

    def note(self, key: str, **record: Any) -> None:
        """Keep a record, and write the file.

        Parameters
        ----------
        key : str
            Such as "01.camera": the lesson, then the question.
        **record
            Numbers, texts and lists of them.

        Raises
        ------
        TypeError
            If it holds something else; then nothing changes.
        """
        try:
            json.dumps(record)
        except (TypeError, ValueError):
            raise TypeError(
                f"a record must hold numbers, texts and lists of them, not {record!r}"
            ) from None
        self._change(lambda: self._put(key, record))

    def forget(self, key: str) -> None:
        """Take a record back, also from what other notebooks hold."""
        self.note(key, kind="forgotten")

    def export(self) -> str:
        """Return all records as one line of text, for another machine."""
        self._load()
        packed = zlib.compress(json.dumps(self._records, sort_keys=True).encode(), 9)
        sealed = packed + zlib.crc32(packed).to_bytes(4, "big")
        return MARK + base64.urlsafe_b64encode(sealed).decode()

    def take(self, text: str) -> int:
        """Merge records from a text that `export` returned; the newer record of a key stays.

        Parameters
        ----------
        text : str
            The whole text; spaces and line breaks in it do no harm.

        Returns
        -------
        int
            How many records are new or newer.

        Raises
        ------
        TypeError
            If it is no text.
        ValueError
            If the text is no progress, or was cut or changed on its way; then nothing changes.
        """
        if not isinstance(text, str):
            raise TypeError(f"text must be what an export gave, not a {type(text).__name__}")
        records = _unpacked(text)
        return self._change(lambda: self._merge(records))

    # ---- inside

    def _load(self) -> None:
        """Read the file once; trouble is said when something is to be kept."""
        if not self._read:
            try:
                self._take_in()
            except OSError as error:
                self._complain(error)

    def _take_in(self) -> None:
        """Merge what the file holds now, or raise if it is there and cannot be read."""
        text = self._text()
        if text is not None:
            try:
                self._merge(_checked(json.loads(text)))
            except (ValueError, RecursionError):
                self._move_aside()
        self._read = True

    def _text(self) -> str | None:
        """Return what the file holds; None if there is no file."""
        for more in reversed(range(1 if self.trouble else READS)):
            try:
                return self.path.read_text(encoding="utf-8")
            except (FileNotFoundError, NotADirectoryError):
                return None
            except UnicodeDecodeError:
                return "damaged"
            except OSError:
                if not more:
                    raise
                time.sleep(PAUSE)
        return None

    def _change(self, work: Callable[[], int]) -> int:
        """Do some work on the records as they are now, and write what it changed."""
        changed = None
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            with alone(self.path.with_name(LOCK)):
                self._take_in()
                changed = work()
                if changed:
                    self._write()
                    self.trouble = ""
        except OSError as error:
            if changed is None:
                changed = work()
            self._complain(error)
        return changed

    def _put(self, key: str, record: Record) -> int:
        """Set one record; it is the newest, even if the clock was set back."""
        before = self._records.get(key, {}).get("at", 0)
        self._records[key] = {**record, "at": max(time.time(), before + 1e-3)}
        return 1

    def _merge(self, records: dict[str, Record]) -> int:
        """Add those that are new or newer, and count them."""
        known = self._records
        newer = {k: r for k, r in records.items() if k not in known or r["at"] > known[k]["at"]}
        self._records |= newer
        return len(newer)

    def _write(self) -> None:
        """Write the file, or leave it as it was."""
        with replacing(self.path) as file:
            file.write(json.dumps(self._records, indent=1, sort_keys=True).encode())

    def _move_aside(self) -> None:
        stamp = time.strftime("%Y%m%d-%H%M%S")
        aside = self.path.with_name(f"progress.damaged-{stamp}-{os.getpid()}.json")
        os.replace(self.path, aside)
        warnings.warn(
            f"{NAME} was damaged: it now lies beside it as {aside.name}, and a new one is begun",
            stacklevel=7,
        )

    def _complain(self, error: OSError) -> None:
        """Say once that nothing is kept."""
        if self.trouble:
            return
        reason = error.strerror or type(error).__name__
        self.trouble = _(
            "Your progress cannot be kept in a file here ({reason}): "
            "it lasts until this notebook is shut down. Export it to keep it."
        ).replace("{reason}", reason)
        warnings.warn(self.trouble, stacklevel=4)


class Unkept(Progress):
    """The records of one visitor among many: in memory only, and gone with the visit.

    Notes
    -----
    Where visitors cannot be told apart, each record is forgotten at once.
    """

    def __init__(self) -> None:
        super().__init__(Path())
        self.trouble = _(
            "Visitors share this machine, so nothing is kept on it: "
            "your progress lasts as long as this visit. Export it to keep it."
        )

    def _load(self) -> None:
        """Read nothing."""

    def _change(self, work: Callable[[], int]) -> int:
        return work()


def _checked(records: Any) -> dict[str, Record]:
    """Return records as they must be, or raise."""
    if not isinstance(records, dict):
        raise ValueError("records must be a dictionary")
    for record in records.values():
        if not isinstance(record, dict) or not isinstance(record.get("at"), int | float):
            raise ValueError("each record must say when it was made")
    return records


def _unpacked(text: str) -> dict[str, Record]:
    written = "".join(text.split())
    if not written.startswith(MARK):
        raise ValueError(f"text must begin with {MARK!r}, not with {text.strip()[:20]!r}")
    try:
        sealed = base64.b64decode(written[len(MARK) :].encode(), b"-_", validate=True)
        packed, seal = sealed[:-4], sealed[-4:]
        if zlib.crc32(packed).to_bytes(4, "big") != seal:
            raise ValueError("the seal is broken")
        unpacking = zlib.decompressobj()
        plain = unpacking.decompress(packed, LARGEST)
        if unpacking.unconsumed_tail:
            raise ValueError("it is too long")
        return _checked(json.loads(plain))
    except (ValueError, binascii.Error, zlib.error, RecursionError):
        raise ValueError("text must be a whole export, but it was cut or changed") from None
