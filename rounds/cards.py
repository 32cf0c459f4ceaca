"""The facilitators' prompt cards: what may happen in the room, how to take it, and words to say.

Pure: imports nothing of Django.
"""

from __future__ import annotations

from typing import Final, NamedTuple


class Card(NamedTuple):
    """helps_in: the stages in which it is likeliest to be needed, as their codes."""

    title: str
    about: str
    say: str
    helps_in: frozenset[str]


_TALK: Final = frozenset({"reflection", "threads", "circle"})
_ALWAYS: Final = frozenset({"arrival", "story", "silence", "threshold", "closing"}) | _TALK

CARDS: Final[tuple[Card, ...]] = (
    Card(
        "Nobody says anything",
        "Silence is work being done, not time being lost. Count slowly to twenty before you fill it.",
        "Let us stay with that for a moment. Nobody has to speak.",
        frozenset({"silence", "reflection", "circle"}),
    ),
    Card(
        "Not a word was written",
        "That is all right. Some stories leave people without words, and a round without a single one is a whole "
        "round. Ask aloud, or simply thank those who told it, and move on when you like.",
        "Perhaps there are no words for this yet. We can also just have heard it, together.",
        frozenset({"reflection", "threads"}),
    ),
    Card(
        "Somebody gives advice",
        "Advice often means the feeling was hard to sit with. Thank them, keep it for later, and turn back to what it "
        "was like. “Set aside for later” is there for this: the circle finds it again.",
        "We will come to what could be done. Before that: what did it stir in you to hear it?",
        frozenset({"reflection", "threads"}),
    ),
    Card(
        "The panel is being examined",
        "Questions of fact or of fault turn a story into a case review. Step in early, and take the question on "
        "yourself: those who told it owe no account.",
        "I would rather not go into what happened next. What did you recognise in it from your own days?",
        frozenset({"story", "reflection"}),
    ),
    Card(
        "The room turns on a patient or a family",
        "Anger at those we care for is often helplessness. Let it be said once, without agreeing and without telling "
        "off; then bring the person back into the room.",
        "It sounds as if that was exhausting. If she were sitting here with us, what might it have been like for her?",
        _TALK,
    ),
    Card(
        "Laughter, busyness, or a quick fix",
        "Jokes, lists of tasks and ready answers keep a feeling at arm’s length, and they have often helped people to "
        "last. They are worth listening to. Smile with them, wait, then go one step nearer.",
        "We laughed just now. I wonder what would be there if we had not.",
        _TALK,
    ),
    Card(
        "What is underneath?",
        "When everything is said correctly and nothing moves, ask once for what lies below it. Then leave room.",
        "If that were the top of it: what might be underneath?",
        _TALK,
    ),
    Card(
        "What turned out not to be small?",
        "What is small on our list can be large in somebody’s life: it depends on what they do with that hand.",
        "What in this story looked small, and was not, to the one it happened to?",
        frozenset({"reflection", "threads"}),
    ),
    Card(
        "A very senior person speaks first",
        "The room will follow. Thank them, ask for their patience, and open the floor to those who speak least.",
        "Thank you. I would like to hear a few other voices before we come back to you.",
        frozenset({"arrival"}) | _TALK,
    ),
    Card(
        "Somebody cries",
        "Tears need no rescue. Slow down, let them be, and hurry nobody out of them. One of you stays near, and speaks "
        "with them afterwards.",
        "Thank you for letting us see that. Take the time you need; you can stay just as you are.",
        frozenset({"story", "silence"}) | _TALK,
    ),
    Card(
        "Somebody leaves",
        "Anybody may, and needs no reason. One of you goes after them quietly, asks whether they want company, and "
        "takes no for an answer. The other holds the room.",
        "People may come and go. One of us is with them; let us go on gently.",
        _ALWAYS,
    ),
    Card(
        "Harm, violence or a risk is said aloud",
        "Do not look into it in the room, and promise no secrecy you cannot keep. Stay calm, thank them, and have one "
        "of you speak with them alone, today, following your organisation’s own way for it.",
        "That is important, and it deserves more than this room can give. One of us will talk with you right after.",
        _ALWAYS,
    ),
)


def by_stage(stage: str) -> tuple[list[Card], list[Card]]:
    """The cards that help first in this stage, and the others; each in the order above."""
    now = [card for card in CARDS if stage in card.helps_in and card.helps_in != _ALWAYS]
    return now, [card for card in CARDS if card not in now]
