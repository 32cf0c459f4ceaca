"""Everything said is of one length on the wire, or of one of a few: TLS hides what is said, not how long it is.

The same as static/js/padding.js, for clients that are not a browser: a rehearsal's guests, the tests'.
"""

from __future__ import annotations

import json
import secrets
import string
from collections.abc import Mapping
from typing import Any, Final

LENGTHS: Final = (4_096, 16_384, 65_536)  # bytes; the last is the longest frame that is taken (frames.LARGEST)
LETTERS: Final = string.ascii_letters + string.digits + "-_"


def padded(message: Mapping[str, Any]) -> str:
    """The message as JSON, filled up with letters of chance, which compress as little as what is said."""
    bare = len(_written({**message, "pad": ""}).encode())
    missing = next((length for length in LENGTHS if length >= bare), bare) - bare
    pad = "".join(LETTERS[byte % 64] for byte in secrets.token_bytes(missing))
    return _written({**message, "pad": pad})


def _written(message: Mapping[str, Any]) -> str:
    return json.dumps(message, ensure_ascii=False, separators=(",", ":"))
