"""Instruments for text: a model, measured against a corpus, becomes one number per replicate.

Each is called ``metric(model, truth)``, as those of `collapse_lib.metrics`, and answers with an
array of the model's batch; one with a parameter is made by a function. In nats where it is an
entropy. Some look at the text that the model learnt from, which from generation 2 on is what the
model before it said (row 0 of a trace is the corpus itself); some ask the model about held-out
real text, and answer nan for the corpus, which is no model.
"""

from __future__ import annotations

from math import prod

import numpy as np

from collapse_lib import metrics
from collapse_lib.checks import Array, whole
from collapse_lib.distributions import Distribution
from collapse_lib.language.corpus import Corpus
from collapse_lib.language.counts import Documents
from collapse_lib.language.decoding import favourites
from collapse_lib.language.loops import find_loops
from collapse_lib.language.neural import Network
from collapse_lib.language.ngram import NGramModel
from collapse_lib.language.writer import TextModel, Writer
from collapse_lib.metrics.kinds import Metric, name

__all__ = [
    "accuracy",
    "conditional_entropy",
    "confidence",
    "decile_survivors",
    "distinct",
    "divergence",
    "held_out_perplexity",
    "loop_length",
    "loop_start",
    "looping",
    "own_perplexity",
    "perplexity",
    "repetition",
    "survivors",
    "type_token_ratio",
    "unigram_entropy",
    "zipf_slope",
]

LAMBDA = 0.5  # what held-out scoring gives to the longer context, at each order
FLOOR = 0.05  # and what it takes from single words for words that have died

# --- how well a model foresees ---------------------------------------------------------------


def perplexity(model: NGramModel, documents: Documents) -> Array:
    """Return the perplexity of a model on some documents, with its own smoothing.

    ``exp(-mean ln p)`` over all tokens, each given those before it in its document.

    Parameters
    ----------
    model : NGramModel
        Who is asked.
    documents : Documents
        Of batch ``()`` or of the batch of the model.

    Returns
    -------
    ndarray, shape ``batch``
        1 if nothing surprises it; infinite if one token was impossible, as without smoothing any
        new pair of words is.

    Notes
    -----
    ``perplexity(lineage[t], lineage[t + 1].documents)`` is that of a model on what it said
    itself (under `Replace`). Low perplexity of one's own text is confidence, not quality.
    """
    states, tokens = model.listen(documents)
    with np.errstate(divide="ignore"):
        surprise = -np.log(model.plain.probability(states.ravel(), tokens.ravel()))
    return _batched(model, np.exp(surprise.reshape(states.shape).mean(axis=0)))


def held_out_perplexity(model: Distribution, truth: Distribution) -> Array:
    """Return the perplexity on the held-out tenth of the real text, shape ``batch``.

    Whatever the model's own smoothing, its counts are scored with one and the same (Jelinek &
    Mercer 1980, with fixed weights): at each order half of the relative frequency and half of
    what the next shorter context says, down to single words, of which a twentieth goes to all
    words of the corpus's vocabulary alike. A network, to which no word is impossible, is asked
    as it is.

    Raises
    ------
    TypeError
        If the truth is no corpus, or the model none of text.

    Notes
    -----
    Weights that depend on counts would take a text that was copied ten times for ten times as
    much evidence, and without the floor one dead word would make it infinite. Other weights
    change every value, so compare only values of one corpus; and a model may say nonsense and
    score well, for it never hears itself here.
    """
    corpus = _corpus("held_out_perplexity", truth)
    if isinstance(model, Network):
        return np.exp(model.score(corpus.held_out).loss)
    if not isinstance(model, NGramModel):
        return _not_a_model("held_out_perplexity", model)
    relative = model.relative
    states, tokens = model.listen(corpus.held_out)
    *longer, bare = relative.ancestors(states)
    p = (1 - FLOOR) * relative.own(bare, tokens) + FLOOR / model.size
    for here in reversed(longer):
        remembers = here >= relative.levels[1]
        p = np.where(remembers, (1 - LAMBDA) * p + LAMBDA * relative.own(here, tokens), p)
    return _batched(model, np.exp(-np.log(p).mean(axis=0)))


def own_perplexity(model: Distribution, truth: Distribution) -> Array:
    """Return the perplexity on what the model learnt from, shape ``batch``.

    From generation 2 on, under `Replace`, that is the machine-made text of its own generation.
    Over all n-grams of the model's order, weighted as it learnt them.

    Raises
    ------
    TypeError
        If the model is none of text.

    Notes
    -----
    The gap to `held_out_perplexity` is over-confidence. It falls because text becomes easier for
    every model, so that a low value is no praise; see `perplexity` for that on other text.
    """
    if not isinstance(model, NGramModel):
        return _not_a_model("own_perplexity", model)
    plain, counts = model.plain, model.counts.grams[-1].counts
    first = plain.start[plain.levels[-2]]
    p = plain.odds[first:] / plain.total[plain.row[first:]]
    member, _ = _owner(model.counts.grams[-1].keys, (model.size + 1) ** model.counts.order)
    surprise = np.bincount(member, -counts * np.log(p)) / np.bincount(member, counts)
    return _batched(model, np.exp(surprise))


def confidence(model: Distribution, truth: Distribution) -> Array:
    """Return the mean probability of the model's favourite next token in held-out real text.

    Raises
    ------
    TypeError
        If the truth is no corpus, or the model none of text.

    Notes
    -----
    A calibrated model has it equal to its `accuracy` (Guo et al., ICML 2017). One that was
    trained on little text is over-confident from the start: look at the gap's growth.
    """
    return _favourite("confidence", model, truth)[0]


def accuracy(model: Distribution, truth: Distribution) -> Array:
    """Return the share of held-out real tokens that were the model's favourite.

    Raises
    ------
    TypeError
        If the truth is no corpus, or the model none of text.

    Notes
    -----
    Commas, full stops and "the" make up much of it: it can hold while all meaning is gone.
    """
    return _favourite("accuracy", model, truth)[1]


def _favourite(metric: str, model: Distribution, truth: Distribution) -> tuple[Array, Array]:
    corpus = _corpus(metric, truth)
    if isinstance(model, Network):
        scores = model.score(corpus.held_out)
        return scores.top, scores.hits
    if not isinstance(model, NGramModel):
        return (_not_a_model(metric, model),) * 2
    token, p, _ = favourites(model.plain)
    states, tokens = model.listen(corpus.held_out)
    hits = token[states] == tokens
    return _batched(model, p[states].mean(axis=0)), _batched(model, hits.mean(axis=0))


# --- which words are left --------------------------------------------------------------------


def survivors(model: Distribution, truth: Distribution) -> Array:
    """Return how many different tokens the training text has, shape ``batch``.

    Raises
    ------
    TypeError
        If the model is none of text.

    Notes
    -----
    It grows with the length of the text: compare equal n.
    """
    words = _writer("survivors", model).words
    return metrics.survivors(words, words)


def decile_survivors(decile: int) -> Metric:
    """Return the metric "share of one tenth of the real vocabulary that is left".

    Parameters
    ----------
    decile : int
        1 for the tenth of the words that are rarest in the real text, …, 10 for the commonest.

    Returns
    -------
    callable
        A metric between 0 and 1, shape ``batch``; see `collapse_lib.metrics.decile_survivors`.

    Raises
    ------
    ValueError
        If `decile` is not a whole number from 1 to 10.

    Notes
    -----
    In real text about half of the words occur once, so that the rarest tenths differ in nothing
    but the order in which equal counts are put.
    """
    of_words = metrics.decile_survivors(decile)

    def decile_survivors(model: Distribution, truth: Distribution) -> Array:
        original = _writer("decile_survivors", truth).words
        return of_words(_writer("decile_survivors", model).words, original)

    return decile_survivors


def unigram_entropy(model: Distribution, truth: Distribution) -> Array:
    """Return the entropy of single tokens in the training text, in nats, shape ``batch``.

    Raises
    ------
    TypeError
        If the model is none of text.

    Notes
    -----
    Half of the vocabulary can die while it moves a few per cent.
    """
    words = _writer("unigram_entropy", model).words
    return metrics.entropy(words, words)


def conditional_entropy(order: int = 2) -> Metric:
    """Return the metric "entropy of a token given the ones before", in nats.

    Parameters
    ----------
    order : int, default 2
        Length of the n-grams: a token given ``order - 1`` before it.

    Returns
    -------
    callable
        A metric of shape ``batch``, of the relative frequencies in the training text.

    Raises
    ------
    ValueError
        If `order` is not a whole number of at least 1.

    Notes
    -----
    The estimate is too low, and the more so the longer the n-grams: in a short text almost every
    context has one follower. Compare equal n and order.
    """
    order = whole("order", order, least=1)

    def conditional_entropy(model: Distribution, truth: Distribution) -> Array:
        writer = _writer("conditional_entropy", model)
        gram, base = writer.grams(order), writer.size + 1
        context = gram.keys // base
        begins = np.flatnonzero(np.diff(context, prepend=-1))
        total = np.add.reduceat(gram.counts, begins)
        p = gram.counts / np.repeat(total, np.diff(begins, append=len(context)))
        member, _ = _owner(gram.keys, base**order)
        surprise = np.bincount(member, -gram.counts * np.log(p))
        return _batched(writer, surprise / np.bincount(member, gram.counts))

    return conditional_entropy


def type_token_ratio(model: Distribution, truth: Distribution) -> Array:
    """Return different tokens per token of the training text, shape ``batch``.

    Raises
    ------
    TypeError
        If the model is none of text.

    Notes
    -----
    It falls with the length of any text, human or not: compare equal lengths only.
    """
    return _different(_writer("type_token_ratio", model), 1)


def zipf_slope(model: Distribution, truth: Distribution) -> Array:
    """Return the slope of log frequency against log rank over all living tokens, ``batch``.

    Fitted by least squares; about -1 in natural text (Zipf 1949), nan for fewer than 2 tokens.

    Raises
    ------
    TypeError
        If the model is none of text.

    Notes
    -----
    The many rare words weigh most in it, and ranks are made from the same counts, so the fit
    looks better than it is (Piantadosi 2014). Read its change, not its third digit.
    """
    p = -np.sort(-_writer("zipf_slope", model).words.p, axis=-1)
    alive = p > 0
    x = np.where(alive, np.log(np.arange(1, p.shape[-1] + 1)), 0)
    y = np.log(np.where(alive, p, 1))
    n = alive.sum(axis=-1)
    x_mean, y_mean = x.sum(axis=-1) / n, y.sum(axis=-1) / n
    covariance = (x * y).sum(axis=-1) - n * x_mean * y_mean
    spread = (x * x).sum(axis=-1) - n * x_mean**2
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.where(n > 1, covariance / spread, np.nan))


def divergence(n: int = 1) -> Metric:
    """Return the metric "Jensen–Shannon divergence of n-grams from the real text", in nats.

    Parameters
    ----------
    n : int, default 1
        Length of the n-grams.

    Returns
    -------
    callable
        A metric from 0 to ln 2 = 0.693 (Lin 1991), shape ``batch``, of the relative frequencies
        in both training texts.

    Raises
    ------
    ValueError
        If `n` is not a whole number of at least 1.

    Notes
    -----
    Two halves of one book differ as well, by more the longer the n-grams: the value of
    generation 1 is where to start from, not 0.
    """
    n = whole("n", n, least=1)

    def divergence(model: Distribution, truth: Distribution) -> Array:
        writer, corpus = _writer("divergence", model), _corpus("divergence", truth)
        gram, real = writer.grams(n), corpus.grams(n)
        members, space = prod(_shape(writer)), (writer.size + 1) ** n
        member, key = _owner(gram.keys, space)
        p = gram.counts / np.bincount(member, gram.counts)[member]
        place = real.find(key)
        q = np.where(place < 0, 0, (real.counts / real.counts.sum())[place])
        # (p ln p/m + q ln q/m) / 2, where an n-gram that only one text has adds its p/2 · ln 2
        middle = (p + q) / 2
        only = np.where(q > 0, q * np.log(np.maximum(q, 1e-300) / middle), 0)
        common = np.bincount(member, p * np.log(p / middle) + only, members)
        missed = 1 - np.bincount(member, q, members)
        return _batched(writer, (common + missed * np.log(2)) / 2)

    return divergence


# --- what is said again ----------------------------------------------------------------------


def distinct(n: int = 2) -> Metric:
    """Return the metric "different n-grams per n-gram of the training text".

    Parameters
    ----------
    n : int, default 2
        Length of the n-grams.

    Returns
    -------
    callable
        The distinct-n of Li et al. (NAACL 2016), shape ``batch``, over all documents together.

    Raises
    ------
    ValueError
        If `n` is not a whole number of at least 1.

    Notes
    -----
    It falls with the length of any text: compare equal lengths only.
    """
    n = whole("n", n, least=1)

    def distinct(model: Distribution, truth: Distribution) -> Array:
        return _different(_writer("distinct", model), n)

    return distinct


def _different(writer: Writer, n: int) -> Array:
    """Return different n-grams per n-gram, shape ``batch``."""
    gram = writer.grams(n)
    member, _ = _owner(gram.keys, (writer.size + 1) ** n)
    return _batched(writer, np.bincount(member) / np.bincount(member, gram.counts))


def repetition(n: int = 4) -> Metric:
    """Return the metric "share of n-grams that repeat an earlier one of the same document".

    Parameters
    ----------
    n : int, default 4
        Length of the n-grams.

    Returns
    -------
    callable
        seq-rep-n of Welleck et al. (ICLR 2020), averaged over the documents that were learnt
        from last, shape ``batch``; nan if none is whole.

    Raises
    ------
    ValueError
        If `n` is not a whole number of at least 1.

    Notes
    -----
    Manuals and songs repeat themselves too: the value of the real text is not 0.
    """
    n = whole("n", n, least=1)

    def repetition(model: Distribution, truth: Distribution) -> Array:
        writer = _writer("repetition", model)
        rows = writer.documents.whole.astype(np.int64)
        if not rows.size or writer.length < n:
            return np.full(_shape(writer), np.nan)
        runs = writer.length - n + 1
        names = rows[:, :runs]
        for ahead in range(1, n):
            names = names * writer.size + rows[:, ahead : ahead + runs]
            if writer.size**n >= 1 << 63:  # renamed at each step, so that no number overflows
                names = np.unique(names, return_inverse=True)[1].reshape(names.shape)
        ordered = np.sort(names, axis=1)
        different = 1 + (np.diff(ordered, axis=1) > 0).sum(axis=1)
        return _batched(writer, 1 - different.mean(axis=0) / runs)

    return repetition


def looping(model: Distribution, truth: Distribution) -> Array:
    """Return the share of the documents learnt from last that go round in a loop, ``batch``.

    A loop is the same up to 50 tokens three times in a row, see `find_loops`; nan if no document
    is whole.

    Raises
    ------
    TypeError
        If the model is none of text.

    Notes
    -----
    A document counts from its first loop on, even if it finds out again.
    """
    length = find_loops(_writer("looping", model).documents).length
    if not len(length):
        return np.full(model.batch, np.nan)
    return _batched(model, (length > 0).mean(axis=0))


def loop_length(model: Distribution, truth: Distribution) -> Array:
    """Return the median length of the loops, in tokens, nan where there is none, ``batch``.

    Raises
    ------
    TypeError
        If the model is none of text.

    Notes
    -----
    Over the documents that loop: look at `looping` for how many these are.
    """
    loops = find_loops(_writer("loop_length", model).documents)
    return _batched(model, _median(loops.length))


def loop_start(model: Distribution, truth: Distribution) -> Array:
    """Return the median number of tokens said before the loop, nan where there is none, ``batch``.

    Raises
    ------
    TypeError
        If the model is none of text.

    Notes
    -----
    Over the documents that loop; where most do not, the median is that of the early ones.
    """
    loops = find_loops(_writer("loop_start", model).documents)
    return _batched(model, _median(loops.start))


def _median(values: Array) -> Array:
    """Return the median over the documents, -1 left out; nan where nothing is left."""
    ordered = np.sort(np.where(values < 0, np.inf, values), axis=0)
    count = (values >= 0).sum(axis=0, keepdims=True)
    if not len(ordered):
        return np.full(values.shape[1:], np.nan)
    low, high = (
        np.take_along_axis(ordered, np.maximum(place, 0), axis=0)[0]
        for place in ((count - 1) // 2, count // 2 * (count > 0))
    )
    return np.where(count[0] > 0, (low + high) / 2, np.nan)


# --- who is asked ----------------------------------------------------------------------------


def _writer(metric: str, model: Distribution) -> Writer:
    if not isinstance(model, Writer):
        raise TypeError(f"{metric} measures text, and {name(model)} writes none")
    return model


def _corpus(metric: str, truth: Distribution) -> Corpus:
    if not isinstance(truth, Corpus):
        raise TypeError(f"{metric} needs a corpus as the truth, not {name(truth)}")
    return truth


def _not_a_model(metric: str, model: Distribution) -> Array:
    return np.full(_writer(metric, model).batch, np.nan)


def _shape(writer: Distribution) -> tuple[int, ...]:
    """Return the shape of what was counted; `expand` may have put axes in front."""
    return writer.counts.batch if isinstance(writer, TextModel) else ()


def _batched(model: Distribution, values: Array) -> Array:
    """Return one value per member of the counts as an array of the model's batch."""
    return np.broadcast_to(np.reshape(values, _shape(model)), model.batch)


def _owner(keys: Array, space: int) -> tuple[Array, Array]:
    """Return which member of the batch an n-gram is of, to count and index with, and its rest.

    Keys have 64 bits everywhere, but what counts may have no more than the machine has: 32 in a
    browser.
    """
    member, rest = np.divmod(keys, space)
    return member.astype(np.intp), rest
