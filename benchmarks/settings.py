"""The product's settings and one more app, which shows every post at once. For measuring only.

No setting of the product goes below its floors; that a post is released by itself is this app's doing, and the
app is nowhere but here.
"""

from __future__ import annotations

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS as PRODUCT

INSTALLED_APPS = [*PRODUCT, "benchmarks.immediate"]
