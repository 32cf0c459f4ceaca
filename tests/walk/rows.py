"""The founding paper in 45 statements, and where each is seen to hold: on the running product, in tests, or both.

docs/walk.md is made of this table (`manage.py walk --table`); `tests/walk/test_rows.py` holds both to what there is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Row:
    """number: in the paper's order. says: the statement, shortly. seen: what the walk sees, if it goes there.

    tests: node ids of tests that show it.
    """

    number: int
    says: str
    seen: str = ""
    tests: tuple[str, ...] = ()


NEVER: Final = "tests/test_never_built.py::test_it_is_said_nowhere_and_nothing_is_called_by_it"
ACTIONS: Final = "tests/facilitation/test_actions.py::"
CERTIFICATES: Final = "tests/rounds/test_certificates.py::"
MONTHS: Final = "tests/facilitation/test_threads_over_the_months.py::"
REVIEWS: Final = "tests/facilitation/test_reviews.py::"

ROWS: Final = (
    Row(
        1,
        "Compassion is understanding another’s suffering, and a commitment to do something",
        "the write-up has both halves; of a round in which nothing was agreed it says that it is held",
        (
            "tests/facilitation/test_finishing.py::test_a_write_up_has_both_halves_or_says_held_and_quotes_no_sentence",
            "tests/rounds/test_stages.py::test_there_is_no_threshold_without_a_reflection",
        ),
    ),
    Row(2, "It has an emotional part: a personal reaction", "a phone sends words alone, a feeling alone, and both"),
    Row(
        3,
        "A condition has a personal meaning (the flautist)",
        "the planner asks what it meant to them, and for no diagnosis; the card “What turned out not to be small?”",
    ),
    Row(
        4,
        "An emotional response is spontaneous and cannot be mandated",
        "a round with the machine off and not one reaction goes through every stage and closes",
        (f"{NEVER}[measures of taking part]", f"{NEVER}[nudges]"),
    ),
    Row(
        5,
        "Respect, courtesy, attentive listening are deliberate",
        "the ground rules at the door; while a story is told the phone is quiet and a post is refused",
        ("tests/rounds/test_reactions.py::test_nothing_can_be_written_outside_the_reflection",),
    ),
    Row(6, "The capacity for empathy is innate", tests=(f"{NEVER}[lacking people]", f"{NEVER}[scores]")),
    Row(
        7,
        "Being exposed again and again numbs",
        "“numb” is chosen like any word and nothing warns; three heavy rounds suggest “what made it possible”",
        ("tests/rounds/test_feelings.py::test_numb_and_distant_stand_in_a_group_like_the_rest",),
    ),
    Row(
        8,
        "Targets and dwindling resources exhaust",
        "three of the barriers a phone may choose say it; list and report map them to the HSE’s Demands",
    ),
    Row(9, "…and leave less for the person being cared for", "an action says what it does to them; a lead reads it"),
    Row(
        10,
        "Education and research may not be enough",
        "training is asked once what would make it easier, and is kept when the answer is left empty",
        (f"{ACTIONS}test_the_strength_question_is_asked_once_and_never_blocks",),
    ),
    Row(
        11,
        "Responsibility is individual and collective",
        "“Everything agreed today asks individuals to cope” stands there, and goes with an action of the team",
        (f"{ACTIONS}test_all_at_individual_level_asks_individuals_to_cope_until_one_is_not",),
    ),
    Row(
        12,
        "Kindness to all patients",
        "the card for a room that turns on a patient; hard words about a hard man are shown like any",
    ),
    Row(
        13,
        "Moral commitment sustains compassion",
        "what somebody will keep doing, despite, is in nothing their phone sends",
        (f"{CERTIFICATES}test_what_somebody_keeps_for_themselves_and_their_name_can_be_sent_by_no_form",),
    ),
    Row(14, "Called on freely, when it is missed", "both “when was it possible” and “what got in its way” are asked"),
    Row(
        15,
        "A rational element: how serious it is",
        "the planner asks how heavy each part is; nothing a phone gets says so",
        ("tests/rounds/test_stories.py::test_the_weight_is_on_no_phone_and_no_wall",),
    ),
    Row(16, "Many degrees, and good days too", "the library has small stories, good days and funny ones"),
    Row(17, "The matter does not end with the individual", "an action that names a person has to be put otherwise"),
    Row(
        18,
        "Accountability: from whom we learn, and how",
        "an action cannot be done before the learning is said; an incident’s number is sent where those are reported",
        (f"{REVIEWS}test_it_is_not_done_before_the_learning_is_said",),
    ),
    Row(
        19,
        "Responsibility: where and with whom it sits",
        "what reaches beyond a team and is held by one waits for a sponsor",
        (f"{ACTIONS}test_an_organisations_change_held_by_a_team_waits_for_a_sponsor",),
    ),
    Row(20, "Both, when compassion fails", "both parts are on an action’s page; “staff” holds nothing"),
    Row(
        21,
        "Clinician, team and organisation: all of them",
        "those who lead are asked at the door to listen first; the steering group reads who came, small groups hidden",
        ("tests/rounds/test_small_numbers.py::test_an_attacker_who_tries_every_table_cannot_rule_out_any_small_count",),
    ),
    Row(22, "Anxiety, acknowledged or not", "“Not knowing; being out of my depth” is among what gets in the way"),
    Row(23, "Overwhelm leads to defences", "the card about laughter and busyness; “meh. another tuesday” is shown"),
    Row(24, "Doing more with less", "“The number came first” is a barrier, and the library tells of it"),
    Row(
        25,
        "Targets turn from the purpose: this product sets none",
        tests=(
            f"{NEVER}[targets and indicators]",
            f"{NEVER}[traffic lights]",
            f"{NEVER}[leaderboards, ranks and leagues]",
        ),
    ),
    Row(
        26,
        "Loss of autonomy",
        "it is a barrier; the planner lets every question be changed, and an administrator finds no plan to force",
        ("tests/rounds/test_preparing.py::test_an_administrator_cannot_force_a_question_or_a_time_on_anybodys_round",),
    ),
    Row(27, "Moral distress", "“torn” among the feelings, “I knew what was right and could not do it” among barriers"),
    Row(
        28,
        "People treated as objects",
        "the wall is the same whether two phones are there or three; “Nothing left” is a barrier",
        ("tests/rounds/test_wall_screens.py::test_no_number_of_people_is_on_the_wall",),
    ),
    Row(29, "Errors", "the signpost to reporting stands where an action is refused for an incident"),
    Row(30, "Obstacles at all levels", "an action is not agreed before people said where the change happens"),
    Row(
        31,
        "Listening can be learned",
        "the guide inside; the card “What is underneath?”; actions narrowed by education",
    ),
    Row(
        32,
        "Little lasts unless the culture has it",
        "a barrier heard in six rounds stands as one that keeps coming back, with what was told back",
        (f"{MONTHS}test_a_thread_tells_when_it_was_heard_what_is_in_the_way_what_was_tried_and_what_was_told_back",),
    ),
    Row(33, "Ask what suppresses innate compassion", "the circle’s question, word for word, on every screen"),
    Row(
        34,
        "No “technological” manner that misses the point",
        "every theme has a person who made it, in a round with the machine off",
        (
            f"{NEVER}[feelings guessed by a machine]",
            f"{NEVER}[likes and votes]",
            f"{NEVER}[word clouds]",
            f"{NEVER}[games]",
            f"{NEVER}[what is popular]",
            f"{NEVER}[summaries and replies by a machine]",
            "tests/test_never_built.py::test_it_would_be_seen_if_somebody_planted_it",
        ),
    ),
    Row(35, "Awareness: of oneself, and of what surrounds", "the reflection asks the first, the circle the second"),
    Row(
        36,
        "Self-care: support, supervision",
        "the support card opens with one press in every stage, and without a connection",
    ),
    Row(
        37,
        "Attentive listening: beneath the surface",
        "the words of what is ticked are offered as a theme’s title; it is named in them, and renamed",
    ),
    Row(38, "Collaboration, with patients and families", "“yes / not yet, because …” has to be answered"),
    Row(
        39,
        "Support for colleagues: notice, acknowledge, offer",
        "the three steps at the goodbye; a debrief is not complete before the check-in with the panel has its day",
        ("tests/rounds/test_debrief.py::test_it_cannot_be_completed_without_a_day_for_the_panel_and_keeps_every_word",),
    ),
    Row(40, "Students, trainees, other disciplines", "students, estates and volunteers stand among the groups"),
    Row(
        41,
        "Commitment, despite",
        "what waits for a sponsor stands in a plain letter to the board",
        (
            "tests/facilitation/test_papers.py::test_a_letter_says_how_often_and_since_when_a_barrier_was_heard_once_that_is_a_pattern",
        ),
    ),
    Row(
        42,
        "“Not in order of importance”",
        tests=(
            "tests/test_never_built.py::test_a_bar_that_fills_is_the_clock_of_a_stage_alone",
            f"{NEVER}[progress along the lenses]",
        ),
    ),
    Row(43, "Only ever our best", "“We couldn’t, because …” needs its reason, and the next round opens with it"),
    Row(
        44,
        "A responsibility to ourselves",
        "“You can leave, or just listen” in every stage; a round is cancelled kindly",
    ),
    Row(
        45,
        "It is always possible to contribute",
        "the paper pack prints, a round can be planned for ten minutes, and cards typed in are shown like any",
        (
            "tests/rounds/test_paper_cards.py::test_cards_are_sealed_like_what_phones_send_and_shown_with_it_in_one_batch",
        ),
    ),
)


def table() -> str:
    """docs/walk.md."""
    lines = [
        "# The walk of the 45 statements",
        "",
        "What the founding paper says, and where each statement is seen to hold. `make walk` starts a real server on",
        "an empty folder, drives real browsers through what stands in the second column, runs the tests of the third,",
        "keeps pictures and this table with *seen* or *not seen* in `var/walk/`, and fails when a row is not seen.",
        "This page is made by `manage.py walk --table` and held to `tests/walk/rows.py` by a test.",
        "",
        "| # | The paper says | The walk sees | Tests |",
        "|---|---|---|---|",
    ]
    for row in ROWS:
        tests = "<br>".join(f"`{one.removeprefix('tests/')}`" for one in row.tests)
        lines.append(f"| {row.number} | {row.says} | {row.seen or '–'} | {tests or '–'} |")
    return "\n".join([*lines, ""])
