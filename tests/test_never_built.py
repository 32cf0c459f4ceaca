"""What must never be built here is nowhere: not said, stored, exported, styled, scripted or required."""

from __future__ import annotations

import re
from fnmatch import fnmatch
from pathlib import Path

import pytest
from django.apps import apps

from facilitation.models import State
from rounds.models import Stage
from tests import never, texts
from tests.anonymity import addresses
from tests.anonymity.reading import pages, screens
from tests.anonymity.staffed import World
from tests.never import NEVER, Never

# What gives each of them away, as somebody might one day write it: said to people, and as the name of a thing.
PLANTS: dict[str, tuple[str, ...]] = {
    "measures of taking part": (
        "Participation this month",
        "Response rate: high",
        "ResponseRate",
        "engagement_by_ward",
    ),
    "scores": ("Your score", "Rate this hour out of ten", "compassion_score", "scoreFor"),
    "shares of a whole, in the hundred": ("62 % wrote something", "12 per cent", "percent_written"),
    "feelings guessed by a machine": ("Sentiment: sad", "sentiment", "mood_tracker", "vader"),
    "likes and votes": ("4 likes", "Upvote", "like_count", "thumbs-up", "votes"),
    "leaderboards, ranks and leagues": ("Leaderboard", "The top 3 wards", "ward_rank", "leagueTable"),
    "what is popular": ("The most popular reactions", "Trending now", "most_liked"),
    "word clouds": ("A word cloud of today", "wordCloud", "tag-cloud"),
    "games": ("A streak of four rounds", "You earned 10 points", "badge_for", "confetti"),
    "traffic lights": ("RAG status", "The ward is red, amber or green", "status-amber", "rag_rating"),
    "targets and indicators": ("The target for this year", "KPI", "rounds_target", "compliance-dashboard"),
    "people who take part called users": ("About 12 users are here", "anonymous_user"),
    "summaries and replies by a machine": ("A summary of what was said", "AI-written", "summarise", "suggested_reply"),
    "nudges": ("Don’t forget to write something", "showNotification", "nudge_after", "push_subscription"),
    "lacking people": ("This team shows low empathy", "Resilience training", "compassion_index", "empathy_gap"),
    "people counted where the room looks": ("14 people are online", "participantCount", "typing_indicator"),
    "progress along the lenses": ("2 of 6 lenses", "Your progress", "progressbar", "aria-valuenow"),
    "the licensed name as ours": ("Your Schwartz Round begins", "schwartz_round"),
}
is_name = re.compile(r"[\w-]+").fullmatch


@pytest.mark.parametrize("one", NEVER, ids=lambda one: one.what)
def test_it_is_said_nowhere_and_nothing_is_called_by_it(one: Never) -> None:
    on_screen = {place: said for place, said in texts.sentences().items() if not place.startswith("benchmarks/")}
    assert list(never.offences(one, on_screen)) == [], one.why
    assert list(never.offences(one, texts.names(), by_name=True)) == [], one.why


@pytest.mark.parametrize("one", NEVER, ids=lambda one: one.what)
def test_it_would_be_seen_if_somebody_planted_it(one: Never) -> None:
    for plant in PLANTS[one.what]:
        said = list(never.offences(one, {"templates/rounds/room/new.html": plant}))
        called = list(never.offences(one, {"rounds/models/new.py": texts.in_words([plant])}, by_name=True))
        assert called or (said and not is_name(plant)), plant


def test_each_kind_of_place_is_looked_at(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name, a label or a sentence is found wherever the house keeps such things."""

    monkeypatch.setattr(texts, "ROOT", tmp_path)

    def written(name: str, text: str) -> Path:
        (tmp_path / name).write_text(text)
        return tmp_path / name

    page = written(
        "page.html", '{% load x %}<p class="word-cloud" title="Your score">{{ round.response_rate }} likes</p>'
    )
    code = written(
        "code.py",
        'class WardRank:\n    kpi: int\n    streak = Field("Target met")\nCOLUMNS = ("Score", "rag_status")\n',
    )
    script = written("new.js", 'const moodMeter = "Well done";')
    assert {"your score", "likes"} <= set(re.findall(r"your score|likes", texts.spoken(page).lower()))
    assert {"word cloud", "round", "response rate"} <= set(texts._of_markup(page).splitlines())
    assert {"ward rank", "kpi", "streak", "score", "rag status"} <= set(texts._of_code(code).splitlines())
    assert set(texts.messages(code).splitlines()) == {"Score", "Target met"}
    assert texts.script_strings(script) == "Well done"
    monkeypatch.undo()
    columns = {"facilitation/exports/actions.py", "templates/facilitation/mail/digest.txt", "rounds/data/cases.csv"}
    assert columns <= texts.sentences().keys()
    names = texts.names()
    assert "mine too" in names["rounds/reactions.py"]
    assert "wall sentence" in "".join(text for place, text in names.items() if place.endswith(".css"))
    assert "django allauth" in names["requirements/base.in"]
    assert "tally" in names["rounds/migrations/0001_initial.py"]


def test_no_table_keeps_any_of_it() -> None:
    """The tables as they are, whatever the files that make them look like."""
    models = [model for app in ("rounds", "facilitation") for model in apps.get_app_config(app).get_models()]
    kept = {
        f"rounds/models/{model.__name__}.py": texts.in_words([field.name for field in model._meta.get_fields()])
        for model in models
    }
    assert [hit for one in NEVER for hit in never.offences(one, kept, by_name=True)] == []
    assert len(kept) > 20


def test_no_address_is_called_by_any_of_it() -> None:
    called = {str(one): texts.in_words([one.name, *re.split("[/<>:]", one.route)]) for one in addresses.ours()}
    assert [hit for one in NEVER for hit in never.offences(one, called, by_name=True)] == []


@pytest.mark.django_db
def test_no_page_file_or_live_screen_says_any_of_it() -> None:
    """As they are answered, with a programme full of everything: words that are put together only then, too."""
    world = World()
    action = world.action(State.ACCEPTED)
    stages = [Stage.PLANNED, Stage.REFLECTION, Stage.THREADS, Stage.CIRCLE, Stage.CLOSING, Stage.CLOSED]
    rounds = [world.round(stage) for stage in stages]
    theme = world.theme(rounds[-1])
    filled = {"programme_id": world.programme.public_id, "action_id": action.public_id, "theme_id": theme.public_id}
    answers = dict(pages(world.dora, rounds, token=world.programme.told_back_token, **filled))
    answers |= {f"{round.stage}, {who}": html for round in rounds for who, html in screens(round).items()}
    said = {place: fairly(text) for place, text in answers.items()}
    # It lists the columns there are, by their names: `target` is what a voice is about.
    said["/stored/"] = re.sub(r"\btarget\b", " ", said["/stored/"])
    assert len(said) > 100
    assert [hit for one in NEVER for hit in never.offences(one, said)] == []


def fairly(answer: str) -> str:
    """What is read of an answer, without what its files may say."""
    words = texts.read_out(answer) if "<" in answer else answer
    for fair in never.allowed():
        words = words if fair.by_name else fair.taken_out(words)
    return words


def test_every_allowance_is_still_needed_and_has_a_reason() -> None:
    by_what = {one.what: one for one in NEVER}
    for fair in never.allowed():
        places = texts.names() if fair.by_name else texts.sentences()
        there = [text for place, text in places.items() if fnmatch(place, fair.places)]
        assert any(fair.taken_out(text) != text for text in there), f"{fair.words} is not in {fair.places} any more"
        assert by_what[fair.what].found(fair.words, by_name=fair.by_name), f"{fair.words} needs no allowance"
        assert fair.why.endswith(".")


def test_a_bar_that_fills_is_the_clock_of_a_stage_alone() -> None:
    """Table 1 of the paper stands “not in order of importance”: no lens, barrier, person or round is ever complete."""
    bars = re.compile(r"<progress\b|<meter\b|progressbar|aria-valuenow")
    assert [texts.relative(path) for path in texts.templates() if bars.search(path.read_text())] == [
        "templates/rounds/console/_stage.html"
    ]
