"""The lists people choose from: complete, consistent, and safe to store."""

import dataclasses

import pytest

from facilitation import taxonomies as tx

EVERY_LIST: list[tuple[tx.Choice, ...]] = [
    tx.HSE_STANDARDS,
    tx.SEIPS_ELEMENTS,
    tx.BARRIERS,
    tx.LEVELS,
    tx.DOMAINS,
    tx.TABLE_1,
    tx.STRENGTHS,
    tx.CHANGE_KINDS,
    tx.READINESS,
]


def test_each_list_has_as_many_items_as_its_source() -> None:
    assert [len(items) for items in EVERY_LIST] == [6, 6, 19, 4, 3, 6, 3, 19, 5]


def test_within_a_list_no_code_and_no_label_is_used_twice() -> None:
    for items in EVERY_LIST:
        assert len({item.code for item in items}) == len(items)
        assert len({item.label for item in items}) == len(items)


def test_codes_are_fit_for_a_form_value_and_short_enough_for_a_column() -> None:
    for items in EVERY_LIST:
        for item in items:
            assert item.code.replace("_", "").isalpha()
            assert item.code.islower()
            assert len(item.code) <= 40


def test_every_barrier_is_mapped_to_known_standards_and_elements() -> None:
    standards, elements = tx.labels(tx.HSE_STANDARDS), tx.labels(tx.SEIPS_ELEMENTS)
    for barrier in tx.BARRIERS:
        assert barrier.hse
        assert barrier.seips
        assert set(barrier.hse) <= set(standards)
        assert set(barrier.seips) <= set(elements)


def test_a_barrier_may_belong_to_two_standards() -> None:
    unheard = next(barrier for barrier in tx.BARRIERS if barrier.code == "unheard")
    assert unheard.hse == ("control", "relationships")
    assert unheard.seips == ("organisation",)


def test_training_policy_and_further_study_are_weaker() -> None:
    assert {tx.strength_of(kind) for kind in ("training", "policy", "more_study")} == {"weaker"}
    assert tx.strength_of("simplify") == "stronger"
    assert tx.strength_of("staffing") == "intermediate"


def test_a_stranger_among_the_kinds_of_change_has_no_strength() -> None:
    with pytest.raises(KeyError):
        tx.strength_of("e_learning")


def test_kinds_of_change_stand_under_their_strength() -> None:
    grouped = tx.change_kind_choices()
    assert [len(kinds) for _, kinds in grouped] == [6, 8, 5]
    assert ("training", "Training") in grouped[2][1]


def test_readiness_is_asked_in_questions() -> None:
    assert all(question.label.endswith("?") for question in tx.READINESS)


def test_choices_keep_the_order_of_the_list() -> None:
    assert tx.choices(tx.LEVELS) == [
        ("individual", "Each of us"),
        ("team", "The team"),
        ("organisation", "The organisation"),
        ("wider_system", "Beyond the organisation"),
    ]


def test_an_item_cannot_be_changed_while_the_server_runs() -> None:
    with pytest.raises(AttributeError):
        tx.LEVELS[0].label = "Somebody else"  # type: ignore[misc]
    with pytest.raises(dataclasses.FrozenInstanceError):
        tx.BARRIERS[0].label = "Somebody else"  # type: ignore[misc]
