"""Cards: what draws them travels once, however many there are."""

import gzip

from collapse_lib.classroom.card import Card, Script
from collapse_lib.surfaces.live import Runtime

from .test_checks import make


def test_all_cards_share_one_script():
    one, two = make(), make()
    script = Script.shared()
    assert one.runtime is two.runtime is script
    assert one.version == script.version != Runtime.shared().version
    code = gzip.decompress(script.bundle).decode()
    assert "const KINDS" in code and "const KINDS" not in Card._esm
    assert len(Card._esm) < 2_000 and "_css" not in vars(Card)


def test_a_script_that_somebody_closed_is_made_anew():
    before = Script.shared()
    before.close()
    after = Script.shared()
    assert after is not before and after.version == before.version
    assert make().runtime is after


def test_without_widgets_a_card_says_what_it_asks():
    card = make()
    text = card._repr_mimebundle_()[0]["text/plain"]
    assert text == card.plain_text and "object at 0x" not in text
    assert all(option in text for part in card.parts() for option in part.get("options", ()))
