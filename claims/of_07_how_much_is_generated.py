"""What the numbers of *How much is generated* rest on."""

import numpy as np

from claims import given, measured, panel
from collapse_lib import gallery
from collapse_lib.gallery.headline_questions import ANY, PURE, WORLDS

# ---- the published figures, cited in the lesson's sources

SHARES = np.array([0.258, 0.0987, 0.2586, 0.205, 0.1551, 0.025])  # of all pages, by class
LEAST, MOST = np.array([[0, 1, 11, 41, 71, 100], [0, 10, 40, 70, 99, 100]]) / 100
ahrefs = given(
    *(WORLDS, 900_000, 600_000, 500, 20, 0.52, 0.35, 0.023, 0.865, 0.196, 0.9, 86.5),
    *(0.10, 0.11, 0.40, 0.41, 0.70, 0.71, 0.99, 10, 40, 70, 11, 41, 71),
    any=float(SHARES[1:].sum()),
    pure=float(SHARES[-1]),
    shares=SHARES,
    low=float(SHARES @ LEAST),
    high=float(SHARES @ MOST),
    above=float(SHARES[4:].sum()),
    half=float(SHARES[3:].sum()),
    published=(ANY, PURE),
)
ahrefs.says(
    "{74 %|any} of new pages",
    "{74 %|any} of pages contain AI text, so",
    '"{74 %|any} of pages contain AI text" is true',
    "{74 %|any} of the pages of",
    "it is {74 %|any}; take the last one, and it is {2.5|100 * pure}",
    "every headline between {74 %|any} and {2.5 %|pure}",
    '"{35 %} of new websites." "{2.5 %|pure}."',
    "**{2.5 %|pure}** of the pages",
    "{2.5 %|pure} of the pages were nothing",
    "a study of {900,000} new English",
    "nothing, up to {10 %}, up to {40}, up to {70}, nearly all",
    "{25 to 44 %|(low + high) / 2} of the text",
    "allows {25 to 44 %|(low + high) / 2}",
    "Of all text: {25 to 44 %|(low + high) / 2}",
    "And {a fifth|0.2} that none",
    "{86.5 %} of {600,000} pages among the first {twenty} Google",
    "{19.6 %} of the first {twenty} Google hits for {500} keywords",
    "contradict the {86.5}: a trace",
    '{90 %} of "online content"',
    "| nothing | {25.8 %|shares[0]} |",
    "| up to {10 %} | {9.9 %|shares[1]} |",
    "| {11 to 40 %|0.25} | {25.9 %|shares[2]} |",
    "| {41 to 70 %|0.55} | {20.5 %|shares[3]} |",
    "| {71 to 99 %|0.85} | {15.5 %|shares[4]} |",
    "| all | {2.5 %|pure} |",
    "{Half|0.5} or more by AI: between {18 and 39 %|(above + half) / 2}",
    "| A | {74.2 %|any} | new",
    "| B | {2.5 %|pure} | the same",
    "| C | {52 %} | new English articles | at least {half|0.5} AI",
    "| D | {35 %} | new",
    "| E | {2.3 %} | Google",
    "with the {39 %|half} at most that A's classes allow for {half|0.5} or more",
    "at least {half|0.5} AI, a month apart: {52 %}, and at most {39 %|half}",
    "we made up {200} worlds",
    "In {200} made-up worlds",
    "in {eight of ten|0.8} between",
    "{Two of the five|2 / 5} are right",
    "{Three of the five|3 / 5} do",
    "a harmless headline (below {10 %})",
)

# ---- one web, eight headlines

web = panel(gallery.how_counted, years=20)
web.says(
    "over {twenty} years",
    "model writes, of {60}.",
    "{400} sites that write about {60} *kinds*",
    "in our {400} sites",
    "about {74 %|headline / 100} of pages contain some AI text, and {33 %|text / 100} of the text is generated",
    "it writes {60|kinds} of its {60} kinds",
    "{33 %|text / 100} of the text is generated",
    "still writes {60|kinds} of its {60} kinds",
)
pure = panel(gallery.how_counted, counted="pure", unit="sites", years=20)
pure.says("From less than {3 %|headline / 100} (sites", "goes from less than {3|headline} to 90")
any_site = panel(gallery.how_counted, unit="sites", years=20)
any_site.says(
    "purely AI) to {90 %|headline / 100} (sites", "from less than 3 to {90 %|headline / 100}. The"
)
flooded = panel(gallery.how_counted, farms=0.95, years=20)
flooded.says(
    "write fewer than {30|kinds} kinds",
    "Key 1: fewer than {30|kinds} kinds",
)
kept = panel(gallery.how_counted, farms=0.95, crawl="keep", years=20)
kept.says(
    "meet hardly less of it, {93 to 96 %|text / 100}, and",
    "and write {56|kinds}: the old",
    "the ending does: {56|kinds} kinds",
)
stronger = panel(gallery.how_counted, farms=0.95, crawl="keep", typical=0.3, years=20)
stronger.says(
    "preference, {0.3}, so are nearly {half|1 - kinds / 60} of the {60|KINDS}",
    "the likely, {0.3}, only {29 to 35|kinds} are left",
)

# ---- more data of a machine

doubled = panel(gallery.scaling_law, doublings=14)
doubled.says(
    "For {seven|7} doublings, up to {12,800|SIZES[7]} examples, {nobody could tell them apart|abs(at(7).made / at(7).real - 1) < 0.1}: each one removes {a fifth|np.mean(whole('real_gain')[2:9]) / 100} of",
    "in the end nothing: {1.6 million|examples} of them are worth as much as {59,000|worth} real ones",
    "then {nothing|made_gain < 2}: {1.6 million|examples} of them are worth {59,000|worth} real ones",
    "of real examples removes {a fifth|np.mean(whole('real_gain')[2:]) / 100} of what",
    "are doubled, {a fifth|np.mean(whole('real_gain')[2:]) / 100} of what was missing",
    "the {1,000} commonest kinds. After {800,000|examples / 2} examples",
)
worse = panel(gallery.scaling_law, known=100, doublings=14)
worse.says("To {7.6 %|floor / 100} with {100} kinds, which {1,900|worth} real examples reach")
better = panel(gallery.scaling_law, known=10_000, doublings=14)
better.says("with {10,000} kinds its curve {has hardly begun|made_gain > 8} to bend")
mixed = panel(gallery.scaling_law, share=0.1, doublings=14)
mixed.says("with {a tenth|share} of them the curve {falls|mixed_gain > 5} again")

# ---- thresholds


@measured
def toys() -> dict[str, object]:
    """Return what is left in the long run where the share of real data is loss / (1 + loss)."""
    from collapse_lib import theory

    loss = 0.01
    left = theory.refresh_tempered_variance_limit(np.array([loss / (1 + loss)]), 1 - loss)
    return {"left": float(left[0])}


toys.says(
    "{half|left} is left at a share of loss / ({1|1} + loss), {half|0.5} way down",
    "about as large as the loss: {half|left}",
)
