"""The live layer on a server that is not Daphne, through plain ASGI: the same stories, told to uvicorn."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from rounds.live import tickets
from rounds.models import Stage
from tests import factories
from tests.live import test_bad_frames, test_over_http, test_rooms, test_trouble, test_turned_away
from tests.live.conftest import ROOT, House, Phone

STORIES: tuple[Callable[[House], None], ...] = (
    test_rooms.test_a_phone_is_shown_the_round_as_soon_as_it_says_hello,
    test_rooms.test_a_change_reaches_every_phone_with_the_same_bytes,
    test_rooms.test_a_change_says_what_it_follows,
    test_rooms.test_a_phone_that_has_lost_its_place_is_shown_everything_again,
    test_rooms.test_saved_is_said_only_when_it_is_in_the_database,
    test_rooms.test_the_same_nonce_twice_is_one_row_and_saved_both_times,
    test_rooms.test_a_refusal_says_why_and_names_the_field,
    test_rooms.test_a_full_room_is_shown_whole,
    test_rooms.test_another_rounds_ticket_sees_and_hears_nothing_of_this_one,
    test_over_http.test_a_poll_shows_what_the_socket_shows_and_then_nothing_until_it_changes,
    test_trouble.test_after_a_kill_an_old_ticket_gets_the_state_and_nothing_acknowledged_is_lost,
    test_trouble.test_signing_out_closes_the_console_within_ten_seconds,
    test_trouble.test_a_console_ticket_is_nothing_without_its_session,
    test_trouble.test_everyone_in_a_round_that_is_removed_is_told_so,
    test_turned_away.test_a_wall_whose_token_was_changed_is_closed_within_ten_seconds,
    test_bad_frames.test_silence_instead_of_a_hello_is_closed_with_4401,
    test_bad_frames.test_another_address_is_accepted_and_closed,
    test_bad_frames.test_a_page_of_our_own_comes_in,
)


class OtherHouse(House):
    """The same application, data and clients; the server is uvicorn."""

    def start(self) -> None:
        options = ["--ws", "websockets-sansio", "--ws-max-size", str(64 * 1024), "--no-access-log", "--lifespan", "off"]
        (self.data / "static").mkdir(exist_ok=True)
        with self.errors.open("ab") as errors:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "uvicorn", "config.asgi:application", "--port", str(self.port), *options],
                cwd=ROOT,
                env=self.surroundings(),
                stdout=subprocess.PIPE,
                stderr=errors,
            )
        deadline = time.monotonic() + 60
        while not self.answers():
            assert time.monotonic() < deadline, self.errors.read_text()
            time.sleep(0.1)

    def answers(self) -> bool:
        browser = HTTPConnection("127.0.0.1", self.port, timeout=5)
        try:
            browser.request("GET", "/")
            return browser.getresponse().status == 200
        except OSError:
            return False
        finally:
            browser.close()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, migrated: Path) -> Iterator[House]:
    house = OtherHouse(tmp_path_factory.mktemp("other"), migrated)
    house.start()
    yield house
    house.stop()


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.__name__.removeprefix("test_"))
def test_it_is_the_same_on_another_server(server: House, story: Callable[[House], None]) -> None:
    story(server)


BAD_FRAMES = ("not JSON", "binary", "an unknown type", "deep nesting", "NaN", "half a surrogate pair", "NUL")


@pytest.mark.parametrize("name", BAD_FRAMES)
def test_a_bad_frame_is_refused_there_too(server: House, name: str) -> None:
    phone = server.phone()
    phone.hello(tickets.for_room(factories.round_(stage=Stage.STORY)))
    test_bad_frames.test_a_bad_frame_is_refused_in_words_and_the_socket_stays(phone, name)


def test_a_phone_that_reads_nothing_does_not_hold_up_the_others(server: House) -> None:
    round = factories.round_(stage=Stage.STORY)
    alice = factories.facilitator("alice-other-server", of=round.programme)
    silent = server.phone(max_queue=1)
    silent.send({"t": "hello", "ticket": tickets.for_room(round), "revision": None})
    good: Phone = server.phone()
    good.hello(tickets.for_room(round))
    test_rooms.moved(round, Stage.SILENCE, alice)
    assert good.next("change")["stage"] == "silence"
