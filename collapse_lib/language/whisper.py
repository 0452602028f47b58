"""A sentence handed on: what a chain of paraphrasers makes of it, and whether a vote can mend it.

Each paraphraser replaces now and then a word by a near neighbour, one that keeps the same company
in the corpus. Those of one architecture tend to prefer the *same* wrong word; that is what makes
their errors agree, and a vote over many chains worthless.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from collapse_lib.checks import Array, fraction, number, whole
from collapse_lib.dice import Seed, seed_sequence, stream
from collapse_lib.language.corpus import Corpus

COMMONEST = 2000  # words among which neighbours are looked for
COMPANY = 200  # words whose neighbourhood on either side describes a word
LEAST = 3  # occurrences of a word that may replace another


@dataclass(frozen=True, eq=False)
class Whispers:
    """What became of one sentence in many chains.

    Parameters
    ----------
    ids : ndarray of int, shape ``(steps + 1, chains, words)``
        Numbers of the words after each step; row 0 is the sentence.

    Notes
    -----
    A word counts as right if it is the original one. A neighbour may mean the same: this counts
    changes, not harm.
    """

    ids: Array

    @property
    def kept(self) -> Array:
        """Share of the words that are right, shape ``(steps + 1, chains)``."""
        return np.asarray((self.ids == self.ids[0]).mean(axis=-1))

    @property
    def vote(self) -> Array:
        """Share of the words that the commonest answer of all chains gets right, ``(steps + 1,)``.

        A tie that the right word shares counts for it.
        """
        sentence = self.ids[0, 0]
        right = (self.ids == sentence).sum(axis=1)
        most = np.ones_like(right)  # that agree on any one wrong word; and a vote needs a voter
        for chain in np.moveaxis(self.ids, 1, 0):
            same = (self.ids == chain[:, None]).sum(axis=1)
            most = np.where(chain == sentence, most, np.maximum(most, same))
        return np.asarray((right >= most).mean(axis=-1))

    @property
    def agreement(self) -> Array:
        """Chance that two chains that are wrong about a word say the same, ``(steps + 1,)``.

        nan where no two chains are wrong about the same word.
        """
        wrong = self.ids != self.ids[0]
        pairs = same = np.zeros(len(wrong), dtype=int)
        for lag in range(1, (self.ids.shape[1] // 2) + 1):
            other = np.roll(wrong, lag, axis=1) & wrong
            pairs = pairs + other.sum(axis=(1, 2))
            same = same + (other & (np.roll(self.ids, lag, axis=1) == self.ids)).sum(axis=(1, 2))
        with np.errstate(invalid="ignore"):
            return np.asarray(same / pairs)


def whisper(
    corpus: Corpus,
    sentence: str,
    *,
    steps: int = 30,
    chains: int = 100,
    error: float = 0.03,
    shared: float = 0.0,
    architectures: int = 1,
    near: Array | None = None,
    rng: Seed = None,
) -> Whispers:
    """Hand a sentence along many chains of paraphrasers.

    Parameters
    ----------
    corpus : Corpus
        Where neighbours of words are found, see `neighbours`; of words, not characters.
    sentence : str
        What is handed on; words of the corpus.
    steps : int, default 30
        Paraphrasers in a chain.
    chains : int, default 100
        Chains side by side, all beginning with the same sentence.
    error : float between 0 and 1, default 0.03
        Chance that a paraphraser replaces a word by a neighbour.
    shared : float between 0 and 1, default 0.0
        Chance that the replacement is the favourite of the paraphraser's architecture, always
        the same one for a word; else it is any neighbour.
    architectures : int, default 1
        How many different ones there are; each paraphraser is of one at random.
    near : ndarray of int, shape ``(size, count)``, optional
        `neighbours` of the words, to find them once for many calls.
    rng : int, SeedSequence, Generator or None
        Source of randomness (SPEC 7). More steps extend a run, and `error`, `shared` and
        `architectures` move over the same dice; another number of chains re-rolls.

    Returns
    -------
    Whispers
        The words after each step.

    Raises
    ------
    ValueError
        If a number is out of its range, the sentence is empty, or the corpus lacks a word of it.

    Notes
    -----
    The chance that a word has never been replaced is ``(1 - error)^steps`` whatever is shared:
    one chain does not show what kind of errors it makes. Two replacements of the same word agree
    with chance ``s²/A + (1 - s²/A)/K`` for s shared, A architectures and K neighbours.

    Paraphrasers here err without meaning to and never repair; people do both.

    Examples
    --------
    >>> text = Corpus.default()
    >>> whisper(text, "The value of the object is returned.", rng=0).kept.shape
    (31, 100)
    """
    steps, chains = whole("steps", steps, 1), whole("chains", chains, 1)
    architectures = whole("architectures", architectures, 1)
    error, shared = number(fraction, "error", error), number(fraction, "shared", shared)
    words = corpus.encode(sentence)
    if not words.size:
        raise ValueError("sentence must have at least one word")
    near = neighbours(corpus, also=words) if near is None else near
    habits, dice = map(stream, seed_sequence(rng).spawn(2))
    # a favourite for each word and architecture, drawn so that more of these leave the first
    favourite = habits.random((architectures, len(near))) * near.shape[1]
    ids = np.empty((steps + 1, chains, words.size), dtype=np.intp)
    ids[0] = words
    for step in range(steps):
        lots = dice.random((4, chains, words.size))
        who = (dice.random((chains, 1)) * architectures).astype(int)
        now = ids[step]
        any_one = (lots[2] * near.shape[1]).astype(int)
        choice = np.where(lots[1] < shared, favourite[who, now].astype(int), any_one)
        ids[step + 1] = np.where(lots[0] < error, near[now, choice], now)
    return Whispers(ids)


def neighbours(corpus: Corpus, count: int = 6, also: Array | None = None) -> Array:
    """Return the words that keep the most similar company in a corpus.

    Parameters
    ----------
    corpus : Corpus
        The text; its training part is looked at.
    count : int, default 6
        Neighbours of each word.
    also : ndarray of int, optional
        Numbers of words to find neighbours for besides the 2,000 commonest.

    Returns
    -------
    ndarray of int, shape ``(size, count)``
        Numbers of each word's neighbours, the nearest first. A token that is no word, or was not
        looked at, is its own neighbour.

    Raises
    ------
    ValueError
        If `count` is not a whole number of at least 1, or there are too few words.

    Notes
    -----
    Company: how much more often than by chance a word stands next to each of the 200 commonest
    tokens, left and right (positive pointwise mutual information); similarity is the cosine
    (Bullinaria & Levy 2007). That finds words of the same kind, "first" for "last" as well as
    "big" for "large": near is not the same as equal.
    """
    count = whole("count", count, least=1)
    tokens = corpus.vocabulary.tokens
    number = np.bincount(corpus.train.ids, minlength=len(tokens))
    word = np.array([token[0].isalpha() for token in tokens])
    looked = np.flatnonzero(word[:COMMONEST])
    if also is not None:
        looked = np.union1d(looked, also[word[also]])
    able = looked[number[looked] >= LEAST]
    if len(able) <= count:
        raise ValueError(
            f"corpus must have more than {count} words that occur {LEAST} times, not {len(able)}"
        )
    pairs = corpus.grams(2)
    first, second = (digit - 1 for digit in np.divmod(pairs.keys, len(tokens) + 1))
    company = np.zeros((len(tokens), 2 * COMPANY))
    for here, beside, side in ((first, second, 0), (second, first, COMPANY)):
        known = beside < COMPANY
        company[here[known], beside[known] + side] = pairs.counts[known]
    expected = np.outer(company.sum(axis=1), company.sum(axis=0)) / company.sum()
    with np.errstate(divide="ignore", invalid="ignore"):
        company = np.maximum(np.log(company / expected), 0)
    company[~np.isfinite(company)] = 0
    company /= np.maximum(np.linalg.norm(company, axis=1, keepdims=True), 1e-12)
    alike = company[looked] @ company[able].T
    alike[looked[:, None] == able] = -1
    near = np.repeat(np.arange(len(tokens))[:, None], count, axis=1)
    near[looked] = able[np.argsort(-alike, axis=1, kind="stable")[:, :count]]
    return near
