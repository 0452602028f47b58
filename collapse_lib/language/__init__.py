"""The telephone game: language models that eat their own words.

The truth is a real text, the model an n-gram; the loop is the usual one, counted in tokens:
``simulate(Corpus.default(), NGram(2), Tempered(Replace(), Temperature(0.5)), n=40_000,
generations=10)``.

Where to look
-------------
corpus      real text: Python's own manual, or the reader's
markup      a text without the marks of Markdown and HTML
tokens      text into words or characters, and back
counts      the statistic: n-gram counts, which add, and the documents that were counted
writer      what a corpus and a model of text have in common
ngram       the learner and its model
automaton   how a model speaks, hundreds of documents side by side
decoding    temperature, top-k, top-p, greedy and beam for text
metrics     one number per model, of its text or of what it foresees
loops       text that has come round, and why greedy decoding must
whisper     a sentence handed along chains of paraphrasers
neural      a small recurrent network instead of the n-gram (needs JAX)
record      lineages of such networks, trained once and kept (needs nothing)
"""

from collapse_lib.language import metrics
from collapse_lib.language.corpus import Corpus
from collapse_lib.language.counts import Documents, NGramCounts, NGrams
from collapse_lib.language.decoding import Beam
from collapse_lib.language.loops import Loops, Orbits, find_loops, greedy_successors, orbits
from collapse_lib.language.markup import notebook_prose, unmarked
from collapse_lib.language.neural import Network, Recurrent, Scores
from collapse_lib.language.ngram import NGram, NGramModel
from collapse_lib.language.record import NeuralRecord, recorded
from collapse_lib.language.tokens import Characters, Tokenizer, Vocabulary, Words
from collapse_lib.language.whisper import Whispers, neighbours, whisper

__all__ = [
    "Beam",
    "Characters",
    "Corpus",
    "Documents",
    "Loops",
    "NGram",
    "NGramCounts",
    "NGramModel",
    "NGrams",
    "Network",
    "NeuralRecord",
    "Orbits",
    "Recurrent",
    "Scores",
    "Tokenizer",
    "Vocabulary",
    "Whispers",
    "Words",
    "find_loops",
    "greedy_successors",
    "metrics",
    "neighbours",
    "notebook_prose",
    "orbits",
    "recorded",
    "unmarked",
    "whisper",
]
