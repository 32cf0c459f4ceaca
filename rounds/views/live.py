"""The live layer over plain HTTP, for networks that let no socket through; and the way in, for both.

No cookie, no session: a ticket is all there is, so there is nothing for a foreign page to ride on. JSON only,
which a foreign page cannot send without asking first.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from functools import wraps
from threading import BoundedSemaphore
from typing import Any, Final

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from rounds import join_codes
from rounds.keys import KeyGone
from rounds.live import company, frames, pictures, presence, saying, tickets
from rounds.live.frames import Outgoing, Packed
from rounds.live.sockets import GONE, MALFORMED, NO_TICKET, TOO_FAST
from rounds.live.throttle import Rates
from rounds.models import Round, Stage
from rounds.refusals import Refused

NO_SUCH_ROUND = "We could not find a round with that code. Check the code on the wall and try again."
NO_SUCH_WALL = "We could not find that wall. Open it again from the facilitator’s screen."
TOO_MANY_GUESSES = "Too many wrong codes just now. Please try again in a minute."
LOCKED = "This round is not letting anybody else in just now. Ask the facilitator."
NOT_YET = "This round has not opened yet."
TOO_FAST_WORDS = "Too much at once. It will be tried again."
SLOW_SECONDS = 1
# One member of Accept-Encoding that takes gzip (RFC 9110, 12.4.2): a weight of nought means “not that”.
_TAKES_GZIP: Final = re.compile(
    r"gzip(?:[ \t]*;[ \t]*q=(?:1(?:\.0{0,3})?|0\.(?!0+$)\d{1,3}))?", re.IGNORECASE | re.ASCII
)

guesses = Rates(300, 60)  # for the whole site: one address may be a whole hospital, or a whole attack
_rates = Rates(40, 2)
_slow_answers = BoundedSemaphore(20)  # more threads than these are not spent on somebody who guesses

Body = dict[str, Any]
View = Callable[[HttpRequest, Body], HttpResponse]


def spoken(view: View) -> Callable[[HttpRequest], HttpResponse]:
    """A POST of a small JSON object, answered in JSON that nobody keeps; every problem in words, none a 500."""

    @csrf_exempt
    @require_POST
    @wraps(view)
    def answered(request: HttpRequest) -> HttpResponse:
        try:
            response = view(request, _read(request))
        except frames.Unreadable as problem:
            reply = {**frames.refused(problem.nonce, frames.UNREADABLE), "code": MALFORMED}
            response = JsonResponse(reply, status=400)
        except tickets.NoTicket as problem:
            response = _no(401, str(problem), NO_TICKET)
        except tickets.RoundGone as problem:
            response = _no(404, str(problem), GONE)
        except (saying.NotNow, DatabaseError):
            response = _no(503, "The server is busy. It will be tried again.")
        response.headers["Cache-Control"] = "no-store"
        return response

    return answered


@spoken
def join(request: HttpRequest, body: Body) -> HttpResponse:
    """A ticket for a join code. A right code is let in however many wrong ones there were."""
    code = join_codes.normalise(_text(body, "code"))
    round = Round.objects.filter(join_code=code).first() if code else None
    if round is None:
        return _wrong_code()
    try:
        return _welcome(round)
    except Refused as refusal:
        return _no(409, str(refusal))


@spoken
def wall(request: HttpRequest, body: Body) -> HttpResponse:
    """A ticket for a wall's token; before the doors open, what to show until then."""
    round = Round.objects.filter(wall_token=_text(body, "token")).first()
    if round is None:
        return _no(404, NO_SUCH_WALL) if guesses.hit("codes") else _slowly()
    if round.stage == Stage.PLANNED:  # there is no key yet to make a ticket with
        html = pictures.look(round.pk, ["wall"])["wall"].html
        return JsonResponse({"because": NOT_YET, "stage": round.stage, "html": dict(html)}, status=409)
    try:
        return JsonResponse({"ticket": _ticket(round, tickets.for_wall)})
    except Refused as refusal:
        return _no(409, str(refusal))


@spoken
def poll(request: HttpRequest, body: Body) -> HttpResponse:
    """The snapshot, or 204 when the client already shows it."""
    revision = frames.read_revision(body.get("revision"))
    guest = _guest(request, body)
    if not _rates.hit(guest.voice or _text(body, "ticket")):
        return _no(429, TOO_FAST_WORDS, TOO_FAST)
    if presence.is_counted(guest.audience, guest.round):
        presence.polled(guest.round.pk, guest.voice)
        company.exchange(guest.round.pk)
        saying.note_company(guest)
    if guest.audience == "console":
        saying.release_due(guest)
    picture = pictures.look(guest.round.pk, [guest.audience])[guest.audience]
    if picture.revision == revision:
        return HttpResponse(status=204)
    packs = guest.audience == "room" and _takes_gzip(request)
    return _shown(picture.snapshot.packed if packs else picture.snapshot)


@spoken
def say(request: HttpRequest, body: Body) -> HttpResponse:
    """One thing said; the answer is the socket's, 200 when saved and 422 when refused."""
    said = frames.read_say(body)
    guest = _guest(request, body)
    if not _rates.hit(guest.voice or _text(body, "ticket")):
        return _no(429, TOO_FAST_WORDS, TOO_FAST)
    reply = saying.say(guest, said)
    if reply["t"] == "saved":
        saying.release_due(guest)
    return JsonResponse(reply, status=200 if reply["t"] == "saved" else 422)


def _read(request: HttpRequest) -> Body:
    # Read as a stream: too much is refused here in words, before Django's own limit answers with a page.
    if request.content_type != "application/json":
        raise frames.Unreadable
    return frames.read_object(request.read(frames.LARGEST + 1))


def _guest(request: HttpRequest, body: Body) -> tickets.Guest:
    session_key = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    return tickets.admit(_text(body, "ticket"), session_key=session_key)


def _text(body: Body, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str):
        raise frames.Unreadable
    return value


def _welcome(round: Round) -> HttpResponse:
    if round.joining_locked and round.is_open:
        raise Refused(LOCKED)
    ticket = _ticket(round, tickets.for_room)
    return JsonResponse({"ticket": ticket, "round": {"title": round.shown_title}})


def _ticket(round: Round, make: Callable[[Round], str]) -> str:
    if round.stage == Stage.PLANNED:
        raise Refused(NOT_YET)
    if round.stage == Stage.CLOSED or (round.stage == Stage.WINDOW and round.seconds_left == 0):
        raise Refused(saying.OVER)
    try:
        return make(round)
    except KeyGone:
        raise Refused(saying.OVER) from None


def _wrong_code() -> HttpResponse:
    return _no(404, NO_SUCH_ROUND) if guesses.hit("codes") else _slowly()


def _slowly() -> HttpResponse:
    if _slow_answers.acquire(blocking=False):
        try:
            time.sleep(SLOW_SECONDS)
        finally:
            _slow_answers.release()
    return _no(429, TOO_MANY_GUESSES)


def _takes_gzip(request: HttpRequest) -> bool:
    members = request.headers.get("Accept-Encoding", "").split(",")
    return any(_TAKES_GZIP.fullmatch(member.strip(" \t")) for member in members)


def _shown(snapshot: Outgoing) -> HttpResponse:
    response = HttpResponse(snapshot.payload, content_type="application/json")
    patch_vary_headers(response, ["Accept-Encoding"])
    if isinstance(snapshot, Packed):
        response.headers["Content-Encoding"] = "gzip"
    return response


def _no(status: int, because: str, code: int | None = None) -> HttpResponse:
    return JsonResponse({"because": because, **({"code": code} if code else {})}, status=status)
