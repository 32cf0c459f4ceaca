"""The server's settings under a bell that does not always ring; only the servers of these tests use them.

FAULTS_RINGS_LOST is the share of rings that get lost, 0 to 1.
"""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "tests.faults.bell.Bell"]
