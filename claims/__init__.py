"""What every number in the lessons rests on: ``python -m claims`` measures all of them again.

A number that a learner, a hall or a lecturer reads (lessons and their translations, decks, the
cards' answers, the page for lecturers) is tied to the run or the formula that gives it. Texts
stay as they are; beside them, ``claims/of_01_tail_loss.py`` and its like quote their sentences::

    five = panel(gallery.tail_loss, generations=5)
    five.says(
        "{Half|1 - kinds / 100} of the kinds are gone",
        "typically off by {0.7|size_off} standard errors",
        "which only {down|mean(variety[1:] < 0) > 0.9}?",
    )

**To tie a number**, quote enough words around it, to the letter, to find the place, put the number
in braces, and after a bar say what it must be. One quotation holds in every text of the lesson that
has these words (capitals do not matter). What may stand before the bar, and how it is read:

- ``0.7``, ``1,330``, ``forty``, ``15 or 16``, ``40 to 80``, ``4·10^16``, ``twice``: numbers;
- ``92 %``, ``54 in 100``, ``four kinds in five``, ``half``: shares, from 0 to 1;
- a word without a number, ``always``: the expression must be true.

The words before it count: *more than*, *at most*, *about*, *nearly*. After the bar stands an
expression over what the measure gives, with ``mean``, ``median``, ``abs`` and their like from
numpy; ``± 0.3`` behind it says how far a single re-roll may be off. Nothing behind the number
(``{200}``) means a setting: it must be one of those that the measure was run at.

**Where it comes from** is one of three:

- ``panel(gallery.tail_loss, generations=5)``: what the panel shows there. Its names are those of
  the panel's sentence, its settings, and the fields of its result. It is rolled again if the panel
  can be;
- a function under ``@measured`` that returns names; with a parameter ``seed=0`` it has dice. What
  it estimates from many runs it returns as `Rate.of(outcomes)`, which carries its standard error;
- ``given(p=0.001, n=1000)``: what is so by construction, as in a formula.

**What holds.** A figure with dice must be right (to half of its last digit, or to a tenth, or to
0.15 where the text says *about*) in 18 of 20 re-rolls, and in the middle of them to half of that.
*In most* takes 14. A rate must lie within two standard errors. Without dice it must round to what
is written. What is said to help is measured beside its control: ``with_it > 0.9 > without``.

**What needs no tie** is listed in `claims.numbers.KINDS`, and is short: code, minutes, sources with
their citation, numbers of lists, what the reader is told to set or to look at, answers offered to
choose from, integers in formulas, and words up to twelve that count what stands on the page.

In the tests every tie is checked at the first seed, which is what a learner sees first.
"""

from claims.ledger import Measure, Rate, given, measured, panel, seen

__all__ = ["Measure", "Rate", "given", "measured", "panel", "seen"]
