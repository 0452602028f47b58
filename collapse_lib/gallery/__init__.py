"""The explorables: each one a question, answered with sliders.

bounded_errors      a small error every time: when does the sum of errors stay bounded?
budget_game         a hundred coins: human data, checking, or more generated data?
cats_and_horses     a model that cannot hold two kinds: which animals does it make?
coin_wealth         a fair coin, times 1.5 or times 0.5: the average's wealth, and yours?
confidence          a language model grows surer and surer: is it right more often?
crowd_of_models     many models that teach each other: do their mistakes cancel?
discovery           more and more pictures: when does nothing new turn up any more?
four_suspects       data, procedure, form, hardware: what does each do alone, and together?
good_filter         four ways to keep a loop clean: which of them eat the rare kinds?
high_dimensions     many properties at once: how much is tail, how many samples would it take?
how_counted         one web: what do eight ways to count it say?
loops               always the likeliest word: where does that lead, and after how long?
one_way_door        a rare kind that is drawn no more: does it ever come back?
rare_handwriting    one digit is rare: what does its accuracy say, and what does it not?
scaling_law         twice the data: does it still help, if a machine made them?
share_or_count      does the share of real data count, or their number?
snowball            a larger sample: does it cure the loss, or put it off?
tail_loss           which tenth of the kinds is left, and which check notices?
telephone_game      models that learn from each other's texts: what do they say in the end?
variance_collapse   a Gaussian learns from its own samples: what becomes of its variance?
verifier_belief     a filter that is nearly right: where does the loop end behind it?
vocabulary_survival which words die first, and does entropy notice?
watch_and_roll_back one dial to watch, and a way back: who notices in time?
whisper             a sentence in many mouths: when can a vote find it again?
who_fades_first     ten digits, all alike: who is lost first, and does it mean anything?
whose_habit         five learners without labels: what does each of them get wrong?
your_kinds          kinds of your own: how many are left, and which?

Besides, a lesson imports by name what only it shows. The questions of lesson 00 are in
``start_questions``, of 01 in ``tail_questions``, 02 ``snowball_questions``, 03
``telephone_questions``, 04 ``suspect_questions``, 05 ``handwriting_questions``, 06
``rescue_questions``, 07 ``headline_questions``. Played by hand: ``field_guide`` (its birds are
drawn by ``birds``), ``next_word``, ``pass_it_on``, ``which_is_real``, ``self_check``,
``your_data``. And ``retold`` makes a text with marks of what a model said.
"""

from collapse_lib.gallery.bounded_errors import bounded_errors
from collapse_lib.gallery.budget_game import budget_game
from collapse_lib.gallery.cats_and_horses import cats_and_horses
from collapse_lib.gallery.coin_wealth import coin_wealth
from collapse_lib.gallery.confidence import confidence
from collapse_lib.gallery.crowd_of_models import crowd_of_models
from collapse_lib.gallery.discovery import discovery
from collapse_lib.gallery.four_suspects import four_suspects
from collapse_lib.gallery.good_filter import good_filter
from collapse_lib.gallery.high_dimensions import high_dimensions
from collapse_lib.gallery.how_counted import how_counted
from collapse_lib.gallery.loops import loops
from collapse_lib.gallery.one_way_door import one_way_door
from collapse_lib.gallery.rare_handwriting import rare_handwriting
from collapse_lib.gallery.scaling_law import scaling_law
from collapse_lib.gallery.share_or_count import share_or_count
from collapse_lib.gallery.snowball import snowball
from collapse_lib.gallery.tail_loss import tail_loss
from collapse_lib.gallery.telephone_game import telephone_game
from collapse_lib.gallery.variance_collapse import variance_collapse
from collapse_lib.gallery.verifier_belief import verifier_belief
from collapse_lib.gallery.vocabulary_survival import vocabulary_survival
from collapse_lib.gallery.watch_and_roll_back import watch_and_roll_back
from collapse_lib.gallery.whisper import whisper
from collapse_lib.gallery.who_fades_first import who_fades_first
from collapse_lib.gallery.whose_habit import whose_habit
from collapse_lib.gallery.your_kinds import your_kinds

__all__ = [
    "bounded_errors",
    "budget_game",
    "cats_and_horses",
    "coin_wealth",
    "confidence",
    "crowd_of_models",
    "discovery",
    "four_suspects",
    "good_filter",
    "high_dimensions",
    "how_counted",
    "loops",
    "one_way_door",
    "rare_handwriting",
    "scaling_law",
    "share_or_count",
    "snowball",
    "tail_loss",
    "telephone_game",
    "variance_collapse",
    "verifier_belief",
    "vocabulary_survival",
    "watch_and_roll_back",
    "whisper",
    "who_fades_first",
    "whose_habit",
    "your_kinds",
]
