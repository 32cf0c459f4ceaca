"""PostgreSQL's own samples of cells: none of what people wrote, or of its ids, for they outlive the rows."""

from __future__ import annotations

import pytest
from django.db import connection
from django.db.models import BinaryField, CharField, Field, ForeignKey, JSONField, TextField

from facilitation.models import Action
from rounds import stored, words
from rounds.models import RoundTopic
from tests.linkage.stores import Store

pytestmark = pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite samples nothing by itself")
HELD = (CharField, TextField, JSONField, BinaryField)
SAYS_NOTHING = {"rounds_roundtopic.topic"}


def holds_words_or_ids(field: Field[object, object]) -> bool:
    if isinstance(field, ForeignKey):
        return isinstance(field.target_field, CharField)
    return isinstance(field, HELD)


def sampled() -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname || '.' || a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
            " WHERE c.relkind = 'r' AND a.attnum > 0 AND COALESCE(a.attstattarget, -1) <> 0"
        )
        return {name for (name,) in cursor.fetchall()}


def test_no_column_that_holds_what_people_wrote_or_names_it_is_sampled(store: Store) -> None:
    models = stored.described() | {holding.model for holding in words.holdings()}
    assert RoundTopic in models
    columns = {
        f"{model._meta.db_table}.{field.column}"
        for model in models
        for field in model._meta.concrete_fields
        if holds_words_or_ids(field)
    } | {f"{Action._meta.db_table}.from_proposal_id"}
    assert (columns & sampled()) - SAYS_NOTHING == set()


def test_the_check_sees_a_column_that_is_sampled(store: Store) -> None:
    assert {"rounds_round.title", "rounds_roundtopic.topic"} <= sampled()
