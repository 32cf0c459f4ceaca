"""The eight lines of the feedback form, in our own words, and the four answers to each.

Answering any of them is optional. Answers are stored as a form of their own, with no tie to a reaction.

Pure: imports nothing of Django.
"""

from typing import Final, NamedTuple


class Statement(NamedTuple):
    """A line to agree with or not: `code` is stored, `text` is shown."""

    code: str
    text: str


STATEMENTS: Final[tuple[Statement, ...]] = (
    Statement("stays", "Something of what I heard stays with me."),
    Statement("less_alone", "I feel less alone with what my work asks of me."),
    Statement("colleagues", "I understand better what others here carry."),
    Statement("person", "I thought about the person being cared for, not only about the task."),
    Statement("safe", "I could have spoken, written or kept silent, and each was all right."),
    Statement("in_the_way", "I see more clearly what gets in the way here."),
    Statement("change", "I can imagine that something will change."),
    Statement("again", "I would come again."),
)

ANSWERS: Final[tuple[tuple[str, str], ...]] = (
    ("no", "Not at all"),
    ("little", "A little"),
    ("mostly", "Mostly"),
    ("yes", "Fully"),
)
AGREEING: Final = frozenset({"mostly", "yes"})
