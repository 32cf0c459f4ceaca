"""What the simulated guests write. Invented for rehearsals; no real person, patient or place."""

from __future__ import annotations

from typing import Final

REACTIONS: Final = (
    "I have done the same. I looked at the board before I looked at the person.",
    "The screen going amber while he was crying. I know that exact screen.",
    "Eleven minutes. We talk as if eleven minutes were a scandal.",
    "I keep thinking how close it came to being three minutes and a splint.",
    "What got me was the daughter. She was interpreting her own father's fear.",
    "There is never an interpreter when you need one. You make do, and making do has a cost.",
    "Someone sat down. That is all it was. Someone sat down.",
    "I felt ashamed, because I recognised the thought before she said it out loud.",
    "I don't have anything left to sit down with, most afternoons.",
    "We apologise for taking time. I have never heard anyone apologise for rushing.",
    "As the person on the desk, I see their faces when they are told how long. Nobody asks me what I see.",
    "I trained to notice this and now I am trained not to.",
    "His hands were his voice and the form has a box for dominant hand and that is all.",
    "meh. another tuesday",
    "It made me think of my dad in the waiting room, being polite.",
    "The number on the wall belongs to someone upstairs and the look on his face belongs to me.",
    "I liked that nobody was the villain in it.",
    "I wish I had a colleague who would have covered my next cubicle without me asking.",
    "When she said for this, I laughed, and then I didn't feel like laughing.",
    "I have stopped asking people what they were going to do on Saturday.",
    "The days I am slow are the days I am good, and those are the days I get spoken to.",
    "I felt something loosen. I had thought it was only me.",
    "Nobody told the receptionist how it ended. She would have liked to know about the wedding.",
    "The booking system will not let you ask for an interpreter before the appointment exists.",
    "I used to be kinder than this. I don't know when it went.",
    "We have a video interpreting tablet. It is in a locked cupboard and the key is with the day manager.",
    "Small is a word we use when it isn't happening to us.",
    "I was on the other side of that curtain last year. Three minutes is what I got.",
    "Sat here thinking about who I hurried this morning.",
    "It costs you to care properly and then it costs you again when you are asked why it took so long.",
    "The student with me asked why I went quiet. I said paperwork.",
    "I would like to be allowed to judge for myself how long a person takes.",
)

POSSIBLE: Final = (
    "When the shift lead said take the time, I'll hold the board.",
    "It was possible because the room next door was empty and nobody had filled it yet.",
    "When the same two of us work together we can cover for each other without asking.",
    "The afternoon the tablet was already charged and out.",
)

CHANGE: Final = (
    "Keep the interpreting tablet at triage, charged and unlocked, on every shift.",
    "Let the nurse in charge mark a cubicle as taking longer, so that the screen stops counting it.",
    "Book the interpreter with the appointment, not after it.",
    "Ask one question at triage: what were you going to do with that hand this week.",
    "One person each shift whose job it is to cover ten minutes for anyone who needs them.",
    "Tell the desk how it ended, once a week, at handover.",
    "Take the amber screen off the wall that patients and staff face.",
    "Let students sit in on one of these a month as part of their hours.",
)

# Feelings that sit with most of these sentences; a word picked at random beside one would read as mockery.
FITTING: Final = ("moved", "tender", "sad", "uneasy", "tired", "grateful", "connected")

# What a guest goes by when it sorts sentences: the first of these threads of which a word stands in one.
_THREADS: Final = (
    ("interpret", "tablet", "voice", "daughter", "dad"),
    ("minutes", "screen", "number", "slow", "hurried", "rushing", "how long", "booking"),
    ("ashamed", "left to sit", "kinder", "trained", "costs", "paperwork", "judge"),
    ("nobody", "someone", "colleague", "only me", "curtain"),
)


def thread_of(text: str) -> int | None:
    """Which thread a guest sees in a sentence, or none."""
    said = text.casefold()
    return next((number for number, words in enumerate(_THREADS) if any(word in said for word in words)), None)
