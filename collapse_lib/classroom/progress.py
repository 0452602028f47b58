"""What somebody has done so far: one small file, on their own machine and nowhere else.

The file is ``progress.json`` in the folder ``.collapse_lib`` of the home folder, or in the
folder that the environment variable ``COLLAPSE_LIB_HOME`` names. It is written only when a
guess is committed or a check answered, never by opening a notebook.
"""

from __future__ import annotations

import base64
import binascii
import json
import os
import tempfile
import time
import warnings
import zlib
from functools import cache
from pathlib import Path
from typing import Any

from collapse_lib.words import _

NAME = "progress.json"
MARK = "collapse-progress-1:"
LARGEST = 2_000_000  # bytes of all records together

Record = dict[str, Any]


def folder() -> Path:
    """Return where progress is kept: ``$COLLAPSE_LIB_HOME``, or ``~/.collapse_lib``."""
    named = os.environ.get("COLLAPSE_LIB_HOME")
    return Path(named) if named else Path.home() / ".collapse_lib"


def shared() -> Progress:
    """Return the progress of this machine's reader."""
    return _in(folder())


@cache
def _in(place: Path) -> Progress:
    return Progress(place)


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
    Two notebooks may write at the same time: before each write the file is read again, and of
    two records of one key the newer one stays. A file that cannot be read as progress is moved
    aside, with a warning, and never overwritten. Where nothing can be written, records live as
    long as the kernel, and `trouble` says so. A record says what was committed and when; it
    does not say that anything was understood.
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
        """
        self._read = False
        self._load()
        self._records[key] = {**record, "at": time.time()}
        self._write()

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
        ValueError
            If the text is no progress, or was cut or changed on its way; then nothing changes.
        """
        records = _unpacked(text)
        self._read = False
        self._load()
        before = dict(self._records)
        self._records = _merged(self._records, records)
        changed = sum(before.get(key) != record for key, record in self._records.items())
        if changed:
            self._write()
        return changed

    # ---- inside

    def _load(self) -> None:
        """Merge what the file holds, once, or again after `_read` was reset."""
        if self._read:
            return
        self._read = True
        try:
            text = self.path.read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return
        except UnicodeDecodeError:
            text = "damaged"
        except OSError as error:
            self._complain(error)
            return
        try:
            self._records = _merged(self._records, _checked(json.loads(text)))
        except (ValueError, RecursionError):
            self._move_aside()

    def _write(self) -> None:
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self.path.parent, prefix=".progress-")
            try:
                with os.fdopen(handle, "w", encoding="utf-8") as file:
                    json.dump(self._records, file, indent=1, sort_keys=True)
                    file.flush()
                    os.fsync(file.fileno())
                os.replace(name, self.path)  # at once: nobody ever sees half a file
            except BaseException:
                Path(name).unlink(missing_ok=True)
                raise
        except OSError as error:
            self._complain(error)

    def _move_aside(self) -> None:
        stamp = time.strftime("%Y%m%d-%H%M%S")
        aside = self.path.with_name(f"progress.damaged-{stamp}-{os.getpid()}.json")
        try:
            os.replace(self.path, aside)
        except OSError as error:
            self._complain(error)
            return
        warnings.warn(
            f"{NAME} was damaged: it now lies beside it as {aside.name}, and a new one is begun",
            stacklevel=4,
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


def _checked(records: Any) -> dict[str, Record]:
    """Return records as they must be, or raise."""
    if not isinstance(records, dict):
        raise ValueError("records must be a dictionary")
    for record in records.values():
        if not isinstance(record, dict) or not isinstance(record.get("at"), int | float):
            raise ValueError("each record must say when it was made")
    return records


def _merged(one: dict[str, Record], other: dict[str, Record]) -> dict[str, Record]:
    newer = {k: r for k, r in other.items() if k not in one or r["at"] > one[k]["at"]}
    return one | newer


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
