"""The web page as a file: what it holds, what it allows, and that all text stays text."""

import base64
import gzip
import json
import re
import subprocess
import sys
from dataclasses import replace
from hashlib import sha256
from xml.etree import ElementTree

import numpy as np
import pytest
from hostile import NASTY, hostile

from collapse_lib import Normal, __version__, definitions, gallery, links, style
from collapse_lib.__main__ import EXPLORABLES, main
from collapse_lib.controls import Choice, Slider
from collapse_lib.permalinks import VERSION
from collapse_lib.surfaces import asset, bundle, drawing, embed, plotly_js, still

collapse = gallery.variance_collapse
GRID = {"n": (10, 50), "real": (0, 0.1, 1)}


@pytest.fixture(scope="module")
def hero(tmp_path_factory):
    """A small page and its snippet."""
    path = tmp_path_factory.mktemp("embed") / "hero.html"
    image = "https://example.org/a.png?b=1&c=2"
    snippet = collapse.embed(path, GRID, n=50, generations=40, image=image)
    return path.read_text(encoding="utf-8"), snippet


def written(tmp_path, *args, explorable=collapse, **values):
    """The text of a page."""
    path = tmp_path / "page.html"
    explorable.embed(path, *args, **values)
    return path.read_text(encoding="utf-8")


def data_of(text):
    return json.loads(re.search(r'id="collapse-data">(.*?)</script>', text, re.S)[1])


def policy_of(text):
    """The content security policy, directive by directive."""
    policy = re.search(r'Content-Security-Policy" content="(.*?)"', text)[1]
    return {name: rest for name, _, rest in (part.partition(" ") for part in policy.split("; "))}


# ---- what it holds


def test_the_page_names_the_version_that_made_it(hero):
    assert f'<meta name="generator" content="collapse_lib {__version__}">' in hero[0]
    assert data_of(hero[0])["version"] == VERSION


def test_the_page_holds_the_whole_grid(hero):
    data = data_of(hero[0])
    assert [control["texts"] for control in data["inputs"]] == [["10", "50"], ["0", "0.1", "1"]]
    assert [control["start"] for control in data["inputs"]] == [1, 0]
    assert data["grid"]["tables"]["state"]["index"] == list(range(6))
    states = data["grid"]["tables"]["state"]["groups"][0]["values"]
    for state, (n, real) in zip(
        states, [(n, r) for n in (10, 50) for r in (0, 0.1, 1)], strict=True
    ):
        assert f"?n={n}&real={real:g}&" in state
    assert data["others"] == "variance_collapse?real_data=fresh&ddof=0&seed=0"


def test_a_hero_of_fifty_four_settings_is_within_its_budget(tmp_path):
    grid = {
        "n": (5, 10, 30, 100, 1000, 100_000),
        "real": (0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1),
    }
    text = written(tmp_path, grid, until=60)
    assert data_of(text)["cursor"]["high"] == 60
    assert len(gzip.compress(text.encode(), 9)) < 120_000


def test_plotly_inside_costs_its_own_size_and_no_more(tmp_path):
    text = written(tmp_path, {"n": (10, 50)}, plotly="inline", until=5)
    light = written(tmp_path, {"n": (10, 50)}, until=5)
    assert len(text) - len(light) - len(plotly_js()) + len(drawing.script()) < 2_000


def test_inputs_that_name_no_stops_keep_some_and_their_start(tmp_path):
    (control,) = data_of(written(tmp_path, ("n",), n=73))["inputs"]
    sizes = [int(text) for text in control["texts"]]
    assert 73 in sizes and sizes == sorted(sizes) and sizes[0] == 5 and sizes[-1] == 100_000
    assert len(sizes) == embed.STOPS + 1


def test_without_a_word_choices_and_sliders_move(tmp_path):
    bare = replace(collapse, vary=None)
    data = data_of(written(tmp_path, explorable=bare, n=50, real=0.1, until=5))
    shown = {c["name"]: (c["kind"], c["texts"][c["start"]]) for c in data["inputs"]}
    assert shown == {
        "n": ("range", "50"),
        "real": ("range", "0.1"),
        "real_data": ("choice", "fresh"),
        "ddof": ("choice", "0"),
    }
    assert len(data["grid"]["tables"]["state"]["index"]) <= 1.5 * embed.USUAL


def test_stops_of_its_own_choice_hold_the_default():
    for explorable in EXPLORABLES.values():
        starts = {control.name: control.default for control in explorable.inputs}
        for name, stops in embed._usual(explorable.inputs, starts).items():
            control = next(c for c in explorable.inputs if c.name == name)
            assert starts[name] in stops and stops == tuple(s for s in control.stops if s in stops)
            assert len(stops) == 1 or (stops[0], stops[-1]) == (control.stops[0], control.stops[-1])


def test_of_many_sliders_the_first_four_move():
    game = EXPLORABLES["budget_game"]
    starts = {control.name: control.default for control in game.inputs}
    assert [len(stops) for stops in embed._usual(game.inputs, starts).values()] == [3] * 4 + [1] * 2


def test_choices_come_first_and_sliders_share_what_is_left():
    controls = [Choice({i: "x" for i in range(size)}).bind(f"c{size}", int, 0) for size in (2, 3)]
    controls += [Slider(0, 100).bind(f"s{i}", float, 50.0) for i in range(3)]
    starts = {control.name: control.default for control in controls}

    def sizes(inputs):
        return [len(stops) for stops in embed._usual(inputs, starts).values()]

    assert sizes(controls) == [2, 3, 4, 4, 1]
    assert sizes(controls[:3]) == [2, 3, 9] and sizes(controls[2:]) == [4, 4, 4]
    many = [Choice({i: "x" for i in range(50)}).bind("c2", int, 0), *controls[2:]]
    assert sizes(many) == [50, 3, 3, 1]


@pytest.mark.parametrize("name", EXPLORABLES)
def test_pages_begin_where_the_panel_does_and_are_not_too_large(name):
    explorable = EXPLORABLES[name]
    settings = 1
    for key, stops in (explorable.vary or {}).items():
        control = next(c for c in explorable.inputs if c.name == key)
        kept = control.stops if stops is None else stops
        assert control.default in kept and set(kept) <= set(control.stops), key
        settings *= len(kept)
    choices = {c.name for c in explorable.inputs if isinstance(c, Choice)}
    assert explorable.vary is None or choices <= {*explorable.vary}
    assert settings <= 1.5 * embed.USUAL


def test_an_explorable_may_say_what_its_pages_vary(tmp_path):
    few = replace(collapse, vary={"n": (10, 100)})
    texts = [c["texts"] for c in data_of(written(tmp_path, explorable=few, until=5))["inputs"]]
    assert texts == [["10", "100"]]
    named = data_of(written(tmp_path, {"real": (0, 1)}, explorable=few, until=5))["inputs"]
    assert [c["name"] for c in named] == ["real"]


def test_stops_that_are_named_are_all_there_are(tmp_path):
    data = data_of(written(tmp_path, {"n": (10, 50), "ddof": None, "real": (0.5,)}, until=5))
    assert [control["texts"] for control in data["inputs"]] == [["10", "50"], ["0", "1"], ["0.5"]]
    assert [control["kind"] for control in data["inputs"]] == ["range", "choice", "range"]
    assert data["inputs"][0]["start"] == 1  # the stop nearest to the default, 100
    assert "real=" not in data["others"] and "seed=0" in data["others"]


def test_own_data_go_into_the_page(tmp_path):
    text = written(tmp_path, {"n": (10, 50)}, truth=Normal(5, 2), until=5)
    assert "&data=" in data_of(text)["others"]


def test_the_page_starts_where_it_is_told(tmp_path):
    def start(**values):
        return data_of(written(tmp_path, {"n": (10,)}, **values))["cursor"]

    assert start(generations=40) == {**collapse.cursor.about(), "at": 40}
    assert start(until=20) == {**collapse.cursor.about(), "high": 20, "at": 20}
    assert start(until=20, generations=7)["at"] == 7


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        (
            {"vary": {"n": range(5, 45), "real": np.linspace(0, 1, 11)}},
            ValueError,
            r"at most 400 settings, not 440 \(n: 40, real: 11\): name fewer stops",
        ),
        ({"vary": {"n": (1, 10)}}, ValueError, "n must be a whole number between 5 and 100,000"),
        ({"vary": {"n": ()}}, ValueError, "vary must name at least one stop of n, not none"),
        ({"vary": ("seed",)}, TypeError, "sliders and choices, but seed is neither"),
        ({"vary": ("generations",)}, TypeError, "name inputs, but generations is the cursor"),
        ({"vary": ("speed",)}, TypeError, "has the parameters n, .*, but no 'speed'"),
        ({"until": 201}, ValueError, "until must be a whole number between 1 and 200, not 201"),
        ({"until": "x"}, ValueError, "until must be a whole number between 1 and 200, not 'x'"),
        (
            {"until": 20, "generations": 21},
            ValueError,
            "generations must be a whole number between 1 and 20, not 21",
        ),
        ({"image": "a.png"}, ValueError, "image must be an address with https://, not 'a.png'"),
        (
            {"lesson": "javascript:alert(1)"},
            ValueError,
            "lesson must be an address with https://, not 'javascript:alert",
        ),
        (
            {"plotly": "nowhere.js"},
            ValueError,
            '"inline", "beside", "cdn" or a file with a bundle of plotly.js, not \'nowhere.js\'',
        ),
    ],
)
def test_what_makes_no_sense_is_refused_and_nothing_is_written(tmp_path, values, error, message):
    with pytest.raises(error, match=message):
        collapse.embed(tmp_path / "a.html", **values)
    assert list(tmp_path.iterdir()) == []


# ---- what it says without scripts, and to those who only pass by


def test_the_page_has_words_a_picture_and_a_table_without_scripts(hero):
    stands = re.search(r'<div class="collapse-still">(.*?)</main>', hero[0], re.S)[1]
    assert collapse.sentence(n=50, generations=40) in stands
    assert stands.count("<svg class") == 2 and "<table>" in stands and "noscript" not in hero[0]
    assert "disabled" in stands and "0 – 0 of 50 real" in stands  # at which settings it stands


def test_previews_know_title_sentence_and_picture(hero):
    found = dict(re.findall(r'<meta (?:property|name)="([\w:]+)" content="(.*?)">', hero[0]))
    assert found["og:title"] == collapse.title
    assert found["og:description"] == found["description"]
    assert found["description"] == collapse.sentence(n=50, generations=40)
    assert found["og:image"] == "https://example.org/a.png?b=1&amp;c=2"


def test_without_a_picture_none_is_promised(tmp_path):
    assert "og:image" not in written(tmp_path, {"n": (10,)}, until=2)


def test_caveat_meaning_and_lesson_stand_in_the_frame(tmp_path, monkeypatch):
    def credit(**values):
        text = written(tmp_path, {"n": (10,)}, until=2, **values)
        return re.search(r'<footer class="collapse-credit"><p>(.*?)</p>', text)[1]

    monkeypatch.setattr(links, "repository", lambda: "")
    said = credit()
    assert said.startswith(f"<bdi>{collapse.caveat}</bdi> ")
    assert "Collapse here means that the variance shrinks away (definition 4 of the eight" in said
    assert said.endswith("Made with collapse_lib.")
    monkeypatch.setattr(links, "repository", lambda: "https://example.org/repo")
    address = "https://example.org/repo/blob/HEAD/notebooks/00_start_here.ipynb"
    assert f'<a href="{address}" target="_blank" rel="noopener">' in credit()
    assert 'href="https://example.org/?a&amp;b"' in credit(lesson="https://example.org/?a&b")


def test_the_line_stays_in_sight_however_the_frame_is_cut():
    rule = re.search(r"\.collapse-credit \{(.*?)\}", asset("page.css"), re.S)[1]
    assert "position: sticky" in rule and "bottom: 0" in rule


def test_the_definitions_are_numbered():
    assert "modes" in definitions.DEFINITIONS[6] and "tails" in definitions.DEFINITIONS[7]
    assert definitions.checked(4) == (4,) and definitions.checked([1, 6]) == (1, 6)
    assert definitions.meaning(()) == ""
    assert definitions.meaning((2, 7)) == (
        "Collapse here means that the error on real data grows at all or the tails of the real "
        "data disappear (definitions 2 and 7 of the eight in Schaeffer et al. 2025)."
    )
    for wrong in (9, 0, "4"):
        with pytest.raises(ValueError, match=f"a number from 1 to 8, not {wrong!r}"):
            definitions.checked(wrong)


# ---- what it allows


@pytest.mark.parametrize(("plotly", "count"), [(None, 1), ("inline", 2)])
def test_the_page_asks_nobody_for_anything(tmp_path, plotly, count):
    text = written(tmp_path, {"n": (10,)}, until=2, plotly=plotly)
    markup = re.sub(r"<script.*?</script>|<a .*?>", "", text, flags=re.S)
    assert re.findall(r"(?:src|href)=\S+", markup) == []
    assert re.findall(r"https?://[^\s\"]+", markup) == []
    policy = policy_of(text)
    assert policy["default-src"] == "'none'"
    assert re.fullmatch(rf"('sha256-[\w+/]+=' ?){{{count}}}", policy["script-src"])
    assert policy["style-src"] == "'unsafe-inline'"
    assert policy["img-src"] == "data:"
    directives = {"default-src", "script-src", "style-src", "img-src", "base-uri", "form-action"}
    assert set(policy) == directives
    for script in re.findall(r"<script>(.*?)</script>", text, re.S):
        digest = base64.b64encode(sha256(script.encode()).digest()).decode()
        assert f"'sha256-{digest}'" in policy["script-src"]


def test_from_a_cdn_one_address_and_one_digest_are_allowed(tmp_path):
    text = written(tmp_path, {"n": (10,)}, until=2, plotly="cdn")
    version = re.search(rb"v([\d.]+)", plotly_js())[1].decode()
    src, digest = re.search(r'<script src="(.*?)" integrity="(.*?)" crossorigin=', text).groups()
    assert src.endswith(f"basic-dist-min@{version}/plotly-basic.min.js")
    assert digest == json.loads(asset("bundles.json"))[version]["basic"]
    sources = policy_of(text)["script-src"].split()
    assert [source for source in sources if "sha256" not in source] == [src]
    assert len(sources) == 2


def test_plotly_beside_the_page_is_written_once_for_all(tmp_path):
    text = written(tmp_path, {"n": (10,)}, until=2, plotly="beside")
    (script,) = tmp_path.glob("plotly-*.js")
    assert f'<script src="{script.name}"></script>' in text
    assert policy_of(text)["script-src"].endswith(" 'self'")
    assert len(text) < 100_000 < script.stat().st_size


def test_a_frame_is_sandboxed_and_follows_the_height(hero):
    snippet = hero[1]
    assert 'src="hero.html"' in snippet and 'sandbox="allow-scripts allow-popups ' in snippet
    assert "allow-same-origin" not in snippet and f'title="{collapse.title}"' in snippet
    assert 'width="100%" height="640"' in snippet  # for those who lose its style
    assert 'allow="clipboard-write"' in snippet and 'data-external="1"' in snippet
    assert "frame.contentWindow !== source" in snippet and "collapse-height" in snippet


# ---- bundles of plotly.js


BANNER = "/**\n* plotly.js (basic - minified) v4.1.1\n*/\n"


@pytest.mark.parametrize(
    ("traces", "kind"),
    [
        ({"scatter", "bar"}, "basic"),
        ({"scatter", "heatmap"}, "cartesian"),
        ({"scatter3d"}, "full"),
    ],
)
def test_the_smallest_bundle_that_suffices_comes_from_the_cdn(monkeypatch, traces, kind):
    monkeypatch.setattr(bundle, "plotly_js", lambda: b"/**\n* plotly.js v4.1.1\n")
    chosen = bundle.choose("cdn", traces)
    assert chosen.integrity == json.loads(asset("bundles.json"))["4.1.1"][kind]
    part = "" if kind == "full" else f"-{kind}"
    assert chosen.src.endswith(f"/plotly{part}.min.js")


def test_a_version_without_cartesian_takes_the_full_bundle(monkeypatch):
    monkeypatch.setattr(bundle, "plotly_js", lambda: b"/**\n* plotly.js v3.3.1\n")
    assert bundle.choose("cdn", {"heatmap"}).src.endswith("dist-min@3.3.1/plotly.min.js")


@pytest.mark.parametrize(
    ("installed", "named"), [(b"/**\n* plotly.js v9.0.0\n", "9.0.0"), (b"x", "an unknown one")]
)
def test_a_version_without_a_digest_is_not_taken_from_a_cdn(monkeypatch, installed, named):
    monkeypatch.setattr(bundle, "plotly_js", lambda: installed)
    with pytest.raises(ValueError, match=rf"3\.0\.1 to 4\.1\.1, .*, but {named} is installed"):
        bundle.choose("cdn", {"scatter"})


def test_every_digest_is_one():
    known = json.loads(asset("bundles.json"))
    for digests in known.values():
        assert {"basic", "full"} <= set(digests) <= {"basic", "cartesian", "full"}
        for digest in digests.values():
            assert len(base64.b64decode(digest.removeprefix("sha384-"))) == 48


def test_the_installed_plotly_has_a_digest():
    version = re.search(rb"v([\d.]+)", plotly_js())[1].decode()
    assert version in json.loads(asset("bundles.json"))


def test_your_own_bundle_stands_in_the_page(tmp_path):
    own = tmp_path / "own.js"
    own.write_text(f"{BANNER}globalThis.Plotly = '</script><!--';", encoding="utf-8")
    text = written(tmp_path, {"n": (10,)}, until=2, plotly=own)
    assert f"<script>{BANNER}globalThis.Plotly = '<\\/script><\\!--';" in text


def test_your_own_bundle_must_be_one_and_draw_what_there_is(tmp_path):
    own = tmp_path / "own.js"
    own.write_text(BANNER, encoding="utf-8")
    assert bundle.choose(own, {"bar"}).code
    with pytest.raises(ValueError, match=r"must be a bundle that draws heatmap; own\.js does not"):
        bundle.choose(own, {"bar", "heatmap"})
    own.write_text("alert(1)", encoding="utf-8")
    with pytest.raises(ValueError, match=r"a bundle of plotly\.js, not '.*own\.js'"):
        bundle.choose(own, {"bar"})
    own.write_bytes(b"\xff\xfe")
    with pytest.raises(ValueError, match=r"a bundle of plotly\.js, not '.*own\.js'"):
        bundle.choose(str(own), {"bar"})


# ---- hostile input


def test_texts_stay_texts(tmp_path):
    words = hostile(NASTY)
    frame = words.embed(tmp_path / 'a"b.html', ("size", "kind"))
    text = (tmp_path / 'a"b.html').read_text(encoding="utf-8")
    assert 'src="a%22b.html"' in frame and "<img" not in frame
    markup = re.sub(r"<script.*?</script>|<style>.*?</style>", "", text, flags=re.S)
    assert "<img" not in markup and "<b>\u2028" not in markup
    assert text.count("</script>") == 2
    data = data_of(text)
    assert data["title"] == NASTY and data["cursor"]["label"] == NASTY
    assert {control["label"] for control in data["inputs"]} == {NASTY}
    assert data["grid"]["plain"]["views/bars/data/0/name"] == NASTY


def test_what_stands_without_scripts_is_sound_whatever_the_texts_say():
    words, meant = hostile(NASTY.replace("\u202e", "")), NASTY.replace("\u202e", "")
    scene = words.scene({"size": 1, "kind": "a"})
    picture = ElementTree.fromstring(still.svg(scene.views, 2, meant, "s"))
    assert picture.get("aria-label") == meant
    said = [node.text for node in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert said.count(meant) == 6  # titles, quantities, the axis, a bar
    shown = [(control, control.default) for control in words.inputs]
    markup = re.sub(
        r" (disabled|hidden)(?=[ >])", "", still.figure(words.declaration, scene, 2, shown)
    )
    whole = ElementTree.fromstring(re.sub(r"<(input [^>]*)>", r"<\1/>", markup))
    assert meant in [cell.text for cell in whole.iter("th")]
    panes = [node for node in whole.iter("div") if node.get("role") == "group"]
    assert ["".join(pane.find("p").itertext()) for pane in panes] == [2 * meant] * 2


def test_plotly_takes_no_text_for_markup():
    scene = hostile(NASTY).scene({"size": 1, "kind": "a"})
    axis = scene.views["lines"]["layout"]["yaxis"]["title"]["text"]
    assert axis == style.plain(NASTY) and "<" not in axis
    figure = hostile("<b>&").figure()
    assert figure.layout.title.text == "&lt;b&gt;&amp; &lt;b&gt;&amp;"
    assert figure.data[1].name == "&lt;b&gt;&amp;"
    assert figure.layout.annotations[1].text == "<b>&lt;b&gt;&amp;</b>"


def test_a_script_cannot_end_its_tag():
    assert embed._inline('x = "</script><!--";') == 'x = "<\\/script><\\!--";'


# ---- every explorable, and the command line


@pytest.mark.parametrize("name", EXPLORABLES)
def test_every_explorable_becomes_a_page(tmp_path, name):
    ex = EXPLORABLES[name]
    movable = [control for control in ex.inputs if control.stops][:1]
    vary = {c.name: dict.fromkeys((c.default, c.stops[-1])) for c in movable}
    text = written(tmp_path, vary, explorable=ex, until=min(ex.cursor.low + 5, ex.cursor.high))
    assert data_of(text)["name"] == name
    assert len(gzip.compress(text.encode(), 9)) < 120_000


def test_the_command_writes_the_page_and_prints_the_frame(tmp_path, capsys):
    page = tmp_path / "page.html"
    words = f"embed variance_collapse -o {page} --n 50 --real 0.1 --generations 7 --until 9"
    main([*words.split(), "--vary", "n=10,50", "real=0.1", "ddof"])
    assert capsys.readouterr().out.startswith('<iframe src="page.html"')
    data = data_of(page.read_text(encoding="utf-8"))
    assert [control["texts"] for control in data["inputs"]] == [["10", "50"], ["0.1"], ["0", "1"]]
    assert [control["start"] for control in data["inputs"]] == [1, 0, 0]
    assert (data["cursor"]["at"], data["cursor"]["high"]) == (7, 9)


def test_the_address_in_the_frame_is_one_and_its_folder_is_made(tmp_path, capsys):
    page = tmp_path / "new" / "folder" / "collapse #1 100%.html"
    words = "--vary n=10 --until 3 --lang de --theme dark"
    main(["embed", "variance_collapse", "-o", str(page), *words.split()])
    assert 'src="collapse%20%231%20100%25.html"' in capsys.readouterr().out
    assert '<html lang="de" style="color-scheme: dark">' in page.read_text(encoding="utf-8")
    assert (
        main(["embed", "variance_collapse", "-o", str(page), "--lang", "en", *words.split()[:4]])
        is None
    )
    assert "color-scheme: dark" not in page.read_text(encoding="utf-8")
    with pytest.raises(ValueError, match="theme must be one of auto, light, dark, not 'pink'"):
        collapse.embed(page, {"n": (10,)}, theme="pink")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("--n 3", "n must be a whole number between 5 and 100,000, not '3'"),
        ("--vary speed", "no 'speed'"),
        ("--vary speed=1,2", "no 'speed'"),
        ("--vary n=1", "n must be a whole number between 5 and 100,000, not '1'"),
        ("--until 999", "until must be a whole number between 1 and 200, not 999"),
    ],
)
def test_the_command_says_what_is_wrong(tmp_path, words, said):
    command = f"embed variance_collapse -o {tmp_path / 'a.html'} {words}"
    with pytest.raises(SystemExit, match=re.escape(said)):
        main(command.split())
    assert not (tmp_path / "a.html").exists()


def test_the_command_knows_its_words(tmp_path, capsys):
    for words in ("embed nothing -o a.html", "embed variance_collapse -o a.html --speed 3", ""):
        with pytest.raises(SystemExit) as left:
            main(words.split())
        assert left.value.code == 2
    assert "unrecognized arguments: --speed 3" in capsys.readouterr().err


def test_the_library_runs_as_a_module():
    command = [sys.executable, "-m", "collapse_lib", "embed", "--help"]
    said = subprocess.run(command, capture_output=True, text=True, check=True, encoding="utf-8")
    assert "variance_collapse: --n --real --real_data --ddof --seed --generations" in said.stdout


def test_a_page_loads_no_widgets():
    probe = "import sys, collapse_lib.__main__, collapse_lib.surfaces.embed"
    code = f"{probe}; print('anywidget' in sys.modules, 'plotly' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "False"]


def test_views_that_do_not_keep_their_shape_are_refused(tmp_path):
    fan, _ = collapse.views

    def fickle(band, variance, median, median_theory, mean, mean_theory, real):
        view = fan(band, variance, median, median_theory, mean, mean_theory)
        return view if real else {**view, "data": view["data"][1:]}

    with pytest.raises(ValueError, match="views must keep the same parts at every setting"):
        replace(collapse, views=(fickle,)).embed(tmp_path / "a.html", {"real": (0, 0.5)})
