"""The site administration shows where actions stand, and no word anybody wrote."""

import pytest
from django.test import Client
from django.urls import reverse

from facilitation.admin import ActionAdmin
from facilitation.models import Action
from rounds.admin import site
from rounds.models import Stage
from tests import factories

pytestmark = pytest.mark.django_db


def test_an_action_is_listed_without_its_sentence_and_has_no_page(client: Client) -> None:
    circle = factories.round_(stage=Stage.CIRCLE)
    made = factories.agreed(circle, by=factories.facilitator(of=circle.programme), statement="put chairs out")
    client.force_login(factories.person("root", is_staff=True, is_superuser=True))
    listed = client.get(reverse("admin:facilitation_action_changelist")).content.decode()
    assert made.public_id in listed
    assert "put chairs out" not in listed
    assert client.get(reverse("admin:facilitation_action_change", args=[made.pk])).status_code in (302, 403, 404)
    assert client.get(reverse("admin:facilitation_action_add")).status_code == 403


def test_of_facilitation_nothing_else_is_registered() -> None:
    registered = {model for model in site._registry if model._meta.app_label == "facilitation"}
    assert registered == {Action}
    assert not set(ActionAdmin.list_display) & {"statement", "told_back", "first_step", "__str__"}
