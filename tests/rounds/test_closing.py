"""The closing: feedback and head-count, asked once, given freely, shown so that nobody stands out."""

from __future__ import annotations

import secrets

import pytest
from django.utils.datastructures import MultiValueDict

from rounds import closing, gathering, sealing
from rounds.forms.closing import FeedbackForm, HeadCountForm
from rounds.live.messages import Sender
from rounds.models import Feedback, Round, SealedPost, Stage
from rounds.refusals import Refused, StageMovedOn
from rounds.statements import STATEMENTS
from tests import factories

pytestmark = pytest.mark.django_db
GROUPS = ["nursing_midwifery", "medical_dental", "students"]
NOT_CLOSING = [stage for stage in Stage if stage not in (Stage.PLANNED, Stage.CLOSING)]


@pytest.fixture
def round_() -> Round:
    return factories.round_(stage=Stage.CLOSING, staff_groups=GROUPS)


def feedback(round_: Round, voice: str = "anna", *, nonce: str = "", **answers: str) -> None:
    nonce = nonce or secrets.token_urlsafe(16)
    closing.give_feedback(sender=Sender(round=round_, voice=voice), nonce=nonce, answers=answers)


def count(round_: Round, group: str, voice: str = "anna") -> None:
    closing.count_me(sender=Sender(round=round_, voice=voice), nonce="n", group=group)


def sealed(round_: Round) -> closing.Results:
    Round.objects.filter(pk=round_.pk).update(stage=Stage.CLOSED)
    sealing.seal(round=round_)
    round_.refresh_from_db()
    results = closing.results(round=round_)
    assert results is not None
    return results


def test_a_feedback_form_waits_sealed_until_the_round_is(round_: Round) -> None:
    feedback(round_, stays="yes")
    assert not Feedback.objects.exists()
    assert gathering.waiting(round=round_, basket=sealing.FEEDBACK) == 1


def test_a_second_form_of_one_person_replaces_the_first(round_: Round) -> None:
    feedback(round_, stays="no")
    feedback(round_, stays="yes", again="little")
    feedback(round_, "ben", again="no")
    sealed(round_)
    answers = [form.answers for form in Feedback.objects.all()]
    assert sorted(answers, key=len) == [{"again": "no"}, {"stays": "yes", "again": "little"}]


def test_a_repeat_of_the_first_form_does_not_replace_the_second(round_: Round) -> None:
    feedback(round_, nonce="first", stays="no")
    feedback(round_, nonce="second", stays="yes")
    feedback(round_, nonce="first", stays="no")
    sealed(round_)
    assert [form.answers for form in Feedback.objects.all()] == [{"stays": "yes"}]


def test_a_repeat_of_either_is_saved_and_not_refused_after_the_close(round_: Round) -> None:
    feedback(round_, nonce="answer was lost", stays="no")
    count(round_, "students")
    Round.objects.filter(pk=round_.pk).update(stage=Stage.CLOSED)
    feedback(round_, nonce="answer was lost", stays="no")
    count(round_, "students")
    with pytest.raises(StageMovedOn):
        feedback(round_, nonce="a new one", stays="no")
    with pytest.raises(StageMovedOn):
        count(round_, "medical_dental")


def test_a_form_with_every_line_skipped_is_not_kept(round_: Round) -> None:
    with pytest.raises(Refused, match="none is all right too"):
        feedback(round_)
    assert not SealedPost.objects.exists()


@pytest.mark.parametrize("stage", NOT_CLOSING)
def test_both_are_asked_at_the_end_only(round_: Round, stage: Stage) -> None:
    Round.objects.filter(pk=round_.pk).update(stage=stage)
    with pytest.raises(StageMovedOn, match="end of the round"):
        feedback(round_, stays="yes")
    with pytest.raises(StageMovedOn, match="end of the round"):
        count(round_, "students")
    assert not SealedPost.objects.exists()


def test_another_choice_moves_a_person_to_another_group(round_: Round) -> None:
    for index in range(6):
        count(round_, "students", f"voice {index}")
        count(round_, "nursing_midwifery", f"voice {index}")
    for index in range(6, 12):
        count(round_, "medical_dental", f"voice {index}")
    results = sealed(round_)
    assert {label: str(shown) for label, shown in results.head_count.items()}["Students"] == "not shown"


def test_a_group_the_round_does_not_ask_about_is_refused(round_: Round) -> None:
    with pytest.raises(Refused, match="not on the list"):
        count(round_, "healthcare_science")


def test_nothing_is_published_before_the_seal(round_: Round) -> None:
    count(round_, "students")
    assert closing.results(round=round_) is None
    Round.objects.filter(pk=round_.pk).update(stage=Stage.CLOSED)
    round_.refresh_from_db()
    assert closing.results(round=round_) is None


def test_small_groups_are_hidden_with_another_and_the_total_with_them(round_: Round) -> None:
    for group, number in (("nursing_midwifery", 21), ("medical_dental", 8), ("students", 2)):
        for index in range(number):
            count(round_, group, f"{group} {index}")
    results = sealed(round_)
    assert [shown.value for shown in results.head_count.values()] == [20, None, None]
    assert results.total.hidden


def test_big_groups_are_shown_rounded(round_: Round) -> None:
    for group in GROUPS:
        for index in range(11):
            count(round_, group, f"{group} {index}")
    results = sealed(round_)
    assert [shown.value for shown in results.head_count.values()] == [10, 10, 10]
    assert results.total.value == 35


def test_a_round_that_asks_no_group_has_no_head_count() -> None:
    results = sealed(factories.round_(stage=Stage.CLOSING))
    assert dict(results.head_count) == {}
    assert results.total.hidden


def test_feedback_is_added_up_line_by_line(round_: Round) -> None:
    for index in range(11):
        feedback(round_, f"voice {index}", stays="mostly" if index < 6 else "no", again="yes")
    lines = {line.text: (line.agreed.value, line.otherwise.value) for line in sealed(round_).feedback}
    assert lines[dict(STATEMENTS)["stays"]] == (5, 5)
    assert lines[dict(STATEMENTS)["again"]] == (None, None)  # all eleven: nobody stands out, and nobody is told apart
    assert len(lines) == 2  # what nobody answered has nothing to be shown


def test_four_forms_are_too_few_to_be_shown(round_: Round) -> None:
    for index in range(4):
        feedback(round_, f"voice {index}", stays="yes")
    assert all(line.agreed.hidden and line.otherwise.hidden for line in sealed(round_).feedback)


def test_another_programmes_round_adds_nothing(round_: Round) -> None:
    stranger = factories.round_(factories.programme("Hillside"), stage=Stage.CLOSING, staff_groups=GROUPS)
    for index in range(8):
        count(stranger, "students", f"voice {index}")
        feedback(stranger, f"voice {index}", stays="yes")
    results = sealed(round_)
    assert all(shown.hidden for shown in results.head_count.values())
    assert not round_.feedback.exists()


def test_results_take_as_many_queries_for_three_forms_as_for_one(
    round_: Round, django_assert_num_queries: object
) -> None:
    feedback(round_, "anna", stays="yes")
    other = factories.round_(round_.programme, stage=Stage.CLOSING, staff_groups=GROUPS)
    for voice in ("anna", "ben", "charlie"):
        feedback(other, voice, stays="yes")
    for one in (round_, other):
        sealed(one)
        with django_assert_num_queries(4):  # type: ignore[operator]
            closing.results(round=one)


# --- the forms


def test_skipped_lines_are_left_out() -> None:
    form = FeedbackForm(MultiValueDict({"stays": ["yes"], "again": [""]}))
    assert form.is_valid()
    assert form.cleaned_data == {"answers": {"stays": "yes"}}


@pytest.mark.parametrize("value", ["perfect", "Yes", "5", "yes\x00"])
def test_an_answer_that_is_not_on_the_list_is_refused(value: str) -> None:
    form = FeedbackForm(MultiValueDict({"stays": [value]}))
    assert not form.is_valid()
    assert form.errors == {"__all__": ["That answer is not on the list."]}


def test_a_line_that_is_not_asked_is_not_kept(round_: Round) -> None:
    with pytest.raises(Refused, match="nothing in it yet"):
        feedback(round_, elsewhere="yes")
    feedback(round_, elsewhere="yes", stays="no")
    sealed(round_)
    assert [form.answers for form in Feedback.objects.all()] == [{"stays": "no"}]


@pytest.mark.parametrize(
    ("value", "words"), [("", "choose a group first"), ("surgeons", "not on the list"), (None, "choose a group first")]
)
def test_a_group_that_cannot_be_used_is_refused_in_words(value: str | None, words: str) -> None:
    form = HeadCountForm({"group": value})
    assert not form.is_valid()
    assert words in form.errors["group"][0]
