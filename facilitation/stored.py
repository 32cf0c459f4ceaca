"""What of facilitation's tables a participant's words can reach, for the page that shows exactly what is stored."""

from __future__ import annotations

from facilitation.models import Proposal, SortedPairs
from rounds import stored

stored.describe(
    Proposal,
    name="What you proposed in the circle, once it is shown",
    why="Sealed until then like everything you write. Nothing says who proposed it. "
    "An action made from it is written in the group’s words, and read outside the room.",
    until="until what people wrote goes for good; written anew in another order when the round is sealed",
    examples={
        "id": "Q9tLw2ZkXcV5nB8mSdF1gH",
        "round": "17",
        "theme": "4",
        "offer": "change",
        "text": "A chair by every bed.",
        "set_aside": "no",
        "held_for": "nothing, or why facilitators read it first",
    },
)
stored.describe(
    SortedPairs,
    name="What the room sorted together",
    why="Only how often which two sentences were put together. Each answer is sealed until it is added to those of "
    "others; who gave it, and which pairs came from one person, is kept nowhere.",
    until="as long as what was written; under new marks when the round is sealed",
    examples={
        "round": "17",
        "ids": '["Q9tLw2ZkXcV5nB8mSdF1gH", "Zr3mVw8QhT5nKp1cYb7dXg"]',
        "pairs": "[[0, 1, 4, 6]]",
        "hands": "[]",
    },
)
