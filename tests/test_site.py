"""The site as files: complete, linked, and with the address that it will have."""

import json
import re
import tarfile
from io import BytesIO

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from sites import broken_links, page

from collapse_lib import gallery, links, site
from collapse_lib.__main__ import main
from collapse_lib.site import lectures, lessons, lite, prose, shelf, stage


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
    assert "beside it, in one folder" in page and "Where to?" in page


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"root": "nowhere"}, "root must be the repository, with notebooks/ in it, not 'nowhere'"),
        ({"url": "example.org"}, "url must be an address with https://, not 'example.org'"),
        ({"figures": ["loop"]}, "figures must be among .*loops.*, not 'loop'"),
        ({"run": ["99"]}, "run must be among 00_start_here.*, not '99'"),
        ({"decks": ["x"]}, "decks must be among a_copy_of_a_copy.*, not 'x'"),
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


def test_ways_to_run_come_from_the_repository(monkeypatch):
    monkeypatch.setattr(links, "repository", lambda: "")
    assert links.elsewhere("notebooks/a.ipynb") == []
    monkeypatch.setattr(links, "repository", lambda: "https://github.com/o/r")
    (binder, _), (source, _) = links.elsewhere("notebooks/a.ipynb")
    assert binder == "https://mybinder.org/v2/gh/o/r/HEAD?urlpath=lab/tree/notebooks/a.ipynb"
    assert source == "https://github.com/o/r/blob/HEAD/notebooks/a.ipynb"
    monkeypatch.setattr(links, "repository", lambda: "https://example.org/o/r")
    assert links.binder("notebooks/a.ipynb") == ""


# ---- decks

DECK = (
    "---\ntitle: T\nminutes: 3\nseed: 7\n---\n# T\n\n```notes 1\nHello\n```\n"
    "---\n{}\n\n```notes 2\n```\n"
)


def deck_with(tmp_path, slide, url="https://example.org"):
    """The page of a deck with one slide between two others, and its questions."""
    made = site.page.Site(tmp_path, tmp_path, url)
    lectures.write(made, {"t": lectures.read("t", DECK.format(slide))})
    questions = re.search(r'id="questions">(.*?)</script>', text_of(tmp_path, "lectures/vote.html"))
    return text_of(tmp_path, "lectures/t.html"), json.loads(questions[1])


def test_the_minutes_of_our_decks_add_up():
    decks = lectures.find(site.ROOT / "lectures")
    assert decks["a_copy_of_a_copy"].minutes == 45
    for deck in decks.values():
        assert all(map(lectures.minutes, deck.slides)), "a slide without notes"


def test_a_slide_carries_its_time_and_its_notes(tmp_path):
    page, _ = deck_with(tmp_path, "## Two\n\n**Bold**")
    assert '<section data-timing="60">' in page and '<section data-timing="120">' in page
    assert '<aside class="notes"><p>Hello</p>' in page and "<strong>Bold</strong>" in page
    assert "globalThis.minutes = 3;" in page


def test_a_figure_has_one_seed_and_its_presets_are_on_its_page(tmp_path):
    slide = "```figure\nsnowball?n=50\nvary n=20,100\nSmall: n=20&generations=30\n<Big>: n=500\n```"
    page, _ = deck_with(tmp_path, slide)
    assert 'data-src="../figures/t-1.html"' in page
    states = re.findall(r'data-state="(.*?)"', page)
    assert [re.search(r"n=(\d+)&amp;", state)[1] for state in states] == ["20", "500"]
    assert all("seed=7" in state for state in states) and "generations=30" in states[0]
    assert "<kbd>2</kbd> &lt;Big&gt;" in page
    data = text_of(tmp_path, "figures/t-1.html")
    assert '"texts":["20","50","100","500"]' in data


def test_a_vote_has_letters_and_a_code_where_the_address_is_known(tmp_path):
    page, questions = deck_with(tmp_path, "```vote\nIs 1 < 2?\nYes\nNo </script>\n```")
    assert questions == {"t.1": {"question": "Is 1 < 2?", "answers": ["Yes", "No </script>"]}}
    assert "Is 1 &lt; 2?" in page and 'data-vote="t.1"' in page
    assert "https://example.org/lectures/vote.html#t.1" in page and "<svg" in page
    assert "<svg" not in deck_with(tmp_path, "```vote\nQ?\nYes\nNo\n```", url="")[0]


@pytest.mark.parametrize(
    ("slide", "message"),
    [
        ("```vote\nQ?\nYes\n```", "a vote must have 2 to 8 answers, not 1: 'Q\\?'"),
        ("```figure\nnothing?n=1\n```", "permalink of an explorable, not 'nothing\\?n=1'"),
        ("```figure\nloops?speed=2\n```", "a figure of a deck cannot show 'loops\\?speed=2': "),
        ("```figure\nsnowball?n=50\nvary speed=2\n```", "inputs of snowball \\(n, .*, not 'speed'"),
        ("## Two\n\n```notes 4\n```", "sum over the slides of t, 7, not 3"),
    ],
)
def test_a_deck_that_makes_no_sense_is_refused(tmp_path, slide, message):
    with pytest.raises(ValueError, match=message):
        deck_with(tmp_path, slide)


def test_a_deck_begins_with_three_lines(tmp_path):
    with pytest.raises(ValueError, match="t must begin with title, minutes and seed"):
        lectures.read("t", "# T\n")


def test_without_reveal_the_decks_say_so(tmp_path, monkeypatch):
    monkeypatch.setattr(lectures, "find_spec", lambda _: None)
    with pytest.raises(FileNotFoundError, match=r"reveal\.js, which comes with sphinx-revealjs"):
        lectures.write(site.page.Site(tmp_path, tmp_path), {})


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
        ("pyodide/pyodide.js", b"", "must be an archive with pyodide/pyodide-lock.json inside"),
        ("pyodide/pyodide-lock.json", b"{", "must be an archive with pyodide/pyodide-lock.json"),
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


def test_notebooks_fetch_the_library_first(tmp_path):
    path = tmp_path / "a.ipynb"
    nbformat.write(new_notebook(cells=[new_code_cell("from sklearn import datasets")]), path)
    first, second = lite.prepared(path)["cells"]
    assert first["source"] == "%pip install -q collapse_lib scikit-learn"
    assert "sklearn" in second["source"]
    nbformat.write(new_notebook(cells=[new_markdown_cell("sklearn")]), path)
    assert lite.prepared(path)["cells"][0]["source"] == "%pip install -q collapse_lib"


def test_what_the_library_needs_beside_pyodide_is_found():
    found = lite.needed()
    assert {"anywidget", "ipywidgets", "plotly", "tqdm"} < set(found)
    assert not {"numpy", "scipy", "ipython"} & set(found)


def test_the_crawler_reads_what_it_should(tmp_path):
    (tmp_path / "a.html").write_text('<a href="b" name="n"><iframe data-src="c" id="i">', "utf-8")
    found = page(tmp_path / "a.html")
    assert found.links == ["b", "c"] and found.places == {"n", "i"}
