"""The ASGI application: Django for HTTP, the live layer for sockets."""

from __future__ import annotations

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
http = get_asgi_application()  # sets Django up: what follows needs its models

from channels.routing import ProtocolTypeRouter  # noqa: E402

from rounds.live.routing import sockets  # noqa: E402

application = ProtocolTypeRouter({"http": http, "websocket": sockets})
