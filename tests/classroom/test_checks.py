"""Checks: four voices, mistakes that are understood, and no way through by luck."""

import random

import pytest

from collapse_lib.classroom import Check, Number, Reasoned, Several, progress

from .hand import button, press, said, shown

HINTS = ("where to look", "how to begin", "all but the answer")
WRONG = (((0, 1), "rare is not never"), (50, "not a coin"), ((99, 100), "you have a thousand"))
SHARE = Number(36.8, WRONG, within=0.02, high=100, unit="%")
WHY = Reasoned(
    "it falls",
    {"it stays": "no pull", "it rises": "no push", "it swings": "no spring"},
    "nothing pulls back",
    {f"reason {i}": f"not because of {i}" for i in range(5)},
)
TRUE = Several({f"statement {i}": (i % 2 == 0, f"look at {i}") for i in range(6)})


def make(answer=SHARE, **more):
    return Check("How likely?", answer, hints=HINTS, praise="A thousand tries.", **more)


@pytest.mark.parametrize(
    ("given", "voice", "words"),
    [
        ("", "nothing yet", "Write a number first."),
        ("lots", "nothing yet", "“lots” is no number I can read: no number in it."),
        ("0.1 %", "not yet", "Not yet. rare is not never"),
        ("0,5", "not yet", "Not yet. rare is not never"),
        ("50", "not yet", "Not yet. not a coin"),
        ("99.9", "not yet", "Not yet. you have a thousand"),
        ("20", "not yet", "Not yet. That is too little."),
        ("80", "not yet", "Not yet. That is too much."),
        ("40", "almost", "Almost. You are close: look or count once more."),
        ("36,8 %", "got it", "Got it. A thousand tries."),
        ("37", "got it", "Got it. A thousand tries."),
    ],
)
def test_a_number_is_answered_in_four_voices(given, voice, words):
    check = make()
    press(check, "answer", given)
    assert check.voice == "nothing yet"  # filling in is not asking
    press(check, "press")
    assert check.voice == voice
    assert said(check) == words
    assert check.answered is (voice == "got it")
    assert check.tries == (voice != "nothing yet")


@pytest.mark.parametrize(
    ("answer", "reason", "voice", "words"),
    [
        (None, None, "nothing yet", "Choose an answer first."),
        ("it falls", None, "nothing yet", "Choose a reason, too."),
        ("it stays", None, "not yet", "Not yet. no pull"),
        ("it stays", "reason 1", "not yet", "Not yet. 2 mistakes. no pull not because of 1"),
        ("it rises", None, "not yet", "Not yet. no push"),
        ("it swings", "nothing pulls back", "not yet", "Not yet. no spring"),
        ("it falls", "reason 1", "almost", "Almost. not because of 1"),
        ("it falls", "nothing pulls back", "got it", "Got it. A thousand tries."),
    ],
)
def test_a_choice_needs_its_reason(answer, reason, voice, words):
    check = make(WHY)
    if answer:
        press(check, "answer", [WHY.options.index(answer)])
    if reason:
        press(check, "because", [WHY.reasons.index(reason)])
    press(check, "press")
    assert check.voice == voice
    assert said(check) == words
    assert check.given == (answer, reason)


@pytest.mark.parametrize(
    ("places", "voice", "words"),
    [
        ([], "nothing yet", "Tick what is true first."),
        ([1, 3, 5], "not yet", "Not yet. 6 mistakes; two of them: look at 0 look at 1"),
        ([0, 3, 4], "not yet", "Not yet. 2 mistakes. look at 2 look at 3"),
        ([0, 2], "almost", "Almost. look at 4"),
        ([0, 2, 4, 5], "almost", "Almost. look at 5"),
        ([0, 2, 4], "got it", "Got it. A thousand tries."),
    ],
)
def test_all_that_is_true_and_nothing_else(places, voice, words):
    check = make(TRUE)
    press(check, "answer", places)
    press(check, "press")
    assert check.voice == voice
    assert said(check) == words


def test_every_mistake_meets_its_own_sentence():
    for answer, slips in (
        (SHARE, ["0.1", "50", "99.5"]),
        (WHY, list(WHY.wrong)),
        (TRUE, [["statement 1"], ["statement 0", "statement 2", "statement 3"], ["statement 0"]]),
    ):
        heard = set()
        for slip in slips:
            check = make(answer)
            check.answer(slip)
            check.press()
            assert not check.answered
            heard.add(said(check))
        assert len(heard) == 3


def random_answer(answer, dice):
    """What somebody without an idea gives: any number of the range, any ticks."""
    if isinstance(answer, Number):
        return str(dice.uniform(answer.low, answer.high)), None
    if isinstance(answer, Reasoned):
        return dice.choice(answer.options), dice.choice(answer.reasons)
    ticks = [text for text in answer.statements if dice.random() < 0.5]
    return ticks or [next(iter(answer.statements))], None


def passes(answer, trials=1000):
    dice = random.Random(1)
    passed = 0
    for _ in range(trials):
        given, reason = random_answer(answer, dice)
        if isinstance(answer, Reasoned):
            verdict = answer.judge((given, reason))
        elif isinstance(answer, Number):
            verdict = answer.judge(float(given))
        else:
            verdict = answer.judge(given)
        passed += verdict.voice == "got it"
    return passed / trials


@pytest.mark.parametrize("answer", [SHARE, WHY, TRUE], ids=["number", "choice", "several"])
def test_luck_passes_as_often_as_it_says_and_rarely(answer):
    assert answer.chance < 1 / 20
    error = (answer.chance * (1 - answer.chance) / 1000) ** 0.5
    assert abs(passes(answer) - answer.chance) < 4.5 * error
    check = make(answer)
    check.press()  # as it stood
    assert check.voice == "nothing yet" and check.tries == 0


def test_an_answer_that_luck_would_find_is_caught():
    """The wrong twin: built around the constructor, the ruler above sees it."""
    easy = object.__new__(Number)
    for name, value in {**vars(SHARE), "within": 0.5}.items():
        object.__setattr__(easy, name, value)
    assert passes(easy) > 1 / 20


@pytest.mark.parametrize(
    ("make_answer", "sentence"),
    [
        (
            lambda: Number(0.5, WRONG[:2], high=100),
            "wrong must hold at least 3 sentences, not 2",
        ),
        (
            lambda: Number(50, (*WRONG, (50, "no")), within=0.01, high=100),
            "wrong must not hold the right answer 50: 'not a coin'",
        ),
        (
            lambda: Number(30, WRONG, within=0.1, high=100),
            "a random answer must pass less than one time in 20, not one in 16.7",
        ),
        (
            lambda: Number(30, WRONG, within=0.2, almost=0.1),
            "within must be above 0 and below almost, not 0.2 and 0.1",
        ),
        (lambda: Number(30, WRONG, low=1, high=0), "low must be below high, not 1 and 0"),
        (
            lambda: Number(30, WRONG, log=True),
            "low must be above 0 and below high, not 0.0 and 1.0",
        ),
        (lambda: Number(130, WRONG, high=100), "value must lie between low and high, not at 130"),
        (
            lambda: Reasoned(
                "a", {"b": "1", "c": "2", "d": "3"}, "r", {"s": "4", "t": "5", "u": "6"}
            ),
            "a random answer must pass less than one time in 20, not one in 16",
        ),
        (
            lambda: Reasoned("a", {"b": "1", "c": "2"}, "r", {"s": "4"}),
            "wrong must hold at least 3 sentences, not 2",
        ),
        (
            lambda: Reasoned("a", WHY.wrong, "r", {"s": "same", "t": "same", "u": "same"}),
            "unless must hold at least 3 sentences, not 1",
        ),
        (
            lambda: Reasoned("it stays", WHY.wrong, "r", WHY.unless),
            "wrong must not hold the right one, 'it stays'",
        ),
        (
            lambda: Several({str(i): (True, str(i)) for i in range(4)}),
            "a random answer must pass less than one time in 20, not one in 15",
        ),
        (
            lambda: Several({str(i): (False, str(i)) for i in range(6)}),
            "statements must hold at least one that is true, not none",
        ),
        (lambda: Check("?", SHARE, hints=("one",)), "hints must be 3 steps, not 1"),
    ],
)
def test_a_check_that_would_not_teach_is_refused(make_answer, sentence):
    with pytest.raises(ValueError, match=sentence):
        make_answer()


def test_the_right_answer_may_come_from_a_run():
    now = [2.0]
    check = make(Number(lambda: now[0], WRONG, high=100, within=0.01))
    now[0] = 4.0  # the panel has moved on
    check.answer(2)
    check.press()
    assert said(check) == "Not yet. That is too little."
    check.answer(4)
    check.press()
    assert check.answered


def test_hints_come_in_three_steps():
    check = make()
    for step in range(1, 4):
        press(check, "hint")
        assert check.hints_seen == step
        assert said(check).splitlines()[-1] == f"{step}. {HINTS[step - 1]}"
    press(check, "hint")
    assert check.hints_seen == 3 and button(check, "hint")["off"]
    assert not check.answered


def test_the_same_answer_again_is_no_new_try():
    check = make()
    for given in ("20", "20", "80", "37", "20"):
        check.answer(given)
        check.press()
    assert check.answered and check.tries == 3
    assert check.given == 37  # a right answer stays


def test_what_cannot_be_filled_in_gets_a_sentence():
    with pytest.raises(ValueError, match=r"given must be one of .*, not 'it burns'"):
        make(WHY).answer("it burns")
    with pytest.raises(ValueError, match=r"reason must be one of .*, not 'because'"):
        make(WHY).because("because")
    with pytest.raises(ValueError, match=r"given must be one of .*, not 9"):
        make(TRUE).answer([9])


@pytest.mark.parametrize(
    ("answer", "given", "reason"),
    [(SHARE, "36,8", None), (WHY, "it falls", "nothing pulls back"), (TRUE, ["statement 0"], None)],
    ids=["number", "choice", "several"],
)
def test_an_answer_is_remembered_under_its_key(answer, given, reason):
    check = make(answer, key="01.how")
    check.answer(given)
    if reason:
        check.because(reason)
    assert progress.shared().get("01.how") is None  # only what was asked about counts
    check.press()
    again = make(answer, key="01.how")
    assert again.given == check.given
    assert again.answered is check.answered and again.tries == 1
    again.again()
    assert make(answer, key="01.how").tries == 0


@pytest.mark.parametrize("record", [{"given": ["gone"]}, {"given": 7}, {"given": None}, {}])
def test_a_record_that_no_longer_fits_is_no_answer(record):
    for answer in (SHARE, WHY, TRUE):
        progress.shared().note("01.how", kind="check", **record)
        check = make(answer, key="01.how")
        assert not check.answered
        assert shown(check, "buttons")
