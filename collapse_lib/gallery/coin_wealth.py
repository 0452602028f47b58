"""A fair coin, times 1.5 or times 0.5: the average wealth stays, and yours does not.

Each round every player bets a share of what they own on a fair coin. The expected wealth stays at
1 for ever. The typical player is multiplied by ``sqrt(1 - stake²)`` a round and is soon ruined:
losses that multiply do not cancel, and the average is held up by ever fewer of the very lucky.
"""

from __future__ import annotations

from typing import Annotated, Any

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


def paths(
    band: Array,
    wealth: Array,
    mine: Array,
    median: Array,
    median_theory: Array,
    mean: Array,
    mean_theory: Array,
) -> View:
    """Draw the wealth of every player over the rounds."""
    return figures.lines(
        [
            Curve("10 to 90 % of all players", band, style.line(style.SKY), kind="band"),
            Curve(
                "200 players: click one to ride it",
                wealth,
                style.line(style.faint(style.GREY, 0.3), width=1),
                kind="crowd",
                pick="player",
            ),
            Curve("the player you ride", mine, style.line(style.ORANGE, width=3)),
            Curve("median (typical)", median, style.line(style.BLUE, width=3.5)),
            Curve("median, theory", median_theory, style.line(style.VERMILLION, dash="dash")),
            Curve("mean (average)", mean, style.line(style.GREEN, width=3.5, dash="dot")),
            Curve("expected mean, theory", mean_theory, style.line(style.PURPLE, dash="dashdot")),
        ],
        title="Wealth of the players, round after round",
        quantity="wealth (start = 1)",
        log=True,
        along="round",
    )


def purses(shares: Array) -> View:
    """Draw who holds the wealth there is."""
    return figures.bars(
        {"share of all the wealth": shares},
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
        Slider(
            0.01,
            0.9,
            step=0.01,
            label="stake",
            shown="× {won:.3g} or × {lost:.3g}",
            help="Share of one's wealth that is bet each round: 0.5 means times 1.5 or times 0.5.",
        ),
    ] = 0.5,
    players: Annotated[
        int,
        Slider(
            CROWDS[0],
            CROWDS[-1],
            values=CROWDS,
            label="players",
            help="How many play, at least 200. All of them count in median, mean and shares.",
        ),
    ] = SHOWN,
    player: Annotated[
        int, Slider(1, SHOWN, label="ride player", help="Which of the first 200 is ridden, from 1.")
    ] = 1,
    seed: Annotated[int, Reroll()] = 0,
) -> dict[str, Any]:
    """Let everybody toss a fair coin 100 times.

    `wealth` holds the first 200 players, one per row; quantiles and means are over all players, the
    quantiles of grouped data, or they would jump every other round. In theory the median is
    ``(1 - stake²)^(t/2)`` and the *expected* wealth 1: the players' own mean falls below it once
    those who would carry it are rarer than one among them. `shares` is what the richest, the next
    nine, the next ninety and all others hold; equals share the best `rank`.
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
    return {
        "wealth": wealth.T,
        "won": 1 + share,
        "lost": 1 - share,
        "band": np.stack([low, high]),
        "median": middle,
        "median_theory": np.exp((up + down) / 2 * T),
        "mean": total / crowd,
        "mean_theory": np.ones(ROUNDS + 1),
        "shares": np.diff(held, axis=1, prepend=0, append=1),
        "mine": mine,
        "rank": 1.0 + (wealth > mine[:, None] * (1 + 1e-9)).sum(axis=1),
        "richest": 100 * held[:, 0],
    }


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
