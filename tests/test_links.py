"""Every link to the project follows from one address in pyproject.toml, and from nothing else."""

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from collapse_lib import links

ROOT = Path(__file__).parents[1]
spec = importlib.util.spec_from_file_location("badges", ROOT / "tools" / "badges.py")
badges = importlib.util.module_from_spec(spec)
spec.loader.exec_module(badges)
REPOSITORY, SITE = "https://github.com/someone/somewhere", "https://someone.example/site"
EVERYWHERE = """
from pathlib import Path
from collapse_lib.gallery import variance_collapse as explorable
from collapse_lib.site import lessons, page
explorable.embed("embed.html", {"n": (10,)}, until=2, plotly="cdn")
site = page.Site(Path("site"), Path())
lessons.write(site, *lessons.find(Path("notebooks")), run=False)
"""


@pytest.fixture
def named(monkeypatch, tmp_path):
    """A function that puts addresses into the pyproject.toml that is read."""

    def name(urls, project="collapse_lib"):
        lines = [f'{kind} = "{address}"' for kind, address in urls.items()]
        file = tmp_path / "pyproject.toml"
        text = "\n".join(["[project]", f'name = "{project}"', "[project.urls]", *lines])
        file.write_text(text, encoding="utf-8")
        monkeypatch.setattr(links, "CHECKOUT", file)

    return name


def test_without_an_address_nothing_is_promised(named):
    named({})
    assert links.repository() == links.homepage() == links.source("a") == ""
    assert links.elsewhere("notebooks/a.ipynb") == badges.badges() == []
    named({"Repository": REPOSITORY}, project="another")
    assert links.repository() == ""


@pytest.mark.parametrize("written", [REPOSITORY, f"{REPOSITORY}/", f"{REPOSITORY}.git"])
def test_on_github_a_notebook_can_be_run_and_seen(named, written):
    named({"Repository": written})
    place = "someone/somewhere"
    assert [address for address, _ in links.elsewhere("notebooks/a.ipynb")] == [
        f"https://mybinder.org/v2/gh/{place}/HEAD?urlpath=lab/tree/notebooks/a.ipynb",
        f"https://colab.research.google.com/github/{place}/blob/HEAD/notebooks/a.ipynb",
        f"{REPOSITORY}/blob/HEAD/notebooks/a.ipynb",
    ]
    assert links.nbviewer("a.ipynb") == f"https://nbviewer.org/github/{place}/blob/HEAD/a.ipynb"
    assert links.source("") == REPOSITORY


def test_elsewhere_only_the_source_is_known(named):
    named({"Repository": "https://code.example/a/b"})
    assert [label for _, label in links.elsewhere("a.ipynb")] == ["see its source"]
    assert badges.badges() == ["[Source](https://code.example/a/b)"]


def test_an_installed_package_asks_its_metadata(monkeypatch, tmp_path):
    class Known:
        def get_all(self, key):
            assert key == "Project-URL"
            return ["Homepage, https://example.org/d", "Repository, https://example.org/r/"]

    monkeypatch.setattr(links, "CHECKOUT", tmp_path / "pyproject.toml")
    monkeypatch.setattr(links, "metadata", lambda _: Known())
    assert links.repository() == "https://example.org/r"
    assert links.homepage() == "https://example.org/d"
    assert links.source("a/b.ipynb") == "https://example.org/r/blob/HEAD/a/b.ipynb"

    def missing(name):
        raise links.PackageNotFoundError(name)

    monkeypatch.setattr(links, "metadata", missing)
    assert links.repository() == "" and links.source("a") == ""


def test_the_readme_has_the_badges_of_today():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert badges.fresh(readme) == readme


def test_a_readme_without_a_place_for_badges_is_refused():
    with pytest.raises(ValueError, match=r"README.md must hold the marks <!-- badges -->"):
        badges.fresh("# collapse_lib\n")


def test_one_line_in_a_copy_makes_every_link_appear(tmp_path):
    """The README, a figure, a lesson on the site; and taking the line away takes them away."""
    ours = ("README.md", "pyproject.toml", "tools/badges.py", "notebooks/00_start_here.ipynb")
    for path in ours:
        (tmp_path / path).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    shutil.copytree(
        ROOT / "collapse_lib", tmp_path / "collapse_lib", ignore=shutil.ignore_patterns("__pyc*")
    )
    project = (tmp_path / "pyproject.toml").read_text(encoding="utf-8")
    urls = f'[project.urls]\nRepository = "{REPOSITORY}"\nHomepage = "{SITE}"\n'

    def found(text):
        (tmp_path / "pyproject.toml").write_text(text, encoding="utf-8")
        for words in (["tools/badges.py"], ["-c", EVERYWHERE]):
            subprocess.run(
                [sys.executable, *words],
                cwd=tmp_path,
                env=os.environ | {"PYTHONPATH": str(tmp_path)},
                check=True,
                capture_output=True,
            )
        pages = ("README.md", "embed.html", "site/lessons/00_start_here.html")
        texts = [(tmp_path / page).read_text(encoding="utf-8") for page in pages]
        return [len(re.findall("someone(?:/somewhere|.example)", text)) for text in texts]

    before = (tmp_path / "README.md").read_text(encoding="utf-8")
    assert found(f"{urls}\n{project}") == [5, 1, 4]
    assert found(project) == [0, 0, 0]
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == before
