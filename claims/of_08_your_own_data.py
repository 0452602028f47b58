"""What the numbers of *Your own data* rest on: the text that is there until one brings one's own."""

import numpy as np

from claims import given, panel
from collapse_lib import theory
from collapse_lib.gallery.your_data import YourData
from collapse_lib.gallery.your_kinds import your_kinds
from collapse_lib.language import Corpus

MANUAL = list(YourData(Corpus.default().text)._offers.values())[1][0]
TOLD = np.rint(MANUAL.p * len(YourData(Corpus.default().text)._words))

given(8, 2_000, 20_000, 200, 10, 1_000, 50, 10_000, 1, half_life=float(theory.half_life(50))).says(
    "CSV UTF-{8};",
    "plain text, UTF-{8}.",
    "at least {2,000} words; better, {20,000}",
    "Blocks of {200} words",
    "gone after {ten} rounds",
    "A column of {1,000} measurements, learned with middle and spread, samples of {50}",
    "lose {half|0.5} of the variance",
    "after about {17|half_life} generations",
    "A text of {10,000} words goes down the chain at temperature {1}",
)

given(once=int((TOLD == 1).sum())).says("{1,131|once} stand there only once")
zipf = panel(your_kinds, generations=1)
zipf.says(
    "of {two hundred|total}, and",
    "the other {forty-nine|HORIZON - 1} generations",
    "of the rarest, {two in five|1 - whole('left')[1][5] / whole('before')[5]} are missing already",
)

manual = panel(your_kinds, kinds=MANUAL, generations=50)
manual.says(
    "Of its {2,719|total} words, 1,131 stand",
    "samples of {1,000} words {402|at(1).median} are left after one generation, and {31|median} after {fifty}",
    "less than {0.03 %|EDGES[-1]} of the text, {2,269|whole('before')[-1]} in all, {six|whole('left')[50][-1] ± 2.5} are left on average",
    "{Half|0.5} your words gone",
)
large = panel(your_kinds, kinds=MANUAL, n=32_000, generations=50)
large.says("as the manual itself, {32,000} words, keep only {464|median}")
tenth = panel(your_kinds, kinds=MANUAL, real=0.1, generations=50)
tenth.says("With {100|real_count} real words among the {1,000} in each generation {211|median} are")
half = panel(your_kinds, kinds=MANUAL, real=0.5, generations=50)
half.says("with {500|real_count} it is {377|median}")
