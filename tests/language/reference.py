"""Slow truths about n-gram models: dictionaries, one probability at a time."""

from __future__ import annotations

from collections import Counter

import numpy as np

from collapse_lib.language import Documents, NGram, NGramCounts

SIZE = 6
SMOOTHINGS = (None, "witten-bell", "kneser-ney")


def documents(seed: int, n: int = 60, length: int = 12, size: int = SIZE, batch=()) -> Documents:
    """Random text with a favourite order, so that contexts differ."""
    rng = np.random.default_rng(seed)
    ids = rng.integers(size, size=(n, *batch)) * (rng.random((n, *batch)) < 0.7)
    return Documents(ids.astype(np.int32), length)


def fitted(text: Documents, order: int, smoothing=None, size: int = SIZE, discount: float = 0.75):
    """The model of some documents."""
    return NGram(order, smoothing, discount).fit(NGramCounts.of(text, order, size))


class Reference:
    """The same model by the book."""

    def __init__(self, text: Documents, order: int, smoothing=None, discount: float = 0.75):
        self.order, self.smoothing, self.discount = order, smoothing, discount
        ids, length = text.ids.tolist(), text.length
        rows = [ids[start : start + length] for start in range(0, len(ids), length)]
        self.counts, self.before = Counter(), {}
        for row in rows:
            for end in range(1, len(row) + 1):
                for n in range(1, min(order, end) + 1):
                    gram = tuple(row[end - n : end])
                    self.counts[gram] += 1
                    left = row[end - n - 1] if end > n else "start"
                    self.before.setdefault(gram, set()).add(left)

    def followers(self, context: tuple, top: bool) -> dict:
        found = {g[-1]: c for g, c in self.counts.items() if g[:-1] == context}
        if self.smoothing == "kneser-ney" and not top:
            return {w: len(self.before[(*context, w)]) for w in found}
        return found

    def probability(self, token: int, context: tuple) -> float:
        """Probability of `token` after `context`, which may be too long."""
        context = context[len(context) - min(len(context), self.order - 1) :]
        while context and not self.followers(context, True):
            context = context[1:]
        followers = self.followers(context, len(context) + 1 == self.order)
        total, types = sum(followers.values()), len(followers)
        count = followers.get(token, 0)
        if not context or self.smoothing is None:
            return count / total
        lower = self.probability(token, context[1:])
        if self.smoothing == "witten-bell":
            return (count + types * lower) / (total + types)
        return max(count - self.discount, 0) / total + self.discount * types / total * lower

    def row(self, context: tuple, size: int = SIZE) -> np.ndarray:
        return np.array([self.probability(token, context) for token in range(size)])


def state(model, context: tuple) -> np.ndarray:
    """The state of a model of batch () after some tokens."""
    here = np.array([0])
    for token in context:
        here = model.plain.advance(here, np.array([token]))
    return here


def contexts(order: int, size: int = SIZE) -> list[tuple]:
    """All contexts of up to ``order - 1`` tokens."""
    found = [()]
    for _ in range(order - 1):
        found += [(*context, token) for context in found for token in range(size)]
    return sorted(set(found))
