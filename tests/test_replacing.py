"""A file that is written as a whole or not at all, by whoever writes one for keeps."""

import os
import sys
import threading

import numpy as np
import pytest

from collapse_lib import gallery, sweep
from collapse_lib.replacing import replacing


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("place", ["os.fsync", "os.replace", ""])
def test_what_was_there_stays(tmp_path, monkeypatch, error, place):
    def fail(*_):
        raise error

    page = tmp_path / "page.html"
    page.write_text("good")
    if place:
        monkeypatch.setattr(place, fail)
    with pytest.raises(type(error)), replacing(page) as file:
        file.write(b"half")
        if not place:
            fail()
    assert page.read_text() == "good" and names(tmp_path) == ["page.html"]


def test_rights_and_links_are_those_of_other_files(tmp_path):
    real, link, other = tmp_path / "real", tmp_path / "link", tmp_path / "other"
    real.touch()
    link.symlink_to(real)
    other.touch()
    with replacing(link) as file:
        file.write(b"new")
    assert link.is_symlink() and real.read_bytes() == b"new"
    assert real.stat().st_mode == other.stat().st_mode


@pytest.mark.parametrize("locks", [True, False])
def test_leftovers_of_the_same_file_are_cleared_away(tmp_path, monkeypatch, locks):
    """At once where nobody holds their lock; where there are no locks, when they are old."""
    dead, old, others = (tmp_path / f".{name}.unfinished" for name in ("a.0", "a.1", "b.0"))
    for path in (dead, old, others):
        path.touch()
    os.utime(old, (1, 1))
    if not locks:
        monkeypatch.setitem(sys.modules, "fcntl", None)
    with replacing(tmp_path / "a") as first:
        with replacing(tmp_path / "a") as second:  # clears nothing that is being written
            second.write(b"second")
        first.write(b"first")
    assert (tmp_path / "a").read_bytes() == b"first"
    assert names(tmp_path) == [*([] if locks else [dead.name]), others.name, "a"]


def test_an_embed_on_a_full_disk_leaves_the_page_before(tmp_path, monkeypatch):
    page = tmp_path / "page.html"
    gallery.variance_collapse.embed(page, {"n": (10,)})
    before = page.read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space left on device"):
        gallery.variance_collapse.embed(page, {"n": (50,)})
    assert page.read_bytes() == before and names(tmp_path) == ["page.html"]


def draw(a, rng):
    return {"x": np.random.default_rng(rng).random()}


def test_two_sweeps_into_one_folder_do_not_meet(tmp_path, monkeypatch):
    """The second writes the very cell that the first is about to put into its place."""
    replace, meet = os.replace, threading.Barrier(2, timeout=20)

    def together(source, goal):
        meet.wait()
        replace(source, goal)

    monkeypatch.setattr("os.replace", together)
    found = []

    def run():
        found.append(sweep(draw, {"a": [1]}, save=tmp_path, quiet=True))

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    np.testing.assert_array_equal(found[0]["x"], found[1]["x"])
    assert [path.suffix for path in tmp_path.iterdir()] == [".npz"]
