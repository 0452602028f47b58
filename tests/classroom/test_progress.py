"""Progress: one file, never half written, never lost, never in the way."""

import json
import os
import subprocess
import sys
import warnings

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collapse_lib.classroom import Check, Guess, Logbook, Number, Progress, progress

from .hand import press, said, shown

WRONG = ((1, "one"), (2, "two"), (3, "three"))


@pytest.fixture
def kept(tmp_path):
    return Progress(tmp_path / "here")


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
    assert [path.name for path in kept.path.parent.iterdir()] == ["progress.json"]


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
    names = sorted(path.name for path in kept.path.parent.iterdir())
    assert names[1:] == ["progress.json"] and names[0].startswith("progress.damaged-")
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
    assert [path.name for path in kept.path.parent.iterdir()] == ["progress.json"]


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

    monkeypatch.setattr("tempfile.mkstemp", refuse)
    with pytest.warns(UserWarning, match=r"cannot be kept in a file here \(Permission denied\)"):
        kept.note("00.b", given=2)
    assert kept.keys() == ("00.a", "00.b")


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
