"""Feeling words and staff groups: what may be stored, and that none is set apart."""

from rounds import feelings, staff_groups


def test_there_are_four_words_in_each_of_six_groups_and_three_always() -> None:
    assert [len(group.feelings) for group in feelings.FEELING_GROUPS] == [4] * 6
    assert [feeling.label for feeling in feelings.ALWAYS] == [
        "mixed",
        "nothing just now",
        "I'd rather not say",
    ]


def test_every_code_is_used_once_and_is_fit_for_a_form_value() -> None:
    codes = [feeling.code for feeling in feelings.FEELINGS]
    assert len(codes) == len(set(codes)) == 27
    assert all(code.replace("_", "").isalpha() and code.islower() for code in codes)


def test_numb_and_distant_stand_in_a_group_like_the_rest() -> None:
    depleted = next(group for group in feelings.FEELING_GROUPS if group.code == "depleted")
    assert [feeling.code for feeling in depleted.feelings] == ["tired", "numb", "distant", "empty"]


def test_a_word_of_two_is_stored_under_one_code() -> None:
    assert feelings.is_feeling("let_down")
    assert feelings.label("let_down") == "let down"
    assert not feelings.is_feeling("let down")


def test_a_stranger_to_the_list_is_not_a_feeling() -> None:
    for code in ("", "happy", "NUMB", "numb ", "depleted"):
        assert not feelings.is_feeling(code)


def test_choices_follow_the_order_on_the_screen_and_end_with_those_always_there() -> None:
    assert feelings.choices()[0] == ("moved", "moved")
    assert feelings.choices()[-1] == ("rather_not_say", "I'd rather not say")


def test_a_person_may_choose_up_to_three() -> None:
    assert feelings.MAX_FEELINGS == 3


def test_the_head_count_has_ten_groups_with_students_and_volunteers_among_them() -> None:
    codes = [code for code, _ in staff_groups.choices()]
    assert len(codes) == len(set(codes)) == 10
    assert {"students", "volunteers_other"} <= set(codes)


def test_a_line_of_the_head_count_has_a_plain_name() -> None:
    assert staff_groups.label("medical_dental") == "Doctors and dentists"
