"""The walk's own server and browser, made as the browser tests make theirs."""

from __future__ import annotations

from tests.browser.conftest import chromium, migrated, own_house, own_screens

__all__ = ["chromium", "migrated", "own_house", "own_screens"]
