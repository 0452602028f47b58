"""The site as files: complete, linked, and with the address that it will have."""

import json
import pydoc_data.topics
import re
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import nbformat
import pytest
from ipywidgets import Box, Widget
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from sites import broken_links, page

from collapse_lib import gallery, site
from collapse_lib.__main__ import main
from collapse_lib.classroom.card import Card
from collapse_lib.explorable import Explorable
from collapse_lib.gallery.field_guide import FieldGuide
from collapse_lib.site import lessons, lite, prose, shelf, stage
from collapse_lib.site.page import Site


def text_of(built_site, path):
    return (built_site / path).read_text(encoding="utf-8")


# ---- the whole


def test_no_link_is_broken(built_site):
    assert len(list(built_site.rglob("*.html"))) > 20
    assert broken_links(built_site) == []


def test_a_broken_link_is_noticed(tmp_path):
    (tmp_path / "a.html").write_text('<p id="here"><a href="b.html#there">', "utf-8")
    (tmp_path / "b.html").write_text('<a href="a.html#here">, <iframe src="c%20d.html">', "utf-8")
    assert broken_links(tmp_path) == ["a.html: b.html#there", "b.html: c%20d.html"]


def test_the_reference_keeps_only_the_links_that_lead_somewhere():
    one, other = '<a href="#A" class="x">A</a>', '<a href="#B">the <b>B</b></a>'
    made = site.reference.mended(f'<p id="A">{one}, {other}</p>')
    assert made == f'<p id="A">{one}, the <b>B</b></p>'


def test_the_pages_ask_nothing_of_other_hosts(built_site):
    ours = [path for path in built_site.rglob("*.html") if "reference" not in path.parts]
    loaded = re.compile(r'(?:src|<link[^>]+href)="(?:https?:)?//[^"]+"')
    assert [path.name for path in ours if loaded.search(path.read_text("utf-8"))] == []


def test_every_page_leads_to_every_part(built_site):
    for name in ("index", "gallery", "lectures", "lessons/00_start_here"):
        page = text_of(built_site, f"{name}.html")
        for part in ("Start", "Figures", "Lectures", "Reference"):
            assert f">{part}</" in page
        assert "Run here" not in page  # it was left out


def test_snippets_carry_the_address_of_the_site(built_site):
    gallery_page = text_of(built_site, "gallery.html")
    assert "src=&quot;https://example.org/suite/figures/loops.html&quot;" in gallery_page
    figure = text_of(built_site, "figures/loops.html")
    assert 'href="https://example.org/suite/lessons/03_telephone_game.html"' in figure


def test_without_an_address_the_snippet_says_what_it_needs(tmp_path):
    made = site.page.Site(tmp_path, tmp_path)
    shelf.gallery(made, {"loops": gallery.loops}, {"loops": "Where to?"})
    page = text_of(tmp_path, "gallery.html")
    assert "src=&quot;loops.html&quot;" in page
    assert "in the same folder" in page and "Where to?" in page


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"root": "nowhere"}, "root must be the repository, with notebooks/ in it, not 'nowhere'"),
        ({"url": "example.org"}, "url must be an address with https://, not 'example.org'"),
        ({"figures": ["loop"]}, "figures must be among .*loops.*, not 'loop'"),
        ({"run": ["99"]}, "run must be among 00_start_here.*, not '99'"),
        ({"decks": ["x"]}, "decks must be among 00_start_here.*, not 'x'"),
    ],
)
def test_what_is_not_there_is_named(tmp_path, options, message):
    with pytest.raises(ValueError, match=message):
        site.build(tmp_path, **options)
    assert list(tmp_path.iterdir()) == []


def test_the_command_hands_on_what_was_typed(tmp_path, monkeypatch, capsys):
    asked = {}
    monkeypatch.setattr(site, "build", lambda folder, **how: asked.update(how, folder=folder))
    main(["site", str(tmp_path), "--url", "https://a.b", "--no-browser"])
    assert asked == {"folder": tmp_path, "url": "https://a.b", "browser": False, "pyodide": None}
    with pytest.raises(SystemExit, match="site has no option --ulr x"):
        main(["site", str(tmp_path), "--ulr", "x"])


def test_a_deck_prints_its_figures(built_site):
    deck = text_of(built_site, "lectures/00_start_here.html")
    printed = deck.count('<div class="printed">')
    assert printed == deck.count("<iframe") == 3 and deck.count('class="js-line"') > 9
    names = re.findall(r'id="(print-[^"]+)"', deck)
    assert len(names) == len(set(names))
    assert "@media print" in text_of(built_site, "lectures/deck.css")


# ---- notebooks for reading


def test_a_lesson_for_reading_has_figures_for_panels_and_words_for_cards(built_site):
    source = site.ROOT / "notebooks" / "00_start_here.ipynb"
    cells = nbformat.read(source, as_version=4).cells
    panels = sum(cell.source.count(".widget(") for cell in cells if cell.cell_type == "code")
    page = text_of(built_site, "lessons/00_start_here.html")
    frames = re.findall(r'<iframe src="(\S+)"', page)
    assert frames == [f"../figures/00_start_here-{i + 1}.html" for i in range(panels)]
    assert panels >= 2 and page.count("addEventListener") == 1
    assert '<section class="card">' in page and "where it lives" in page
    assert "<math" in page and "$10^" not in page
    assert "of the variance is left" in page  # what a cell printed


def test_cells_show_code_and_print_as_the_notebook_says(tmp_path):
    hidden = new_code_cell("print('<b>' * 2)", metadata={"jupyter": {"source_hidden": True}})
    see = "**See** [two](02_two.ipynb#why) and [the plan](plan.md). $x^2 < y$"
    cells = [new_markdown_cell(f"# A *title*\n\n{see}"), hidden, new_code_cell("1 + 1")]
    cells.append(new_code_cell("import sys; print('aside', file=sys.stderr)"))
    home = tmp_path / "notebooks"
    home.mkdir()
    nbformat.write(new_notebook(cells=cells), home / "01_one.ipynb")
    made = site.page.Site(tmp_path / "site", tmp_path, "https://example.org")
    (lesson,) = lessons.find(home)
    assert (lesson.title, lesson.summary) == ("A *title*", see)
    lessons.write(made, lesson, live="lite/lab/index.html?path=01_one.ipynb")
    page = text_of(tmp_path, "site/lessons/01_one.html")
    assert '<h1 id="a-title">A <em>title</em></h1>' in page
    assert 'href="02_two.html#why"' in page and 'href="plan.html"' in page
    assert '<pre class="output" tabindex="0">&lt;b&gt;&lt;b&gt;\n</pre>' in page
    assert page.index("<details><summary>The code") < page.index("&lt;b&gt;&lt;b&gt;")
    assert '<pre class="output">2</pre>' in page and "aside" not in page.split("<footer")[0][-200:]
    assert 'href="../lite/lab/index.html?path=01_one.ipynb">run it in this browser</a>' in page


@pytest.fixture
def staged(tmp_path, monkeypatch):
    """Prepare this process as `stage.enter` does a kernel, and give what is shown, as HTML."""
    monkeypatch.setattr(Explorable, "widget", Explorable.widget)
    for kind in (Widget, Card):
        monkeypatch.setattr(kind, "_repr_mimebundle_", kind._repr_mimebundle_)
    stage.enter(str(tmp_path), "lesson", "", ["loops", "whose_habit"])
    return lambda shown: shown._repr_mimebundle_()["text/html"]


def test_a_panel_as_it_comes_is_the_page_of_the_gallery(staged, tmp_path):
    assert 'src="../figures/loops.html#?steps=12"' in staged(gallery.loops.widget(steps=12))
    assert list(tmp_path.iterdir()) == []
    shown = staged(Box([gallery.whose_habit.widget(), gallery.loops.widget(states=20)]))
    assert 'src="../figures/whose_habit.html#?' in shown and "sandbox" in shown
    assert 'src="../figures/lesson-1.html"' in shown
    assert "You will ask 20 questions" in staged(FieldGuide())
    page = text_of(tmp_path, "lesson-1.html")
    inputs = json.loads(re.search(r'id="collapse-data">(.*?)</script>', page)[1])["inputs"]
    assert {control["texts"][control["start"]] for control in inputs} >= {"20"}


def test_what_cannot_be_shown_stops_the_site(tmp_path):
    broken = "class A:\n    def _repr_html_(self):\n        raise ValueError('no A')\ndisplay(A())"
    nbformat.write(new_notebook(cells=[new_code_cell(broken)]), tmp_path / "01_one.ipynb")
    (lesson,) = lessons.find(tmp_path)
    with pytest.raises(RuntimeError, match=r"01_one\.ipynb has a cell that cannot be shown: no A"):
        lessons.write(site.page.Site(tmp_path / "site", tmp_path), lesson)


def test_every_kind_of_part_of_a_card_can_be_read():
    said = stage.card(
        [
            {"kind": "words", "text": "A < B?\nOr not", "tone": "question"},
            {"kind": "words", "text": "", "tone": "small"},
            {"kind": "choice", "legend": "Choose", "options": ["<one>", "two"]},
            {"kind": "slider", "label": "How many"},
            {"kind": "picture", "alt": "Two clouds"},
            {"kind": "table", "head": ["n"], "rows": [["<1>"]]},
            {"kind": "buttons", "buttons": []},
        ]
    )
    for words in (
        '<p class="question">A &lt; B?<br>Or not</p>',
        "<li>&lt;one&gt;</li>",
        "<p>How many: …</p>",
        "<p>Two clouds</p>",
        "<td>&lt;1&gt;</td>",
    ):
        assert words in said
    assert "buttons" not in said and '<p class="small"></p>' not in said


def test_formulas_become_mathml_and_other_text_stays():
    render = prose.renderer(lambda address: f"x/{address}")
    assert "<msup>" in render("a $x^2$ b") and 'display="block"' in render("$$\nx\n$$")
    assert '<a href="x/a.md">' in render("[t](a.md)") and 'src="x/b.png"' in render("![t](b.png)")
    assert "<em>" in render("<details><summary>*s*</summary>\n\n*in*\n</details>")
    assert "<code>a &lt; b" in render("```nonsense\na < b\n```")
    assert prose.slug("What *is* <b>that</b>, then?") == "what-is-that-then"


# ---- the browser as the computer: what can be said before anything is built


def archive(path, name, content):
    with tarfile.open(path, "w:bz2") as tar:
        entry = tarfile.TarInfo(name)
        entry.size = len(content)
        tar.addfile(entry, BytesIO(content))
    return path


@pytest.mark.parametrize(("version", "core"), [("314.0.7", "0.8.6"), ("0.27.7", "0.6.4")])
def test_jupyterlite_fits_the_pyodide_that_is_given(tmp_path, version, core):
    lock = json.dumps({"info": {"version": version}}).encode()
    made = archive(tmp_path / "p.tar.bz2", "pyodide/pyodide-lock.json", lock)
    assert lite.fitting(made).core == core


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("pyodide/pyodide.js", b"", "must be an archive of one folder pyodide/"),
        ("pyodide/pyodide-lock.json", b"{", "must be an archive of one folder pyodide/"),
        ("pyodide/pyodide-lock.json", b"[1, 2]", "must be an archive of one folder pyodide/"),
        ("pyodide/pyodide-lock.json", b'{"info": "x"}', "must be an archive of one folder"),
        ("pyodide/../../evil.js", b"x", "outside the destination"),
        ("/evil.js", b"x", "'/evil.js' lies outside the folder pyodide/"),
        ("other/evil.js", b"x", "'other/evil.js' lies outside the folder pyodide/"),
        (
            "pyodide/pyodide-lock.json",
            b'{"info": {"version": "0.20"}}',
            r"must be version 314.x or 0.27.x, for which JupyterLite is known, not 0.20",
        ),
    ],
)
def test_another_archive_is_refused(tmp_path, name, content, message):
    with pytest.raises(ValueError, match=message):
        lite.fitting(archive(tmp_path / "p.tar.bz2", name, content))


def test_a_file_that_is_no_archive_is_refused(tmp_path):
    with pytest.raises(ValueError, match=r"pyodide must be an archive .*not '.*nowhere'"):
        lite.fitting(tmp_path / "nowhere")


def test_a_folder_of_somebody_elses_is_not_deleted(tmp_path):
    mine = tmp_path / "lite" / "thesis.txt"
    mine.parent.mkdir()
    mine.write_text("mine")
    with pytest.raises(ValueError, match="which is no JupyterLite of an earlier build"):
        lite.build(Site(tmp_path, site.ROOT, "", {}), [])
    assert mine.read_text() == "mine"


def test_notebooks_fetch_the_library_first(tmp_path):
    path = tmp_path / "a.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("from sklearn import datasets")]), path)
    first, second = lite.prepared(path)["cells"]
    assert first["source"] == "%pip install -q collapse_lib pydoc_data scikit-learn"
    assert "sklearn" in second["source"]
    own = site.ROOT / "notebooks" / "05_rare_handwriting.ipynb"  # by way of collapse_lib.images
    assert lite.prepared(own)["cells"][0]["source"].endswith(" scikit-learn")
    nbformat.write(new_notebook(cells=[new_markdown_cell("sklearn")]), path)
    assert lite.prepared(path)["cells"][0]["source"] == "%pip install -q collapse_lib pydoc_data"


def test_the_manual_travels_as_a_wheel_that_pip_takes(tmp_path):
    wheel, home = lite.manual(tmp_path), tmp_path / "home"
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, f"--target={home}", str(wheel)], check=True)
    (topics,) = home.glob("pydoc_data/topics.py")
    assert topics.read_text("utf-8") == Path(pydoc_data.topics.__file__).read_text("utf-8")
    assert wheel.stat().st_size < 400_000


def test_what_the_library_needs_beside_pyodide_is_found():
    found = lite.needed()
    assert {"anywidget", "ipywidgets", "plotly", "tqdm"} < set(found)
    assert not {"numpy", "scipy", "ipython"} & set(found)


def test_the_crawler_reads_what_it_should(tmp_path):
    (tmp_path / "a.html").write_text('<a href="b" name="n"><iframe data-src="c" id="i">', "utf-8")
    found = page(tmp_path / "a.html")
    assert found.links == ["b", "c"] and found.places == {"n", "i"}
