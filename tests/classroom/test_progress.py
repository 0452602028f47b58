"""Progress: one file, never half written, never lost, never in the way."""

import contextlib
import json
import os
import subprocess
import sys
import threading
import time
import warnings
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collapse_lib.classroom import Check, Guess, Logbook, Number, Progress, progress

from .hand import press, said, shown

WRONG = ((1, "one"), (2, "two"), (3, "three"))


@pytest.fixture
def kept(tmp_path):
    return Progress(tmp_path / "here")


def files(kept):
    return sorted(path.name for path in kept.path.parent.iterdir())


def test_nothing_is_written_before_there_is_something_to_keep(kept):
    assert kept.get("00.a") is None and kept.keys() == ()
    Guess("?", {"a": (0, 1), "b": (1, 2)}, list, "", key="00.b")
    assert not kept.path.parent.exists()
    assert not progress.folder().exists()


def test_a_record_comes_back_in_the_next_kernel(kept):
    kept.note("00.a", kind="guess", given=12, text="äöü ≠")
    again = Progress(kept.path.parent)
    record = again.get("00.a")
    assert record.pop("at") > 1.7e9
    assert record == {"kind": "guess", "given": 12, "text": "äöü ≠"}
    assert files(kept) == ["progress.json", "progress.lock"]


def test_two_notebooks_do_not_overwrite_each_other(kept):
    other = Progress(kept.path.parent)
    other.keys()  # both have read the empty file
    kept.note("00.a", given=1)
    other.note("00.b", given=2)
    kept.note("00.c", given=3)
    assert Progress(kept.path.parent).keys() == ("00.a", "00.b", "00.c")


def test_what_was_forgotten_stays_forgotten(kept):
    other = Progress(kept.path.parent)
    kept.note("00.a", given=1)
    assert other.get("00.a")["given"] == 1
    kept.forget("00.a")
    other.note("00.b", given=2)
    assert Progress(kept.path.parent).keys() == ("00.b",)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"00.a": 3}',
        '{"00.a": {}}',
        '{"00.a": {"at": "now"}}',
        "[" * 100_000,
        "\xff",
    ],
)
def test_a_damaged_file_is_moved_aside_with_a_warning(kept, text):
    kept.path.parent.mkdir()
    kept.path.write_bytes(text.encode("latin-1"))
    with pytest.warns(UserWarning, match=r"progress.json was damaged: it now lies beside it as"):
        assert kept.get("00.a") is None
    kept.note("00.b", given=1)
    names = files(kept)
    assert names[1:] == ["progress.json", "progress.lock"] and names[0].startswith(
        "progress.damaged-"
    )
    aside = kept.path.with_name(names[0])
    assert aside.read_bytes() == text.encode("latin-1")
    assert Progress(kept.path.parent).keys() == ("00.b",)


def test_a_crash_while_writing_leaves_the_old_file(kept, monkeypatch):
    kept.note("00.a", given=1)
    before = kept.path.read_bytes()

    def crash(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "replace", crash)
    with pytest.raises(KeyboardInterrupt):
        kept.note("00.b", given=2)
    assert kept.path.read_bytes() == before
    assert files(kept) == ["progress.json", "progress.lock"]


def test_a_place_that_cannot_be_written_is_said_once_and_works(tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder", encoding="utf-8")
    kept = Progress(blocked / "sub")
    with pytest.warns(UserWarning, match="Your progress cannot be kept in a file here"):
        kept.note("00.a", given=1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        kept.note("00.b", given=2)
    assert kept.keys() == ("00.a", "00.b")
    assert "Export it to keep it." in kept.trouble
    assert Progress(tmp_path / "other").take(kept.export()) == 2


def test_a_read_only_folder_is_no_trouble(kept, monkeypatch):
    kept.note("00.a", given=1)

    def refuse(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("secrets.token_hex", refuse)
    with pytest.warns(UserWarning, match=r"cannot be kept in a file here \(Permission denied\)"):
        kept.note("00.b", given=2)
    assert kept.keys() == ("00.a", "00.b")


def refuse(error, times=1_000_000):
    """Return a function that fails so many times, then does what `real` did."""
    left = iter(range(times))

    def around(real):
        def tried(*args, **options):
            if next(left, None) is not None:
                raise error
            return real(*args, **options)

        return tried

    return around


def test_a_file_that_was_not_read_is_never_replaced(kept, monkeypatch):
    """One unlucky read, of a share or a virus scanner's, cost everything."""
    kept.note("00.a", given=1)
    before = kept.path.read_bytes()
    for first in ("get", "note"):
        late = Progress(kept.path.parent)
        with monkeypatch.context() as patch:
            broken = refuse(OSError(5, "Input/output error"))(None)
            patch.setattr("pathlib.Path.read_text", broken)
            with pytest.warns(UserWarning, match=r"in a file here \(Input/output error\)"):
                if first == "get":
                    assert late.get("00.a") is None
                late.note(f"00.{first}", given=2)
        assert kept.path.read_bytes() == before and late.trouble
        assert late.get(f"00.{first}")["given"] == 2
        late.note("00.c", given=3)  # now it goes through, with what had to wait
        assert late.trouble == ""
        assert Progress(kept.path.parent).keys() == late.keys()
        assert {"00.a", "00.c", f"00.{first}"} <= {*late.keys()}
        before = kept.path.read_bytes()


def test_a_read_that_fails_once_is_tried_again(kept, monkeypatch):
    kept.note("00.a", given=1)
    around = refuse(OSError(11, "Resource temporarily unavailable"), times=2)
    monkeypatch.setattr("pathlib.Path.read_text", around(Path.read_text))
    late = Progress(kept.path.parent)
    assert late.get("00.a")["given"] == 1 and late.trouble == ""


@pytest.mark.parametrize("place", ["os.fsync", "os.replace", "secrets.token_hex"])
def test_a_full_disk_costs_nothing_and_the_trouble_ends(kept, monkeypatch, place):
    kept.note("00.a", given=1)
    before = kept.path.read_bytes()
    with monkeypatch.context() as patch:
        patch.setattr(place, refuse(OSError(28, "No space left on device"))(None))
        with pytest.warns(UserWarning, match="No space left on device"):
            kept.note("00.b", given=2)
    assert kept.path.read_bytes() == before and files(kept) == ["progress.json", "progress.lock"]
    kept.note("00.c", given=3)
    assert kept.trouble == ""
    assert Progress(kept.path.parent).keys() == ("00.a", "00.b", "00.c")


WRITER = """
import sys, time
from pathlib import Path
from collapse_lib.classroom.progress import Progress
place, name, count, start = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), float(sys.argv[4])
kept = Progress(place)
while time.time() < start:
    pass
for i in range(count):
    kept.note(f"{name}.{i}", given=i)
"""


def test_two_processes_that_write_at_one_instant_lose_nothing(tmp_path):
    start = str(time.time() + 3)
    run = [sys.executable, "-W", "error", "-c", WRITER, str(tmp_path)]
    writers = [subprocess.Popen([*run, name, "10", start]) for name in "ab"]
    assert [writer.wait(timeout=60) for writer in writers] == [0, 0]
    assert len(Progress(tmp_path).keys()) == 20


@pytest.mark.parametrize("locked", [True, False])  # the second is the wrong twin
def test_a_write_between_anothers_read_and_write(kept, monkeypatch, locked):
    other, write = Progress(kept.path.parent), kept._write
    thread = threading.Thread(target=other.note, args=("00.b",), kwargs={"given": 2})

    def late():
        thread.start()
        thread.join(0.3)
        write()

    monkeypatch.setattr(kept, "_write", late)
    if not locked:
        monkeypatch.setattr(progress, "alone", lambda _: contextlib.nullcontext())
    kept.note("00.a", given=1)
    thread.join()
    assert Progress(kept.path.parent).keys() == (("00.a", "00.b") if locked else ("00.a",))


def test_a_lock_dies_with_its_process(kept):
    kept.note("00.a", given=1)
    code = (
        "import os, sys; from pathlib import Path\n"
        "from collapse_lib.classroom.alone import alone\n"
        "with alone(Path(sys.argv[1])):\n    print('held', flush=True); sys.stdin.read()"
    )
    lock = str(kept.path.with_name("progress.lock"))
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-c", code, lock], **pipes) as holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("collapse_lib.classroom.alone.PATIENCE", 0.1)
            with pytest.warns(UserWarning, match="cannot be kept"):
                kept.note("00.b", given=2)
        holder.kill()
    kept.note("00.c", given=3)
    assert Progress(kept.path.parent).keys() == ("00.a", "00.b", "00.c")


def test_what_a_killed_process_left_is_cleared_away(kept):
    kept.note("00.a", given=1)
    kept.path.with_name(".progress.json.0.unfinished").write_text("{")
    kept.note("00.b", given=2)
    assert files(kept) == ["progress.json", "progress.lock"]


def test_a_link_stays_a_link(kept, tmp_path):
    (tmp_path / "backed up").mkdir()
    real = tmp_path / "backed up" / "mine.json"
    real.write_text("{}")
    kept.path.parent.mkdir()
    kept.path.symlink_to(real)
    kept.note("00.a", given=1)
    assert kept.path.is_symlink() and json.loads(real.read_text())["00.a"]["given"] == 1


def test_the_last_word_stays_where_the_clock_is_set_back(kept, monkeypatch):
    other = Progress(kept.path.parent)
    kept.note("00.a", given="early")
    assert other.get("00.a")["given"] == "early"
    monkeypatch.setattr("time.time", lambda: 1e9)
    kept.note("00.a", given="late")
    other.note("00.b", given=1)
    assert Progress(kept.path.parent).get("00.a")["given"] == "late"


def test_what_is_no_record_changes_nothing(kept):
    kept.note("00.a", given=1)
    for wrong in (object(), {1, 2}, b"x"):
        with pytest.raises(TypeError, match="a record must hold numbers, texts and lists of them"):
            kept.note("00.a", given=wrong)
    for wrong in (None, 5, b"collapse-progress-1:"):
        with pytest.raises(TypeError, match="text must be what an export gave, not a"):
            kept.take(wrong)
    kept.note("00.b", given=2)
    assert Progress(kept.path.parent).get("00.a")["given"] == 1


def test_an_export_does_not_undo_what_another_notebook_has_written_since(kept):
    kept.note("00.a", given="old")
    text = kept.export()
    late = Progress(kept.path.parent)
    late.keys()  # it has read the old one
    kept.note("00.a", given="new")
    assert late.take(text) == 0 and late.get("00.a")["given"] == "new"


def test_the_trouble_is_on_the_card(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("COLLAPSE_LIB_HOME", str(tmp_path / "file"))
    check = Check("?", Number(0.5, WRONG, high=100), hints=("1", "2", "3"), key="00.x")
    check.answer(0.5)
    with pytest.warns(UserWarning, match="cannot be kept"):
        check.press()
    assert check.answered
    assert "cannot be kept" in shown(check, "words")[-1]["text"]


VALUES = st.text(max_size=20) | st.floats(allow_nan=False)


@settings(max_examples=25)
@given(st.dictionaries(st.text(max_size=20), VALUES, max_size=3))
def test_an_export_comes_back_whole(tmp_path_factory, records):
    one = Progress(tmp_path_factory.mktemp("one"))
    for key, value in records.items():
        one.note(key, given=value)
    text = one.export()
    other = Progress(tmp_path_factory.mktemp("other"))
    broken = "\n ".join(text[i : i + 60] for i in range(0, len(text), 60))  # as a mail would
    assert other.take(broken) == len(records)
    assert {key: other.get(key) for key in records} == {key: one.get(key) for key in records}
    assert other.take(text) == 0


def test_the_newer_record_stays(kept, tmp_path):
    other = Progress(tmp_path / "there")
    other.note("00.a", given="old")
    text = other.export()
    kept.note("00.a", given="new")
    assert kept.take(text) == 0
    assert kept.get("00.a")["given"] == "new"
    assert other.take(kept.export()) == 1
    assert other.get("00.a")["given"] == "new"


def test_a_cut_or_changed_export_changes_nothing(kept):
    kept.note("00.a", given=1)
    text = kept.export()
    for broken in (text[:-3], text[:30] + text[31:], text[:-5] + "AAAAA", text + "AAAA"):
        with pytest.raises(ValueError, match="text must be a whole export"):
            kept.take(broken)
    with pytest.raises(ValueError, match="text must begin with 'collapse-progress-1:', not with"):
        kept.take("hello")
    assert kept.export() == text


def test_the_folder_is_the_documented_one(monkeypatch, tmp_path):
    monkeypatch.setenv("COLLAPSE_LIB_HOME", str(tmp_path / "mine"))
    assert progress.shared().path == tmp_path / "mine" / "progress.json"
    monkeypatch.delenv("COLLAPSE_LIB_HOME")
    code = "from collapse_lib.classroom import progress; print(progress.folder())"
    env = {**os.environ, "HOME": str(tmp_path), "USERPROFILE": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert done.stdout.strip() == str(tmp_path / ".collapse_lib")


def test_the_logbook_counts_and_carries(kept, monkeypatch):
    monkeypatch.setenv("COLLAPSE_LIB_HOME", str(kept.path.parent))
    here = progress.shared()
    here.note("00.a", kind="guess", given=1)
    here.note("00.b", kind="check", given="2", voice="got it")
    here.note("00.c", kind="check", given="3", voice="almost")
    here.note("01.a", kind="task", reached=True, done=True)
    book = Logbook({"00": "Start here", "01": "Tails", "02": "Errors"})
    rows = shown(book, "table")[0]["rows"]
    assert rows == [
        ["00 Start here", "1", "1", "0"],
        ["01 Tails", "0", "0", "1"],
        ["02 Errors", "0", "0", "0"],
    ]
    press(book, "export")
    text = shown(book, "lines")[0]["value"]
    monkeypatch.setenv("COLLAPSE_LIB_HOME", str(kept.path.parent / "elsewhere"))
    other = Logbook({"00": "Start here"})
    press(other, "take", text)
    assert said(other) == "4 records are new."
    assert shown(other, "table")[0]["rows"] == [["00 Start here", "1", "1", "0"]]
    press(other, "take", "nonsense")
    assert said(other).startswith("text must begin with")
    assert json.loads((kept.path.parent / "elsewhere" / "progress.json").read_text())


@pytest.mark.parametrize("served", ["voila/0.5.13", ""])
def test_a_server_shows_no_visitor_what_another_committed(monkeypatch, tmp_path, served):
    monkeypatch.setenv("COLLAPSE_LIB_HOME", str(tmp_path))
    progress.shared().note("01.camera", kind="guess", value=3)
    before = files(progress.shared())
    monkeypatch.setenv("SERVER_SOFTWARE", served)
    if not served:
        monkeypatch.setitem(sys.modules, "marimo", sys)
    entry = progress.Entry("01.camera")
    assert entry.record == {} and "Visitors share this machine" in entry.trouble
    entry.note(kind="guess", value=5)
    kept = entry.record.get("value")
    assert kept == (5 if served else None)  # a kernel each, or one process for all
    monkeypatch.undo()
    monkeypatch.setenv("COLLAPSE_LIB_HOME", str(tmp_path))
    assert progress.shared().get("01.camera")["value"] == 3
    assert files(progress.shared()) == before
