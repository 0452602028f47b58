"""The explorables of the telephone game: what they show is what the library says."""

import numpy as np
import pytest

from collapse_lib import (
    Accumulate,
    Anchor,
    Greedy,
    Refresh,
    Replace,
    Temperature,
    Tempered,
    TopK,
    TopP,
    gallery,
    simulate,
    theory,
)
from collapse_lib.figures import Span, Text, resolve
from collapse_lib.gallery import telephone_questions as ask
from collapse_lib.gallery.loops import cycle_probabilities
from collapse_lib.gallery.retold import first_use, manual, opening, retold, turns
from collapse_lib.language import Characters, Corpus, NGram, find_loops, metrics, orbits
from collapse_lib.language.corpus import Documents
from collapse_lib.language.record import recorded

game = gallery.telephone_game
WORDS = np.array("a cat sees the dog and the dog sees a bird . no one sees the fox".split())
TINY = Corpus(" ".join(np.random.default_rng(1).choice(WORDS, 600)), length=40)


# ---- the telephone game


@pytest.mark.parametrize(
    ("values", "regime"),
    [
        ({}, Replace()),
        ({"temperature": 0.5}, Tempered(Replace(), Temperature(0.5))),
        ({"decoding": "top_k"}, Tempered(Replace(), TopK(10))),
        (
            {"temperature": 0.8, "decoding": "top_p"},
            Tempered(Tempered(Replace(), Temperature(0.8)), TopP(0.9)),
        ),
        ({"decoding": "greedy"}, Tempered(Replace(), Greedy())),
        ({"real": 0.1}, Refresh(0.1)),
        ({"real": 0.1, "kept": "fixed"}, Anchor(0.1)),
        ({"real": 0.1, "kept": "all"}, Accumulate()),
    ],
    ids=str,
)
def test_it_shows_the_simulation(values, regime):
    lineage = simulate(manual(), NGram(2), regime, n=5_000, generations=10, rng=3)
    result = game(n=5_000, seed=3, **values)
    left = lineage.trace(metrics.survivors)[:, 0]
    entropy = lineage.trace(metrics.unigram_entropy)[:, 0]
    assert result.size == left[0]
    np.testing.assert_array_equal(result.words, left)
    np.testing.assert_allclose(result.kept, left / left[0])
    np.testing.assert_allclose(result.entropy, entropy / entropy[0])
    for shown, metric in (
        (result.own, metrics.own_perplexity),
        (result.held_out, metrics.held_out_perplexity),
        (result.repeated, metrics.repetition(4)),
    ):
        np.testing.assert_allclose(shown, lineage.trace(metric)[:, 0])
    other = simulate(manual(), NGram(2), regime, n=5_000, generations=10, rng=4)
    assert np.any(other.trace(metrics.own_perplexity)[1:, 0] != result.own[1:])


def test_each_generation_speaks_with_the_words_that_it_knows():
    result = game(n=5_000, temperature=0.8)
    corpus = manual()
    regime = Tempered(Replace(), Temperature(0.8))
    lineage = simulate(corpus, NGram(2), regime, n=5_000, generations=10, rng=0)
    for generation in (1, 4, 10):
        known = {
            corpus.vocabulary.tokens[i] for i in np.flatnonzero(lineage[generation].words.p[0])
        }
        said = str(result.texts[generation])[len(corpus.decode(opening(corpus, 20))) :]
        spoken = corpus.tokenizer.split(said, corpus.vocabulary)
        assert len(spoken) > 10
        assert {word.lower() for word in spoken} <= {word.lower() for word in known}


def test_a_word_is_struck_out_once_a_later_model_does_not_know_it():
    result = game(n=2_000, temperature=0.6)
    corpus = manual()
    regime = Tempered(Replace(), Temperature(0.6))
    lineage = simulate(corpus, NGram(2), regime, n=2_000, generations=10, rng=0)
    view = game.draw(result)["said"]
    checked = 0
    for cursor in (1, 5, 10):
        alive = np.flatnonzero(lineage[cursor].words.p[0])
        known = {corpus.vocabulary.tokens[i].lower() for i in alive}
        first = resolve(view, cursor)["prose"][0]
        for text, mark, gone in first["spans"]:
            if mark:
                continue
            for word in corpus.tokenizer.split(text, corpus.vocabulary):
                checked += gone
                assert gone == (word.lower() not in known), word
    assert checked > 10


def test_a_riddle_is_the_perplexity_to_two_digits():
    result = game(temperature=0.5)
    np.testing.assert_allclose(result.riddle[1:], result.held_out[1:], rtol=0.05)
    assert f"about {result.riddle[10]:,.0f} (" in gallery.telephone_game.sentence(
        temperature=0.5, generations=10
    )
    assert result.riddle[10] % 1000 == 0


def test_generation_0_is_what_the_real_text_says():
    assert str(game().texts[0]).lower() in " ".join(manual().text.lower().split())


def test_half_of_the_words_go_and_entropy_hardly_notices():
    runs = [game(seed=seed) for seed in range(20)]
    words = np.array([run.kept[10] for run in runs])
    entropy = np.array([run.entropy[10] for run in runs])
    for values, middle, reach in ((words, 0.5, 0.06), (entropy, 0.96, 0.02)):
        error = values.std(ddof=1) / np.sqrt(20)
        assert abs(values.mean() - middle) < reach - 4.5 * error
    cold = game(temperature=0.8)
    assert not abs(cold.kept[10] - 0.5) < 0.06 and cold.entropy[10] < 0.5


def test_at_half_the_temperature_it_loops_and_is_sure_of_itself():
    warm, cold = game(), game(temperature=0.5)
    assert warm.own[10] > 5 and cold.own[10] < 1.2
    assert cold.held_out[10] > 10 * warm.held_out[10]
    assert "loop" in cold.texts[10].note and "loop" not in warm.texts[10].note
    assert any(span.mark == "loop" for span in cold.texts[10].spans)
    assert cold.repeated[10] > 0.9 > 0.1 > warm.repeated[10]
    assert "one choice among about 1;" in game.sentence(temperature=0.5, generations=10)


def test_the_readout_says_what_the_ratio_means():
    def readout(**values):
        start = {control.name: control.default for control in game.inputs}
        return game.scene(start | values).readouts["real"]

    assert readout(real=0.1) == "4,000 of 40,000 real"
    assert readout(kept="all") == "ignored: nothing is thrown away"


def test_own_text_takes_the_place_of_the_manual():
    result = game(text=TINY, n=2_000)
    assert result.size == len(set(TINY.train.ids.tolist()))
    assert str(result.texts[0]).lower() in " ".join(TINY.text.lower().split()).replace(" .", ".")
    state = game.state(text=TINY, n=2_000)
    again = Corpus(TINY.text, length=40)
    other = Corpus(TINY.text, Characters(), length=40)
    assert "&data=" in state and game.state(text=again, n=2_000) == state
    assert game.state(text=other, n=2_000) != state


def test_markup_in_own_text_is_data():
    nasty = Corpus("<script> alert ( 1 ) </script> & more of it . " * 60, length=40)
    scene = game.scene({c.name: c.default for c in game.inputs} | {"text": nasty, "n": 2_000})
    figure = game.figure(text=nasty, n=2_000)
    cells = " ".join(cell for (cell,) in figure.data[0].cells["values"])
    assert "<script" not in cells and "&lt;" in cells
    assert "<" in "".join(str(text) for text in scene.views["said"]["prose"].texts)


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"real": 1.5}, "real must be a number between 0 and 1, not 1.5"),
        ({"temperature": 0}, "temperature must be"),
        ({"n": 0}, "n must be a whole number of at least"),
    ],
)
def test_bad_values_get_a_sentence(values, message):
    with pytest.raises(ValueError, match=message):
        game(**values)


def test_a_text_that_is_none_gets_a_sentence():
    with pytest.raises(ValueError, match="text must be a Corpus, not 'once upon a time'"):
        game.figure(text="once upon a time")


# ---- what was said, with marks


def test_why_the_loop_by_hand_is_longer_than_in_the_game():
    """What lesson 3 says; its counts are those of the manual that the record was made with."""

    def after_as(ids):
        text = np.array(manual().vocabulary.tokens)[ids]
        return [int(np.sum((text[:-1] == "as") & (text[1:] == word))) for word in ("a", "the")]

    assert game(decoding="greedy").texts[10].note == "a loop of 3 steps"
    assert gallery.loops().texts[-1].note == "a loop of 6 steps"
    a, the = after_as(manual().train.ids)
    assert a > the
    if manual().sha256 == recorded().settings["corpus"]["sha256"]:
        assert (a, the) == (38, 34)
        first = simulate(manual(), NGram(2), n=40_000, generations=1, rng=0).models[1]
        assert after_as(first.documents.ids[:, 0]) == [49, 49]


def test_turns_of_a_loop():
    def found(text):
        tokens = text.split()
        return [" ".join(tokens[a:b]) for a, b in turns(tokens)]

    assert found("so the cat and the cat and the cat") == ["the cat and", "the cat and"]
    assert found("cat . the cat . the cat . a") == ["the cat .", "the cat ."]
    assert found("cat . the cat . the") == ["cat . the", "cat . the"]  # too short to begin later
    assert found("no no no no") == ["no"] * 4
    assert found("no no way") == [] and found("a b c d e f") == []
    assert found("a b a b a b x c d c d") == ["a b"] * 3 + ["c d"] * 2


def test_the_loops_that_are_marked_are_those_of_the_library():
    """Whatever `find_loops` calls a loop has its turns marked, at the same length."""
    rng = np.random.default_rng(0)
    for _ in range(200):
        ids = rng.integers(3, size=24)
        loops = find_loops(Documents(ids, 24), repeats=2)
        length = int(loops.length[0])
        marked = {b - a for a, b in turns([str(i) for i in ids])}
        whole = (int(loops.stop[0]) - int(loops.start[0])) // length if length > 0 else 0
        if whole * length >= 4:
            assert length in marked


def test_a_retold_text_keeps_its_words():
    corpus = manual()
    prompt, said = opening(corpus, 20), corpus.train.ids[:40]
    text = retold(corpus, prompt, said)
    assert isinstance(text, Text)
    assert str(text) == corpus.decode(np.concatenate([prompt, said]))
    assert text.spans[0] == Span(corpus.decode(prompt), "prompt")


def test_any_text_has_an_opening():
    assert manual().decode(opening(manual(), 20)) == "Note that it is"
    words = TINY.vocabulary.decode(opening(TINY, 20))
    assert len(words) == 3 and all(word.isalpha() for word in words)
    marks = Corpus(". , " * 300, length=40)
    assert len(opening(marks, 20)) == 3
    missing = first_use(TINY, np.array([0, 0, 0, 0, 0, 0, 0]), 5)
    assert len(missing) == 5


def test_what_is_given_and_what_is_real_stand_together_in_the_text():
    """A text may have all words of the manual's prompt and yet not the prompt."""
    words = [*WORDS, *"Note that it is".split()]
    scattered = Corpus(" ".join(np.random.default_rng(2).choice(words, 900)), length=40)
    prompt = opening(scattered, 20)
    assert "Note that it is" not in scattered.decode(scattered.train.ids)
    told = np.concatenate([prompt, first_use(scattered, prompt, 20)])
    runs = np.lib.stride_tricks.sliding_window_view(scattered.train.whole, told.size, axis=1)
    assert (runs == told).all(axis=-1).any()


# ---- which words die first


def test_vocabulary_theory_is_that_of_words_drawn_one_by_one():
    """Over many words the simulated share is the theory's, and that of another corpus size not."""
    runs = [gallery.vocabulary_survival(seed=seed) for seed in range(10)]
    for t in (2, 5, 10):
        left = np.array([run.left[t] for run in runs])
        expected = np.array([run.left_theory[t] for run in runs])
        gap = (left - expected).mean()
        error = (left - expected).std(ddof=1) / np.sqrt(len(runs))
        # the theory is a lower bound for the sum, and close
        assert -4.5 * error < gap + 0.01 and gap < 0.01 + 4.5 * error
    wrong = gallery.vocabulary_survival(n=5_000).left_theory[10]
    assert abs(left.mean() - wrong) > 0.05


def test_vocabulary_without_theory():
    for values in ({"real": 0.1}, {"temperature": 0.9}):
        result = gallery.vocabulary_survival(n=5_000, **values)
        assert result.left_theory.size == 0 and np.isnan(result.tenths_theory).all()
    assert result.tenths.shape == (11, 10)
    np.testing.assert_array_equal(result.tenths[:2], 1)


def test_the_rarest_tenth_goes_first():
    result = gallery.vocabulary_survival()
    assert result.tenths[10, 0] > 0.9 > 0.3 > result.tenths[10, -1]
    one = gallery.vocabulary_survival(order=1)
    np.testing.assert_allclose(one.tenths_theory[10], result.tenths_theory[10], atol=0.02)


# ---- sure, and right


@pytest.mark.parametrize("regime", ["replace", "temperature 0.5", "accumulate"])
def test_confidence_shows_a_live_run_beside_the_record(regime):
    result, record = gallery.confidence(regime=regime, seed=1), recorded()
    for shown, name in (
        (result.network_sure / 100, "confidence"),
        (result.network_right / 100, "accuracy"),
        (np.log(result.network_own), "own_loss"),
        (np.log(result.network_real), "held_out_loss"),
    ):
        np.testing.assert_allclose(shown, np.median(record.trace(name, regime), axis=1))
    policies = {"replace": Replace(), "accumulate": Accumulate()}
    policy = policies.get(regime, Tempered(Replace(), Temperature(0.5)))
    n = record.settings["n"]
    lineage = simulate(manual(), NGram(2), policy, n=n, generations=10, replicates=3, rng=1)
    for shown, metric in (
        (result.pairs_sure / 100, metrics.confidence),
        (result.pairs_right / 100, metrics.accuracy),
        (result.pairs_own, metrics.own_perplexity),
        (result.pairs_real, metrics.held_out_perplexity),
    ):
        np.testing.assert_allclose(shown, np.median(lineage.trace(metric), axis=1))
    said = record.text(regime, 10)
    assert said.startswith(str(result.texts[10])[:60])


def test_both_kinds_of_model_grow_sure_and_wrong():
    result = gallery.confidence()
    for sure, right in (
        (result.pairs_sure, result.pairs_right),
        (result.network_sure, result.network_right),
    ):
        assert sure[10] - right[10] > sure[1] - right[1]
        assert right[10] < right[1]


def test_only_the_recorded_regimes_can_be_asked_for():
    assert set(recorded().regimes) == set(gallery.confidence.inputs[0].options)
    with pytest.raises(ValueError, match=r"regime must be 'replace', .*, not 'anchor'"):
        gallery.confidence(regime="anchor")


# ---- loops


def test_the_law_of_loops():
    for states in (1, 2, 10, 1000):
        p = cycle_probabilities(states)
        lengths = np.arange(1, states + 1)
        assert p.sum() == pytest.approx(1)
        assert p @ lengths == pytest.approx(float(theory.greedy_cycle_mean(states)))


def test_the_law_holds_for_random_maps_and_not_for_text():
    rng = np.random.default_rng(0)
    states, maps = 50, 400
    cycles = np.array([orbits(rng.integers(states, size=states)).cycle[0] for _ in range(maps)])
    share = np.array([np.mean(cycles == k) for k in (1, 2, 5)])
    p = cycle_probabilities(states)[[0, 1, 4]]
    assert np.all(np.abs(share - p) < 4.5 * np.sqrt(p * (1 - p) / maps))
    result = gallery.loops(arrows="map", states=50)
    np.testing.assert_allclose(result.lengths, result.lengths_theory, atol=0.1)
    text = gallery.loops()
    assert np.abs(text.lengths - text.lengths_theory).max() > 0.5
    assert text.mean < text.mean_theory / 2


@pytest.mark.parametrize("values", [{}, {"arrows": "map", "states": 30}], ids=["text", "map"])
def test_the_walk_closes_where_it_says(values):
    result = gallery.loops(**values, seed=2)
    closed = result.tail + result.cycle
    assert closed <= 60 and len(set(result.path[:closed])) == closed
    assert result.path[closed] == result.path[result.tail]
    np.testing.assert_array_equal(result.path[closed:][:3], result.path[result.tail :][:3])
    assert result.said[closed] == result.said[60] == closed
    view = gallery.loops.draw(result)["walk"]
    for step, there in ((closed - 1, 0), (closed, result.cycle + 1)):
        loop = resolve(view, step)["data"][2]
        assert np.isfinite(loop["x"]).sum() == np.isfinite(loop["y"]).sum() == there


def test_more_words_than_the_text_has():
    result = gallery.loops(arrows="map", states=2_000, text=TINY)
    assert result.states == len(TINY.vocabulary) and "only" in result.meaning


# ---- whisper


def test_a_vote_finds_independent_errors_and_elects_common_ones():
    own, common = (
        [gallery.whisper(shared=shared, seed=seed) for seed in range(5)] for shared in (0.0, 1.0)
    )
    kept = [np.array([run.kept[20] for run in runs]) for runs in (own, common)]
    error = np.hypot(*(values.std(ddof=1) / np.sqrt(5) for values in kept))
    assert abs(kept[0].mean() - kept[1].mean()) < 4.5 * error + 1
    assert min(run.vote[20] for run in own) == 100
    assert max(run.vote[30] for run in common) < 60


def test_the_elected_sentence_is_what_the_vote_counts():
    result = gallery.whisper(shared=1.0)
    for step in (0, 10, 30):
        spans = result.elected[step].spans
        changed = sum(len(span.text.split()) for span in spans if span.mark == "new")
        total = len(str(result.elected[0]).split()) + 1  # the full stop is a word to the machine
        assert changed == round(total * (1 - result.vote[step] / 100))
    assert not any(span.mark for span in result.one[0].spans)


def test_another_text_is_whispered_in_its_own_words():
    result = gallery.whisper(text=TINY, error=0.0)
    assert str(result.one[30]) == str(result.one[0]) == TINY.decode(TINY.train.ids[:18])
    assert np.all(result.kept == 100) and np.all(result.vote == 100)


# ---- questions


def test_the_questions_know_their_answers():
    assert ask.noticed()._answer.judge(100 * float(game().kept[10])).voice == "got it"
    assert ask.noticed()._answer.judge(96.0).voice == "not yet"
    for given, voice in (("1000", "got it"), ("20", "not yet"), ("1040", "got it")):
        closing = ask.closing()
        closing.again()  # it remembers that it was answered
        closing.answer(given)
        closing.press()
        assert closing.voice == voice
    outside = ask.outside()
    outside.answer([s for s, (true, _) in outside._answer.statements.items() if true])
    outside.press()
    assert outside.answered


def test_the_guess_is_held_to_twenty_lineages():
    guess = ask.safest()
    guess.choose(1_000)
    guess.commit()
    guess.reveal()
    lineage = simulate(
        manual(),
        NGram(2),
        Tempered(Replace(), Greedy()),
        n=40_000,
        generations=10,
        replicates=20,
        rng=0,
    )
    assert guess.answer == np.median(lineage.trace(metrics.survivors)[10])


def test_the_task_ticks_when_the_temperature_is_dragged_down():
    panel = game.widget(n=2_000)
    task = ask.moment(panel)
    assert not task.reached
    panel.set(generations=10)
    assert not task.reached
    panel.set(temperature=0.5)
    assert task.reached and not task.done
    answer = task.check._answer
    task.check.answer(answer.right)
    task.check.because(answer.because)
    task.check.press()
    assert task.done
