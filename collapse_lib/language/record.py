"""Lineages of small neural networks, trained once and kept: the arrays that a lesson replays.

Reading them needs numpy alone. ``examples/neural_record.py`` makes them, with JAX.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from collapse_lib.checks import Array, one_of, whole
from collapse_lib.language.tokens import Vocabulary, Words

__all__ = ["TRACES", "NeuralRecord", "recorded"]

SHIPPED = Path(__file__).parent / "data" / "neural.npz"
TRACES = {
    "held_out_loss": "mean surprise at real text that no network has read, nats per word",
    "confidence": "mean probability of the favourite next word in that real text",
    "accuracy": "share of that real text's words that were the favourite",
    "expected_entropy": "mean entropy of what is expected next in that real text, nats",
    "own_loss": "mean surprise at what the network itself has just written, nats per word",
    "own_confidence": "mean probability of the favourite next word in its own text",
    "own_accuracy": "share of its own words that were the favourite",
    "survivors": "different words in what it wrote",
    "unigram_entropy": "entropy of single words in what it wrote, nats",
    "distinct_2": "different pairs of words per pair in what it wrote",
    "repetition_4": "share of its runs of four words that repeat one of the same document",
    "looping": "share of its documents that run into a loop",
    "returned": "different words it wrote that were nowhere in its training text",
}


@dataclass(frozen=True, eq=False)
class NeuralRecord:
    """What lineages of recurrent networks did that learned from each other's text.

    Parameters
    ----------
    regimes : tuple of str
        What each lineage was trained on, in words.
    traces : mapping of str to ndarray, shape ``(generations + 1, regimes, replicates)``
        The instruments of `TRACES`. Index 0 is real text: nan where only a network has a value.
    deciles : ndarray, shape ``(generations + 1, regimes, replicates, 10)``
        Share of each tenth of the real vocabulary, the rarest words first, in what was written.
    prompts : tuple of str
        Beginnings that every network continued.
    vocabulary : Vocabulary
        The words behind the numbers below.
    sampled, greedy : ndarray of int, shape ``(generations, regimes, replicates, prompts, words)``
        Continuations: as the lineage's text is written, and by the likeliest word each time.
        Index 0 is generation 1, the first network.
    pages : ndarray of int, shape ``(documents, length)``
        What network 2 of the first lineage read, so network 1 wrote it.
    losses : ndarray, shape ``(steps,)``
        Its loss in the first training steps, nats per word. Training again on `pages` with the
        `settings` of the learner must give these numbers.
    settings : mapping
        Settings of the learner, sample size, fingerprint of the corpus, versions and processor,
        and the seconds that each lineage took.

    Notes
    -----
    These networks are a hundred thousand times smaller than a language model in use, have read
    one manual, and are trained from scratch each time on as much text as the one before wrote,
    for the same number of steps. They show that the mechanism needs no n-gram. They do not show
    at what rate, or whether, large models collapse: those begin from a pretrained network, mix
    text of many sources, and are tuned and filtered. Three replicates give a spread, no law.
    """

    regimes: tuple[str, ...]
    traces: Mapping[str, Array]
    deciles: Array
    prompts: tuple[str, ...]
    vocabulary: Vocabulary
    sampled: Array
    greedy: Array
    pages: Array
    losses: Array
    settings: Mapping[str, Any]

    def __post_init__(self) -> None:
        """Check that the parts fit together."""
        shape = self.sampled.shape
        if len(shape) != 5:
            raise ValueError(f"sampled must have five axes, not the shape {shape}")
        generations, regimes, replicates, prompts, _ = shape
        traced = (generations + 1, regimes, replicates)
        expected = {
            "regimes": (regimes,),
            "prompts": (prompts,),
            "greedy": shape,
            "deciles": (*traced, 10),
            **dict.fromkeys(TRACES, traced),
        }
        found = {
            "regimes": (len(self.regimes),),
            "prompts": (len(self.prompts),),
            "greedy": self.greedy.shape,
            "deciles": self.deciles.shape,
            **{name: trace.shape for name, trace in self.traces.items()},
        }
        for name, wanted in expected.items():
            if found.get(name) != wanted:
                raise ValueError(f"{name} must have the shape {wanted}, not {found.get(name)}")
        for name in ("sampled", "greedy", "pages"):
            if (largest := getattr(self, name).max(initial=0)) >= len(self.vocabulary):
                raise ValueError(
                    f"{name} must hold numbers of the {len(self.vocabulary)} words, not {largest}"
                )

    @property
    def generations(self) -> int:
        """Number of networks in a lineage."""
        return int(self.sampled.shape[0])

    @property
    def replicates(self) -> int:
        """Number of lineages of each regime."""
        return int(self.sampled.shape[2])

    def trace(self, name: str, regime: str) -> Array:
        """Return an instrument along the lineages of one regime.

        Parameters
        ----------
        name : str
            One of `TRACES`, which says what each is.
        regime : str
            One of `regimes`.

        Returns
        -------
        ndarray, shape ``(generations + 1, replicates)``
            Index 0 is real text.

        Raises
        ------
        ValueError
            If there is no such trace or regime.
        """
        one_of("name", name, tuple(self.traces))
        return self.traces[name][:, self._place(regime)]

    def tokens(
        self,
        regime: str,
        generation: int,
        prompt: int = 0,
        replicate: int = 0,
        *,
        greedy: bool = False,
    ) -> list[str]:
        """Return how a network continued a prompt, word by word, without the prompt.

        Parameters
        ----------
        regime : str
            One of `regimes`.
        generation : int
            Which network, from 1 on.
        prompt : int, default 0
            Place of the prompt in `prompts`.
        replicate : int, default 0
            Which of the lineages.
        greedy : bool, default False
            Whether by the likeliest word each time.

        Raises
        ------
        ValueError
            If there is no such regime, network, prompt or lineage.
        """
        said = self.greedy if greedy else self.sampled
        place = self._place(regime)
        for name, value, least, most in (
            ("generation", generation, 1, self.generations),
            ("prompt", prompt, 0, len(self.prompts) - 1),
            ("replicate", replicate, 0, self.replicates - 1),
        ):
            if whole(name, value, least) > most:
                raise ValueError(f"{name} must be at most {most}, not {value!r}")
        return self.vocabulary.decode(said[generation - 1, place, replicate, prompt])

    def text(
        self,
        regime: str,
        generation: int,
        prompt: int = 0,
        replicate: int = 0,
        *,
        greedy: bool = False,
    ) -> str:
        """Return a prompt and how a network continued it, as readable text.

        Parameters
        ----------
        regime, generation, prompt, replicate, greedy
            As in `tokens`.

        Raises
        ------
        ValueError
            If there is no such regime, network, prompt or lineage.
        """
        said = self.tokens(regime, generation, prompt, replicate, greedy=greedy)
        words = Words()
        begun = words.split(self.prompts[prompt], self.vocabulary.tokens)
        return words.join([*begun, *said])

    def _place(self, regime: str) -> int:
        one_of("regime", regime, self.regimes)
        return self.regimes.index(regime)

    def save(self, path: str | Path) -> None:
        """Write the record to a compressed file of plain arrays.

        Parameters
        ----------
        path : str or Path
            Where to; an existing file is replaced.
        """
        words = {
            "regimes": self.regimes,
            "prompts": self.prompts,
            "vocabulary": self.vocabulary.tokens,
            "settings": dict(self.settings),
        }
        np.savez_compressed(
            path,
            words=np.frombuffer(json.dumps(words).encode(), np.uint8),
            traces=np.array([self.traces[name] for name in TRACES], np.float32),
            deciles=self.deciles.astype(np.float32),
            sampled=self.sampled.astype(np.uint16),
            greedy=self.greedy.astype(np.uint16),
            pages=self.pages.astype(np.uint16),
            losses=self.losses.astype(np.float32),
        )


def recorded(path: str | Path | None = None) -> NeuralRecord:
    """Return the recorded lineages of neural networks.

    Parameters
    ----------
    path : str or Path, optional
        A record made by ``examples/neural_record.py``; by default the one that is shipped.

    Returns
    -------
    NeuralRecord
        Traces, texts and settings; nothing is computed.

    Raises
    ------
    ValueError
        If the file is damaged.

    Notes
    -----
    Made from the manual of one version of Python: its words differ a little from those of
    ``Corpus.default()`` on another, and `settings` says which it was.

    Examples
    --------
    >>> record = recorded()
    >>> record.trace("survivors", "replace").shape == (record.generations + 1, record.replicates)
    True
    """
    return _shipped() if path is None else _read(Path(path))


@cache
def _shipped() -> NeuralRecord:
    return _read(SHIPPED)


def _read(path: Path) -> NeuralRecord:
    try:
        # opened here, because numpy leaves a damaged archive open
        with path.open("rb") as whole_file, np.load(whole_file, allow_pickle=False) as file:
            words = json.loads(bytes(file["words"]))
            arrays = {name: file[name] for name in file.files if name != "words"}
        traces = dict(zip(TRACES, arrays.pop("traces"), strict=True))
        return NeuralRecord(
            regimes=tuple(words["regimes"]),
            prompts=tuple(words["prompts"]),
            vocabulary=Vocabulary(tuple(words["vocabulary"])),
            settings=words["settings"],
            traces=traces,
            **arrays,
        )
    except FileNotFoundError:
        raise
    except Exception as error:  # zip, json and numpy each have their own
        raise ValueError(f"{path.name!r} must be a record of networks, but {error}") from error
