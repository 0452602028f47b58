"""The README keeps its word: its code runs, its commands work here, its map is the territory."""

import contextlib
import io
import re
from pathlib import Path

import nbformat
import pytest

from collapse_lib.__main__ import main

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """The fenced blocks of one language, in order."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.DOTALL | re.MULTILINE)


def steps(block: str) -> list[str]:
    """The commands of a block, but for those that make and enter a virtual environment."""
    return [step for step in re.split(r" && |\n", block.strip()) if "venv" not in step]


def test_the_code_prints_what_the_readme_shows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        for code in blocks("python"):
            exec(compile(code, "README.md", "exec"), {})
    assert printed.getvalue() == "".join(blocks("text"))
    assert "variance" in printed.getvalue()


def test_the_commands_name_files_that_are_there() -> None:
    commands = "".join(blocks("bash") + blocks("bat"))
    named = re.findall(r"\S+\.(?:txt|ipynb)\b", commands)
    assert {"requirements.txt", "requirements-dev.txt", "notebooks/00_start_here.ipynb"} == {*named}
    assert [name for name in named if not (ROOT / name).is_file()] == []


def test_windows_gets_the_same_commands_without_an_ampersand() -> None:
    for unix, windows in zip(blocks("bash"), blocks("bat"), strict=True):
        assert "&" not in windows
        bare = re.sub(r"^\.venv\\Scripts\\(python -m )?", "", windows, flags=re.MULTILINE)
        assert steps(bare) == steps(unix)


def test_the_embed_command_writes_a_page_and_prints_its_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (command,) = re.findall(r"`python -m collapse_lib (embed [^`]+)`", README)
    monkeypatch.chdir(tmp_path)
    main(command.split())
    (page,) = tmp_path.iterdir()
    assert page.name in command and f'<iframe src="{page.name}"' in capsys.readouterr().out


def test_every_lesson_is_in_the_table_under_its_own_title_with_its_own_time() -> None:
    rows = re.findall(r"^\| \[(\d\d)\]\((\S+)\) (.+?) \|.*\| (\d+) \|$", README, re.MULTILINE)
    assert [path for _, path, _, _ in rows] == sorted(
        path.relative_to(ROOT).as_posix() for path in (ROOT / "notebooks").glob("[0-9]*.ipynb")
    )
    for number, path, title, minutes in rows:
        first = "".join(nbformat.read(ROOT / path, as_version=4).cells[0].source)
        takes = re.search(r"\| \**(?:It takes|Takes)\** \| (\d+) minutes", first)
        assert takes is not None and takes[1] == minutes, path
        assert path.startswith(f"notebooks/{number}_")
        assert number == "00" or first.startswith(f"# {title}\n")


def test_ci_runs_the_command_that_the_readme_gives() -> None:
    ci = (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    wanted = steps(blocks("bash")[1])
    assert [line for line in ci if line in wanted] == wanted


def test_everything_the_text_points_to_is_there() -> None:
    prose = re.sub(r"^```.*?^```", "", README, flags=re.DOTALL | re.MULTILINE)
    linked = re.findall(r"\]\((?!https?:)([^)#]+)", prose)
    quoted = [name for name in re.findall(r"`([^`\s]+)`", prose) if re.search(r"[./]", name)]
    missing = [name for name in linked + quoted if not (ROOT / name).exists()]
    assert len(linked + quoted) > 8
    assert missing == []
