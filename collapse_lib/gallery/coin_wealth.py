"""A fair coin, times 1.5 or times 0.5: the average wealth stays, and yours does not.

Each round every player bets a share of what they own on a fair coin. The expected wealth stays at
1 for ever. The typical player is multiplied by ``sqrt(1 - stake²)`` a round and is soon ruined:
losses that multiply do not cancel, and the average is held up by ever fewer of the very lucky.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

import numpy as np
from numpy.random import Generator

from collapse_lib import figures, style
from collapse_lib.checks import Array, finite, number, whole
from collapse_lib.controls import Cursor, Reroll, Slider
from collapse_lib.dice import seed_sequence, stream
from collapse_lib.explorable import explorable
from collapse_lib.figures import Curve, View

ROUNDS = 100
SHOWN = 200  # players drawn one by one; more of them are only counted
CROWDS = (200, 2_000, 20_000, 200_000, 2_000_000, 20_000_000, 200_000_000, 2_000_000_000)
TOP = np.array([1, 10, 100])  # the richest so many, whose shares are shown
T = np.arange(ROUNDS + 1)


@dataclass(frozen=True, eq=False)
class Wealth:
    """What the views and the sentence of `coin_wealth` show.

    Everybody starts with 1; ``(101,)`` arrays hold one number per round, 0 being the start.

    Parameters
    ----------
    wealth : ndarray, shape ``(200, 101)``
        The first 200 players, one per row.
    won, lost : float
        What a round multiplies one's wealth by.
    band : ndarray, shape ``(2, 101)``
        10 % and 90 % quantile over all players, for grouped data as the median.
    median, mean : ndarray, shape ``(101,)``
        Over all players. The median is that of grouped data (interpolated between the few
        numbers of heads that the middle players can have), or it would jump every other round.
    median_theory : ndarray, shape ``(101,)``
        ``(1 - stake²)^(t/2)``: as many heads as tails.
    mean_theory : ndarray, shape ``(101,)``
        1: the *expected* wealth. The players' own mean falls below it once those who would carry
        it are rarer than one among them.
    shares : ndarray, shape ``(101, 4)``
        Of all the wealth there is: the richest player's, the next nine's, the next ninety's, and
        that of everybody else; between 0 and 1.
    mine : ndarray, shape ``(101,)``
        Wealth of the player who is ridden.
    rank : ndarray, shape ``(101,)``
        Their place among the 200 drawn, 1 being the richest; equals share the best place.
    richest : ndarray, shape ``(101,)``
        Per cent of all the wealth that one single player holds.
    """

    wealth: Array
    won: float
    lost: float
    band: Array
    median: Array
    median_theory: Array
    mean: Array
    mean_theory: Array
    shares: Array
    mine: Array
    rank: Array
    richest: Array


def paths(result: Wealth) -> View:
    """Draw the wealth of every player over the rounds."""
    return figures.lines(
        [
            Curve("10 to 90 % of all players", result.band, style.line(style.SKY), kind="band"),
            Curve(
                "200 players: click one to ride it",
                result.wealth,
                style.line(style.faint(style.GREY, 0.3), width=1),
                kind="crowd",
                pick="player",
            ),
            Curve("the player you ride", result.mine, style.line(style.ORANGE, width=3)),
            Curve("median (typical)", result.median, style.line(style.BLUE, width=3.5)),
            Curve(
                "median, theory", result.median_theory, style.line(style.VERMILLION, dash="dash")
            ),
            Curve("mean (average)", result.mean, style.line(style.GREEN, width=3.5, dash="dot")),
            Curve(
                "expected mean, theory",
                result.mean_theory,
                style.line(style.PURPLE, dash="dashdot"),
            ),
        ],
        title="Wealth of the players, round after round",
        quantity="wealth (start = 1)",
        log=True,
        along="round",
    )


def purses(result: Wealth) -> View:
    """Draw who holds the wealth there is."""
    return figures.bars(
        {"share of all the wealth": result.shares},
        ["richest", "next 9", "next 90", "others"],
        title="Who holds it",
        quantity="share of all the wealth",
        along="players, by wealth",
        y_range=(0, 1),
    )


@explorable(
    title="A fair coin, and what it does to you",
    views=(paths, purses),
    cursor=Cursor("rounds", 0, ROUNDS),
    say="Round {rounds:d}. Of 1 at the start the typical (median) player owns {median:.2g}; the "
    "average (mean) is {mean:.2g}. Player {player:d}, whom you ride, owns {mine:.2g}: place "
    "{rank:d} of 200. The richest owns {richest:.2g} % of everything.",
    caveat="A game of coins, no model. It shows what multiplying chance does to an average and to "
    "nearly everybody; no collapse of a machine is simulated here.",
    lesson="notebooks/02_error_snowball.ipynb",
    vary={
        "stake": (0.02, 0.1, 0.5),
        "players": (SHOWN, 20_000, CROWDS[-1]),
        "player": tuple(range(1, 13)),
    },
)
def coin_wealth(
    stake: Annotated[
        float,
        Slider(0.01, 0.9, step=0.01, label="stake", shown="× {won:.3g} or × {lost:.3g}"),
    ] = 0.5,
    players: Annotated[int, Slider(CROWDS[0], CROWDS[-1], values=CROWDS, label="players")] = SHOWN,
    player: Annotated[int, Slider(1, SHOWN, label="ride player")] = 1,
    seed: Annotated[int, Reroll()] = 0,
) -> Wealth:
    """Let everybody toss a fair coin 100 times.

    Parameters
    ----------
    stake : float
        Share of one's wealth that is bet each round: 0.5 means times 1.5 or times 0.5.
    players : int
        How many play, at least 200. All of them count in median, mean and shares.
    player : int
        Which of the first 200 is ridden, from 1.
    seed : int
        Which dice to roll.

    Returns
    -------
    Wealth
        In units of what everybody started with.

    Raises
    ------
    ValueError
        If `stake` is not between 0 and 1, or another number is out of its range.
    """
    share = number(finite, "stake", stake)
    if not 0 < share < 1:
        raise ValueError(f"stake must be a number above 0 and below 1, not {stake!r}")
    crowd, ridden = whole("players", players, least=SHOWN), whole("player", player, least=1)
    if ridden > SHOWN:
        raise ValueError(f"player must be a whole number of at most {SHOWN}, not {player!r}")
    drawn, counted = (stream(child) for child in seed_sequence(seed).spawn(2))
    heads = np.zeros((ROUNDS + 1, SHOWN))
    np.cumsum(drawn.random((ROUNDS, SHOWN)) < 0.5, axis=0, out=heads[1:])
    counts = _counts(heads) + _more(crowd - SHOWN, counted)

    up, down = np.log1p(share), np.log1p(-share)
    wealth = np.exp(up * heads + down * (T[:, None] - heads))
    possible = np.exp(up * T + down * (T[:, None] - T))  # by round and number of heads
    total = (counts * possible).sum(axis=1)
    held = _held_by_the_richest(counts, possible) / total[:, None]
    likely = _quantiles(counts, (0.1, 0.5, 0.9))
    low, middle, high = np.exp(up * likely + down * (T - likely))
    mine = wealth[:, ridden - 1]
    return Wealth(
        wealth=wealth.T,
        won=1 + share,
        lost=1 - share,
        band=np.stack([low, high]),
        median=middle,
        median_theory=np.exp((up + down) / 2 * T),
        mean=total / crowd,
        mean_theory=np.ones(ROUNDS + 1),
        shares=np.diff(held, axis=1, prepend=0, append=1),
        mine=mine,
        rank=1.0 + (wealth > mine[:, None] * (1 + 1e-9)).sum(axis=1),
        richest=100 * held[:, 0],
    )


def _counts(heads: Array) -> Array:
    """Return how many players have had how many heads, shape ``(rounds + 1, rounds + 1)``."""
    counts: Array = (heads[:, None, :] == T[:, None]).sum(axis=2)
    return counts


def _more(players: int, rng: Generator) -> Array:
    """Return the same for many more players, at a cost that does not grow with their number."""
    counts = np.zeros((ROUNDS + 1, ROUNDS + 1), dtype=np.int64)
    counts[0, 0] = players
    for t in range(ROUNDS):
        heads = rng.binomial(counts[t], 0.5)
        counts[t + 1] = counts[t] - heads
        counts[t + 1, 1:] += heads[:-1]
    return counts


def _quantiles(counts: Array, levels: tuple[float, ...]) -> Array:
    """Return quantiles of the number of heads, where k heads count as k - 1/2 … k + 1/2."""
    below = np.cumsum(counts, axis=1) / counts.sum(axis=1, keepdims=True)
    edges = np.arange(-0.5, ROUNDS + 1)
    rows = [np.interp(levels, np.append(0.0, row), edges) for row in below]
    clipped: Array = np.clip(np.stack(rows, axis=1), 0, T)
    return clipped


def _held_by_the_richest(counts: Array, wealth: Array) -> Array:
    """Return what the richest 1, 10 and 100 hold together, shape ``(rounds + 1, 3)``."""
    richer = np.cumsum(counts[:, ::-1], axis=1)[:, ::-1]
    taken = np.minimum(richer[..., None], TOP)
    taken[:, :-1] -= taken[:, 1:]
    held: Array = (taken * wealth[..., None]).sum(axis=1)
    return held
