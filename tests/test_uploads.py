"""Files that somebody sends: taken nowhere, refused in words, left in no temporary folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from rounds.models import Role
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("size", [10, 4_000_000])
def test_a_file_is_refused_in_words_and_kept_nowhere(
    client: Client, settings: Settings, tmp_path: Path, size: int
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path / "uploads")
    (tmp_path / "uploads").mkdir()
    for address in (reverse("account_login"), "/admin/login/"):
        answer = client.post(address, {"login": "a@example.org", "file": SimpleUploadedFile("a.bin", b"x" * size)})
        assert answer.status_code == 400
        assert "Files cannot be sent here." in answer.content.decode()
    assert list((tmp_path / "uploads").iterdir()) == []


def test_a_form_without_a_file_is_read_in_this_way_too(client: Client) -> None:
    programme = factories.programme()
    client.force_login(factories.person("dora", of=programme, roles=(Role.ADMINISTRATOR,)))
    data = {"email": "eve@example.org", "role": Role.STEERING.value}  # the test client sends multipart
    assert client.post(reverse("people-invite", args=[programme.public_id]), data).status_code == 302
