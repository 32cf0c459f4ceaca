"""What a storyteller wrote for the planning is read as theirs, with their word, or not at all."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from rounds import own_words, pools, stories, windows
from rounds.models import Round, Stage, User
from rounds.refusals import Refused
from tests import factories
from tests.rounds.looking import look

WRITTEN = (
    "There was no chair, so I looked down at her. She took my sleeve. I said that I had four more patients to see.",
    "I sat on the floor in the end. Nobody had ever done that for her, she said.",
)
BRIEFLY = "Somebody had bad news to give and nowhere to sit down. In the end they sat on the floor beside her bed."


@pytest.mark.parametrize(
    ("telling", "theirs"),
    [
        (WRITTEN[0], True),
        (f"{WRITTEN[0]} {WRITTEN[1]}", True),
        (WRITTEN[1].upper().replace(".", " –"), True),
        (WRITTEN[0].replace("four more patients", "others").replace("no chair", "not one"), True),
        (f"{BRIEFLY} {WRITTEN[1]} {BRIEFLY.replace('down', 'in peace')}", True),
        (BRIEFLY, False),
        ("A ward, a bed, no chair.", False),
        ("", False),
    ],
)
def test_a_text_is_theirs_where_half_of_it_or_of_what_they_wrote_stands_in_both(telling: str, *, theirs: bool) -> None:
    assert own_words.are_in(telling, WRITTEN) is theirs
    assert not own_words.are_in(telling, ["", ""])


@pytest.mark.parametrize("sign", "\xad\u200b\u200c\u200d\u200e\u2060\ufeff\u034f\u0335\ufe0f\u3164\u180e\U000e0041")
def test_what_nobody_sees_in_their_words_does_not_hide_them(sign: str) -> None:
    hidden = " ".join(f"{word[0]}{sign}{word[1:]}" for word in WRITTEN[1].split())
    assert own_words.are_in(hidden, WRITTEN)
    assert own_words.are_in(WRITTEN[1], [hidden])
    wide = "".join(chr(ord(one) + 0xFEE0) if "a" <= one <= "z" else one for one in WRITTEN[1])
    assert own_words.are_in(wide, WRITTEN)


@pytest.mark.django_db
def test_giving_a_part_back_takes_nothing_from_those_who_read_and_says_so_truly(client: Client) -> None:
    alice = factories.facilitator("alice", of=factories.programme())
    first = _told(alice)
    client.force_login(alice)
    window = windows.begin(first=first, telling=WRITTEN[0], is_theirs=True, is_checked=True, by=alice)
    withdrawing = client.get(reverse("story-withdraw", args=[first.public_id])).content.decode()
    assert "giving the part back does not bring it back" in withdrawing
    porter = first.story.storytellers.get(role="Porter").public_id
    stories.withdraw(round=first, storyteller=porter, by=alice)
    assert "there is nothing to read here just now" in look(window)["window"]
    seen = windows.mark(Round.objects.get(pk=window.pk))
    windows.tell_anew(window=window, telling=WRITTEN[1], is_theirs=True, is_checked=True, seen=seen, by=alice)
    back = reverse("story-give-back", args=[first.public_id])
    assert "Their part is back." in client.post(back, {"storyteller": porter}, follow=True).content.decode()
    read = look(window)
    assert WRITTEN[1] in read["window"]
    assert "In the storyteller’s own words" in read["window"]
    assert stories.PART_GIVEN_BACK in read["changes"]
    assert stories.GIVEN_BACK not in read["changes"]
    stories.withdraw(round=first, by=alice)
    assert stories.ALL_OF_IT_GONE in client.post(back, {"storyteller": porter}, follow=True).content.decode()


@pytest.mark.django_db
def test_what_a_storyteller_wrote_opens_only_with_their_word_and_what_was_typed_is_kept(client: Client) -> None:
    alice = factories.facilitator("alice", of=factories.programme())
    first, told = _told(alice), f"  {WRITTEN[0].upper()}"
    client.force_login(alice)
    address = reverse("window-begin", args=[first.public_id])
    refused = client.post(address, {"telling": told, "is_checked": "on"})
    assert refused.status_code == 422
    assert windows.THEIR_WORDS in refused.content.decode()
    assert "I LOOKED DOWN AT HER" in refused.content.decode()
    with pytest.raises(Refused, match="tick that"):
        windows.begin(first=first, telling=told, is_theirs=False, is_checked=True, by=alice)
    assert pools.window_of(first) is None
    assert client.post(address, {"telling": told, "is_checked": "on", "is_theirs": "on"}).status_code == 302
    window = pools.window_of(first)
    assert window is not None
    assert window.telling_is_theirs
    stories.withdraw(round=first, storyteller=first.story.storytellers.get(role="Porter").public_id, by=alice)
    with pytest.raises(Refused, match="tick that"):
        windows.tell_anew(window=window, telling=told, is_theirs=False, is_checked=True, seen="", by=alice)
    window.refresh_from_db()
    seen = windows.mark(window)
    windows.tell_anew(window=window, telling=BRIEFLY, is_theirs=False, is_checked=True, seen=seen, by=alice)


def _told(alice: User) -> Round:
    now = timezone.now()
    over: dict[str, Any] = {"stage": Stage.CLOSED, "closed_at": now, "sealed_at": now, "may_stay_open": True}
    made = factories.round_(alice.memberships.get().programme, **over)
    made.story.storytellers.create(role="Porter", position=1, what_it_was_like=WRITTEN[0], what_it_meant=WRITTEN[1])
    return made
