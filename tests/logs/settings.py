"""The server's settings as shipped, with ways to break it from outside; only the servers of these tests use them.

LOGS_SEED=words has the application log in the way most do: the message, its arguments and the whole traceback.
"""

import os

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS, LOGGING

INSTALLED_APPS = [*INSTALLED_APPS, "tests.logs.breaking_app.Breaking"]
ROOT_URLCONF = "tests.logs.addresses"
if os.environ.get("LOGS_SEED") == "words":
    LOGGING = {**LOGGING, "formatters": {"allowed": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}}}
