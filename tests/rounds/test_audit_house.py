"""The audit of what stands around the database: sessions, keys, logs, settings, and words that should have gone."""

from __future__ import annotations

import gzip
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.core.management import call_command
from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from rounds import keys, self_audit, word_keys
from rounds.models import Programme, Round, Stage
from rounds.self_audit import Answer, Check, Surroundings, asking, servers
from tests import factories
from tests.live.conftest import ROOT
from tests.rounds.auditing import asked, sealed

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_folders(settings: Settings, tmp_path: Path) -> None:
    settings.KEY_DIR.mkdir(mode=0o700)
    settings.BACKUP_DIR = tmp_path / "backups"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    settings.LOG_FOLDERS = []


@pytest.mark.parametrize(
    "check",
    [
        "sealed",
        "let-go",
        "sessions",
        "cookies",
        "key-modes",
        "keys-left",
        "key-places",
        "own-files",
        "settings",
        "floors",
    ],
)
def test_an_installation_as_it_comes_is_well(check: str, client: Client) -> None:
    of = factories.round_(stage=Stage.REFLECTION)
    client.force_login(factories.facilitator(of=of.programme))
    sealed()
    client.get("/accounts/login/")
    assert asked(check).is_well, asked(check)


# Words that should have gone


def test_a_round_that_waits_too_long_for_its_seal_is_found() -> None:
    factories.round_(stage=Stage.CLOSED, closed_at=timezone.now() - timedelta(hours=1))
    assert "1 closed round(s) have not been sealed" in "".join(asked("sealed").wrong)


def test_a_key_that_outlives_its_seal_is_found() -> None:
    keys.make(sealed(sealed_at=timezone.now()))
    Round.objects.update(sealed_at=timezone.now() - timedelta(hours=1))
    assert "1 sealed round(s) still have a key" in "".join(asked("sealed").wrong)
    assert "1 key(s) of rounds that are sealed" in "".join(asked("keys-left").wrong)


def test_words_that_should_have_gone_are_found() -> None:
    sealed()
    Round.objects.update(closed_at=timezone.now() - timedelta(days=200))
    assert "1 round(s) should have gone already" in "".join(asked("let-go").wrong)


def test_words_that_are_not_shown_to_be_gone_are_found() -> None:
    of = sealed()
    word_keys.make(of.public_id)
    Round.objects.update(words_gone_at=timezone.now())
    assert "Of 1 round(s) it is not shown yet" in "".join(asked("let-go").wrong)


# Sessions and cookies


def test_a_session_of_somebody_who_does_not_sign_in_is_found() -> None:
    session = SessionStore()
    session["ticket"] = "of a phone"
    session.save()
    assert asked("sessions").wrong == ("1 session(s) belong to nobody who signs in and hold something.",)


def count_visits(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """A careless middleware."""

    def answered(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        response.set_cookie("visits", "1")
        response.headers["Cache-Control"] = "max-age=60"
        SessionStore().save()
        return response

    return answered


def test_a_page_of_participants_that_sets_a_cookie_is_found(settings: Settings) -> None:
    settings.MIDDLEWARE = ["tests.rounds.test_audit_house.count_visits", *settings.MIDDLEWARE]
    wrong = asked("cookies").wrong
    for name in ("join", "room", "wall", "stored", "live-join", "live-wall", "live-poll", "live-say", "live-stored"):
        assert f"The address “{name}” sets a cookie." in wrong
        assert f"The address “{name}” lets browsers keep its answer." in wrong
    assert "An address of participants begins a session." in wrong


# Keys


def test_a_key_that_others_may_read_is_found(settings: Settings) -> None:
    of = factories.round_(stage=Stage.ARRIVAL)
    (settings.KEY_DIR / f"round-{of.public_id}.key").chmod(0o640)
    assert "Others may read the key file" in "".join(asked("key-modes").wrong)
    settings.KEY_DIR.chmod(0o750)
    assert "Others may look into the folder of keys" in "".join(asked("key-modes").wrong)


def test_a_link_instead_of_a_key_is_found(settings: Settings, tmp_path: Path) -> None:
    (settings.KEY_DIR / "round-x.key").symlink_to(tmp_path / "elsewhere")
    assert "which is no file of ours" in "".join(asked("key-modes").wrong)


@pytest.mark.parametrize(
    "name", ["words-{id}.key.bak", ".round-{id}.key.swp", ".draft-abc", "copy of keys.tar", "round-{id}.key~", "tmp1"]
)
def test_anything_unexpected_beside_the_keys_is_found(settings: Settings, tmp_path: Path, name: str) -> None:
    of = factories.round_(stage=Stage.ARRIVAL)
    word_keys.make(of.public_id)
    assert asked("keys-left").is_well
    path = settings.KEY_DIR / name.format(id=of.public_id)
    path.touch(mode=0o600)
    assert f"is {path.name}, which does not belong there" in "".join(asked("keys-left").wrong)
    path.unlink()
    second = tmp_path / "second"
    second.mkdir(mode=0o700)
    settings.WORD_KEYS_COPY = str(second)
    (second / f"round-{of.public_id}.key").touch(mode=0o600)
    assert "which does not belong there" in "".join(asked("keys-left").wrong)


@pytest.mark.parametrize(
    ("setting", "said"),
    [
        ("BACKUP_DIR", "lies in the folder of the backups"),
        ("STATIC_ROOT", "that everybody may fetch"),
        ("EMAIL_FILE_PATH", "of the mail"),
    ],
)
def test_keys_in_a_folder_that_leaves_the_house_are_found(settings: Settings, setting: str, said: str) -> None:
    setattr(settings, setting, settings.KEY_DIR.parent)
    assert said in "".join(asked("key-places").wrong)


# Logs


def a_ticket(of: Round) -> str:
    from rounds.live import tickets

    return tickets.for_room(of)


LINES = {
    "the address of a device": "2026-11-23 203.0.113.7 - - [..]",
    "the name of a browser": 'agent "Mozilla/5.0 (iPhone)"',
    "what was asked for": '"GET /j HTTP/1.1" 200',
    "a statement or a row of the database": "ERROR: duplicate key\nDETAIL:  Key (id)=(7) already exists.",
}


@pytest.mark.parametrize("kind", LINES)
@pytest.mark.parametrize("packed", [False, True])
def test_a_line_that_gives_somebody_away_is_found(tmp_path: Path, kind: str, packed: bool) -> None:  # noqa: FBT001
    (tmp_path / "logs" / "old").mkdir(parents=True)
    path = tmp_path / "logs" / "old" / ("access.log.2.gz" if packed else "access.log")
    path.write_bytes(gzip.compress(LINES[kind].encode()) if packed else LINES[kind].encode())
    assert f"{path} holds {kind}, 1 time(s)." in asked("logs", tmp_path / "logs").wrong


def test_an_address_of_the_newer_kind_is_found_and_a_clock_is_none(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("2026-11-23 02:43:26.5 at 127.0.0.1, nginx/1.22.1, ::, 12:30:00")
    assert asked("logs", tmp_path / "log").is_well
    (tmp_path / "log").write_text("client: 2001:db8::7:1, and fe80:0:0:0:1:2:3:4")
    assert "2 time(s)" in "".join(asked("logs", tmp_path / "log").wrong)


def test_what_is_secret_here_is_found_in_any_log_and_in_the_mail(tmp_path: Path, settings: Settings) -> None:
    of = factories.round_(stage=Stage.THREADS)
    factories.reaction(of, "I thought of my father all through the night shift.")
    said = {
        "a join code": f"joined with {of.join_code}.",
        "a ticket": f"hello {a_ticket(of)}",
        "the link of a wall": f"/w#{of.wall_token}",
        "something that somebody wrote": "ERROR I thought of my father all through the night shift.",
    }
    mail = Path(settings.EMAIL_FILE_PATH)
    mail.mkdir()
    (mail / "1.log").write_text("\n".join(said.values()))
    for kind in said:
        assert f"holds {kind}, " in "".join(asked("own-files").wrong)
        assert f"holds {kind}, " in "".join(asked("logs", mail).wrong)
    assert "father" not in "".join(asked("own-files").wrong)


def test_logs_that_nobody_named_are_not_said_to_be_well(tmp_path: Path) -> None:
    assert asked("logs").state == "not seen"
    assert asked("logs", tmp_path / "nowhere").state == "not seen"


# Settings


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("DEBUG", True, "DEBUG is on"),
        ("ADMINS", [("a", "a@example.org")], "ADMINS"),
        ("CSRF_USE_SESSIONS", False, "CSRF_USE_SESSIONS"),
        ("SESSION_SAVE_EVERY_REQUEST", True, "SESSION_SAVE_EVERY_REQUEST"),
        ("SITE_URL", "http://rounds.example.org", "https"),
    ],
)
def test_a_setting_that_lets_something_out_is_found(settings: Settings, setting: str, value: object, said: str) -> None:
    setattr(settings, setting, value)
    assert said in "".join(asked("settings").wrong)


@contextmanager
def shipped_logging() -> Iterator[logging.Logger]:
    """The program's own handler on its logger, without pytest's, which say everything."""
    from config.logs import AllowedFormatter

    kept = {name: logging.getLogger(name).handlers for name in ["", *logging.Logger.manager.loggerDict]}
    for name in kept:
        logging.getLogger(name).handlers = []
    handler = logging.StreamHandler(StringIO())
    handler.setFormatter(AllowedFormatter())
    logging.getLogger("django").handlers = [handler]
    logging.getLogger("django.db.backends").setLevel(logging.WARNING)
    yield logging.getLogger("django")
    for name, handlers in kept.items():
        logging.getLogger(name).handlers = handlers


def test_a_log_that_repeats_what_was_sent_is_found() -> None:
    with shipped_logging() as ours:
        well = asked("logging")
        ours.handlers[0].setFormatter(logging.Formatter("%(levelname)s %(message)s"))
        wrong = asked("logging")
    assert well.is_well, well
    assert wrong.wrong == ("The logger “django” writes down what people sent.",)


def test_a_lowest_floor_that_is_not_held_any_more_is_found() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = ON")
        else:
            cursor.execute("ALTER TABLE rounds_programme DROP CONSTRAINT floor_is_never_below_three")
        factories.programme()
        Programme.objects.update(floor=1)
        wrong = "".join(asked("floors").wrong)
        assert "1 programme(s) or round(s) let people write" in wrong
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA ignore_check_constraints = OFF")
        else:
            assert "(floor_is_never_below_three)" in wrong
            return
    Programme.objects.all().delete()


# The servers


def test_what_the_audit_wants_of_postgresql_is_what_is_shipped() -> None:
    lines = (ROOT / "deploy" / "postgresql.conf").read_text().splitlines()
    shipped = dict(line.split(" = ") for line in lines if line and not line.startswith("#"))
    assert shipped == servers.POSTGRESQL


def test_a_database_that_is_not_as_shipped_is_found() -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            assert asked("database").is_well
            cursor.execute("PRAGMA secure_delete = OFF")
            assert "secure_delete" in "".join(asked("database").wrong)
            cursor.execute("PRAGMA secure_delete = ON")
        else:
            wrong = "".join(asked("database").wrong)
            assert "PostgreSQL’s log_min_messages is warning; it should be fatal" in wrong


# The command


def test_the_command_says_it_in_words_and_ends_with_one_when_anything_is_wrong() -> None:
    factories.round_(stage=Stage.CLOSED, closed_at=timezone.now() - timedelta(hours=1))
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("anonymity_audit", stdout=out)
    assert ended.value.code == 1
    assert "NO  Every closed round is sealed" in out.getvalue()
    assert "      1 closed round(s) have not been sealed." in out.getvalue()


def test_the_command_tells_programs_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    check = Check("one", "One is one.", lambda surroundings: [])
    monkeypatch.setattr(self_audit, "CHECKS", (check,))
    out = StringIO()
    call_command("anonymity_audit", "--json", stdout=out)
    told = json.loads(out.getvalue())
    assert told["well"] is True
    assert told["checks"] == [{"check": "one", "holds": "One is one.", "state": "well", "wrong": [], "unseen": ""}]


@pytest.mark.logs_errors
def test_a_check_that_fails_is_no_good_answer() -> None:
    def fails(surroundings: Surroundings) -> list[str]:
        raise KeyError("something")

    def cannot(surroundings: Surroundings) -> list[str]:
        raise asking.CannotLook("Not now.")

    assert self_audit.ask(Check("a", "A.", fails), Surroundings()).wrong == ("This could not be checked (KeyError).",)
    assert self_audit.ask(Check("b", "B.", cannot), Surroundings()) == Answer(
        Check("b", "B.", cannot), (), unseen="Not now."
    )
