"""Texts side by side: which pane shows what, what is marked, and that a text stays a text."""

import re

import pytest
from test_surfaces import node

from collapse_lib import figures
from collapse_lib.figures import Panes, Span, Text
from collapse_lib.surfaces.scene import Packer, Scene, changes

NASTY = "<script>alert(1)</script> &amp; \u2028\u202e</s>"
STOPS = (0, 1, 2, 5, 10)


def text(generation, last=10):
    """Generation 4 says: It was 4 then, and two turns of a loop; its "then" dies at 7."""
    return Text(
        [
            Span("It was", "prompt"),
            Span(f" {generation}"),
            Span(" then", gone=range(7, last + 1)),
            Span(" and so", "loop"),
            Span(" and so", "loop"),
        ],
        note="a loop of 2 words",
    )


def panes(cursor, stops=STOPS):
    return Panes([text(g) for g in range(11)], stops).at(cursor)


@pytest.mark.parametrize(
    ("cursor", "shown"),
    [
        (0, [0]),
        (1, [0, 1]),
        (2, [0, 1, 2]),
        (3, [0, 1, 2, 3]),
        (5, [0, 1, 2, 5]),
        (6, [0, 1, 2, 5, 6]),
        (10, [0, 1, 2, 5, 10]),
    ],
)
def test_the_newest_text_is_there_and_nothing_newer(cursor, shown):
    drawn = panes(cursor)
    assert [pane["generation"] for pane in drawn if pane["spans"]] == shown
    assert [pane["generation"] for pane in drawn if pane["now"]] == [cursor]
    assert [pane["generation"] for pane in drawn if not pane["spans"]] == list(STOPS[len(shown) :])


def test_words_are_struck_while_the_generation_looked_at_has_lost_them():
    for cursor, struck in ((6, 0), (7, 1), (10, 1)):
        for pane in panes(cursor):
            assert pane["gone"] == (struck if pane["spans"] else 0)
            assert [s for s, _, gone in pane["spans"] if gone] == [" then"] * pane["gone"]


def test_a_word_may_come_back():
    pane = Panes([Text([Span("a word", gone=(0,))])] * 2, (0,))
    assert pane.at(0)[0]["gone"] == 2 and pane.at(1)[0]["gone"] == 0


def test_neighbours_marked_alike_are_joined_but_turns_of_a_loop_are_not():
    joined = Text([Span("a"), Span(" b"), Span(" c", gone=(3,)), Span(" d", gone={3})])
    assert [span.text for span in joined.spans] == ["a b", " c d"]
    turns = Text([Span(" x", "loop"), Span(" x", "loop")])
    assert [span.text for span in turns.spans] == [" x", " x"]
    assert str(turns) == " x x"


def view(texts):
    marks = {"loop": "one turn of a loop", "gone": "lost since"}
    return figures.prose(texts, stops=(0, 1), title="What they say", marks=marks)


def test_both_resolve_panes_alike():
    leaf = view([text(g) for g in range(11)])
    scene = Scene({"text": leaf}, "", {}, {}, "")
    note = Packer().pack(scene.flat())["views/text/prose"]
    read = node(
        "const leaf = collapse.decode(data[0], null);"
        "console.log(JSON.stringify(data[1].map((g) => collapse.resolve(leaf, g))))",
        [note, list(range(11))],
    )
    assert read == [leaf["prose"].at(g) for g in range(11)]


def test_only_texts_that_changed_travel():
    def flat(n):
        return Scene({"text": view([text(g) for g in range(n, n + 5)])}, "", {}, {}, "").flat()

    assert changes(flat(0), flat(0)) == {}
    assert list(changes(flat(0), flat(1))) == ["views/text/prose"]


def static_cells(*texts, cursor=1):
    figure = figures.static({"text": view(list(texts))}, cursor, "")
    return figure.data[0].cells["values"]


def test_the_static_figure_marks_word_by_word():
    ((_,), (cell,)) = static_cells(text(0), Text([Span("I am"), Span(" a fox", "loop", gone=(1,))]))
    assert cell == "I am <u><s>[a</s></u> <u><s>fox]</s></u>"


def test_in_the_static_figure_a_text_stays_a_text():
    ((cell,), _) = static_cells(Text([Span(NASTY, "prompt")]), text(1))
    assert "<script>" not in cell and "&lt;script&gt;alert(1)&lt;/script&gt;" in cell
    assert "&amp;amp;" in cell and "&lt;/s&gt;" in cell
    assert re.sub(r"</?b>", "", cell).count("<") == 0


def test_texts_stand_above_plots_in_the_static_figure():
    curve = figures.Curve("c", [1.0, 2.0], {"color": "black", "width": 1})
    plot = figures.lines([curve], title="Curve", quantity="y")
    figure = figures.static({"text": view([text(0), text(1)]), "plot": plot}, 1, "")
    table, line = figure.data
    assert table.type == "table" and line.type == "scatter"
    assert table.domain.y[0] > figure.layout.yaxis.domain[1]
    assert [title.text for title in figure.layout.annotations] == [
        "<b>What they say</b>",
        "<b>Curve</b>",
    ]


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Span("a", "bold"), "mark must be one of prompt, loop, new, not 'bold'"),
        (
            lambda: Panes([text(0)], (0, 1)),
            r"stops must increase within 0 to 0, not \(0, 1\)",
        ),
        (lambda: Panes([text(0)] * 3, (1, 0)), r"stops must increase within 0 to 2"),
        (lambda: Panes([text(0)], ()), r"stops must increase within 0 to 0, not \(\)"),
        (
            lambda: figures.prose([text(0)], stops=(0,), title="", marks={"bold": "loud"}),
            "marks may explain gone, prompt, loop, new, not 'bold'",
        ),
    ],
)
def test_what_makes_no_sense_gets_a_sentence(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_one_end_of_a_logarithmic_axis_may_stand_still():
    """As for a perplexity, which is never below 1."""
    curve = figures.Curve("perplexity", [20.0, 300.0, 5e4], {"color": "black"})
    view = figures.lines([curve], title="", quantity="", log=True, y_range=(-0.1, None))
    ends = [view["layout"]["yaxis"]["range"].at(cursor).tolist() for cursor in range(3)]
    assert ends == [[-0.1, 2.0], [-0.1, 3.0], [-0.1, 5.0]]
