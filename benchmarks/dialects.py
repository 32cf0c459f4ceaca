"""How each contender is spoken to."""

from __future__ import annotations

import gzip
import json

from benchmarks import markers
from benchmarks.crowd import Batch, Member
from rounds.live.padding import LENGTHS

GZIP = b"\x1f\x8b"
BEAT_SECONDS = 10  # as the product's own client
BEAT_BYTES = 512 * 1024  # far more than a room ever gets in ten seconds; the server wants to hear of it


def read_markers(payload: bytes) -> Batch:
    return Batch(*markers.found(payload))


class Plain:
    """`hello TICKET`, answered by `ok`; whatever is sent after that is sent to everybody. Node ws, websockets."""

    path = "/"
    posters = 1

    def headers(self, member: Member) -> dict[str, str]:
        return {}

    def greet(self, member: Member) -> None:
        member.say(f"hello {member.ticket}".encode())

    def hear(self, member: Member, payload: bytes, now: float) -> None:
        if payload == b"ok":
            member.come_in()
        else:
            member.crowd.received(member, member.crowd.read(payload, read_markers), now)

    def post(self, number: int, sent: float) -> bytes:
        return markers.fragment(number, sent).encode()

    def sweep(self, member: Member, now: float) -> None:
        return


class Tutorial(Plain):
    """Channels' tutorial: JSON with a message; who it is comes from the session's cookie, before the socket opens."""

    path = "/ws/chat/bench/"

    def headers(self, member: Member) -> dict[str, str]:
        return {"Cookie": f"sessionid={member.ticket}", "Origin": f"http://127.0.0.1:{member.crowd.port}"}

    def greet(self, member: Member) -> None:
        member.come_in()

    def post(self, number: int, sent: float) -> bytes:
        return json.dumps({"message": markers.fragment(number, sent)}).encode()


class SocketIo(Plain):
    """Engine.IO 4 and Socket.IO 5 over a WebSocket from the start, without its polling prelude."""

    path = "/socket.io/?EIO=4&transport=websocket"

    def greet(self, member: Member) -> None:
        return

    def hear(self, member: Member, payload: bytes, now: float) -> None:
        if payload.startswith(b"42"):
            member.crowd.received(member, member.crowd.read(payload, read_markers), now)
        elif payload.startswith(b"0"):
            member.say(b"40" + json.dumps({"ticket": member.ticket}).encode())
        elif payload.startswith(b"40"):
            member.come_in()
        elif payload == b"2":
            member.say(b"3")
        else:
            member.crowd.trouble(payload[:60].decode())

    def post(self, number: int, sent: float) -> bytes:
        return b"42" + json.dumps(["post", markers.fragment(number, sent)]).encode()


class CommonThread(Plain):
    """docs/protocol.md. what, fields: what is said; the post's marker goes into its text."""

    path = "/live/"

    def __init__(self, what: str, *, posters: int = 1, **fields: str) -> None:
        self.what = what
        self.fields = fields
        self.posters = posters

    def greet(self, member: Member) -> None:
        member.say(json.dumps({"t": "hello", "ticket": member.ticket, "revision": None, "packs": True}).encode())

    def hear(self, member: Member, payload: bytes, now: float) -> None:
        kind = payload[6:10]
        if kind in (b"chan", b"snap") or payload.startswith(GZIP):
            self._see(member, member.crowd.read(payload, self._parse), now)
        elif kind == b"save":
            member.crowd.acknowledged(int(json.loads(payload)["nonce"].rsplit("-")[-1]), now)
        elif kind != b"beat":
            member.crowd.trouble(payload[:100].decode())
        elif json.loads(payload)["revision"] != member.revision:
            self._beat(member, None, now)

    def post(self, number: int, sent: float) -> bytes:
        text = markers.fragment(number, sent) if self.what == "announce" else markers.sentence(number, sent)
        said = {"t": "say", "what": self.what, "nonce": f"benchmark-{number:012d}", "text": text, **self.fields}
        bare = json.dumps({**said, "pad": ""}).encode()
        # As long as the product's own client makes it; drawing the letters by chance would cost the load generator.
        return bare[:-2] + b"x" * (LENGTHS[0] - len(bare)) + bare[-2:]

    def sweep(self, member: Member, now: float) -> None:
        if member.is_in and now - member.beat_at > BEAT_SECONDS:
            self._beat(member, member.revision, now)

    def _see(self, member: Member, batch: Batch, now: float) -> None:
        member.unanswered += batch.letters
        if not batch.whole and batch.before != member.revision:
            return self._beat(member, None, now)  # a gap: only a snapshot helps
        member.revision = batch.revision
        self.shown(member, batch, now)
        if batch.whole or member.unanswered > BEAT_BYTES:
            self._beat(member, member.revision, now)
        if batch.whole:
            member.come_in()
        return None

    def shown(self, member: Member, batch: Batch, now: float) -> None:
        """The screen shows it."""
        member.crowd.received(member, batch, now)

    def _beat(self, member: Member, revision: int | None, now: float) -> None:
        member.beat_at, member.unanswered = now, 0
        member.say(b'{"t":"beat","revision":' + (b"null" if revision is None else b"%d" % revision) + b"}")

    @staticmethod
    def _parse(payload: bytes) -> Batch:
        text = gzip.decompress(payload) if payload.startswith(GZIP) else payload
        frame = json.loads(text)
        numbers, sent = markers.found(text)
        whole = frame["t"] == "snapshot"
        before, revision = frame.get("from"), frame["revision"]
        stage = frame.get("stage", "")
        return Batch(numbers, sent, whole, before, revision, stage, letters=len(text))
