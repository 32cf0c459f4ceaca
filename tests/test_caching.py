"""What browsers may keep of us: static files and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "path", ["/", "/j", "/stored/", "/accounts/login/", "/accounts/password/reset/", "/nowhere/", "/admin/login/"]
)
def test_no_page_is_kept(client: Client, path: str) -> None:
    assert "no-store" in client.get(path).headers["Cache-Control"]


def test_a_redirect_is_not_kept(client: Client) -> None:
    assert client.get("/programmes/x/").headers["Cache-Control"] == "no-store"


@pytest.mark.logs_errors
def test_a_refusal_is_not_kept(client: Client) -> None:
    assert client.get("/", headers={"host": "somebody.example"}).headers["Cache-Control"] == "no-store"


def test_nothing_of_an_account_is_kept(client: Client) -> None:
    client.force_login(factories.person())
    for name in ("account_logout", "account_change_password", "mfa_index"):
        assert "no-store" in client.get(reverse(name)).headers["Cache-Control"]


def test_a_static_file_is_kept_for_minutes(client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.STATIC_ROOT = tmp_path
    (tmp_path / "looks.css").write_text("a {}")
    answer = client.get("/static/looks.css")
    answer.close()
    kept = answer.headers["Cache-Control"]
    assert "max-age=" in kept
    assert "no-store" not in kept
