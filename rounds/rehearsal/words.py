"""What the simulated guests write. Invented for rehearsals; no real person, patient or place.

Whatever is rehearsed may be told: each sentence has to sit with any story, so none speaks of what happened in one.
"""

from __future__ import annotations

from typing import Final

REACTIONS: Final = (
    "I have been where the teller was. I did not know that anybody else had.",
    "I thought it was only me who took days like that home.",
    "What stayed with me is how small the kind thing was, and how long it lasted.",
    "We are quick to say sorry for taking time. I have never heard anyone say sorry for rushing.",
    "I felt ashamed for a moment, because I knew the thought before it was said out loud.",
    "There is always one more thing to do before you may stop and listen.",
    "I liked that nobody was the villain in it.",
    "It made me think of my mum, being polite to people who had no time for her.",
    "I used to be softer than this. I could not tell you when that went.",
    "Nobody asked how we were afterwards. We went straight on to the next thing.",
    "The days I am slow are the days I am good at this, and those are the days I get spoken to.",
    "I don’t have much left to give by the end of the week.",
    "Somebody stayed. That is all it was. Somebody stayed.",
    "I work at a desk and hear only how it begins. I would love to be told how it ended.",
    "So much of what matters here has no box on any form.",
    "I was angry, and then I was mostly sad.",
    "meh. another tuesday",
    "I wish I had a colleague who would cover for ten minutes without my asking.",
    "Who looks after the one who told us this?",
    "I have been on the other side of it, as family. You remember every face.",
    "I noticed that I was holding my breath.",
    "We had a rule for everything that day, and none of them helped.",
    "Something loosened while I listened. Thank you for trusting us with it.",
    "It costs you to care properly, and then it costs you again when you are asked why it took so long.",
    "I keep wondering whom I hurried this morning.",
    "The screen wants an answer before the person has finished the sentence.",
    "When I started here somebody showed me how to sit with people. I want to be that for someone.",
    "I would have said nothing, too. It is easier to say nothing.",
    "Laughing about it together was the best part of that week, and nobody wrote that down either.",
    "I would like to be trusted to judge for myself how long a person needs.",
)

POSSIBLE: Final = (
    "When whoever was in charge said take the time, I will see to the rest.",
    "It was possible because it was quiet for once, and nobody had filled the gap yet.",
    "When the same two of us work together we can cover for each other without asking.",
    "The afternoon when everything we needed was where it should be.",
)

CHANGE: Final = (
    "One person each shift whose job it is to cover ten minutes for anyone who needs them.",
    "Let whoever is with somebody say that this one takes longer, and stop the clock for it.",
    "Ten minutes together after a hard day, in working time, with nobody taking notes.",
    "Tell the people on the desk how it ended, once a week, at handover.",
    "Take out of the form what nobody reads, and leave room for what the person said.",
    "Let us decide on the spot when a rule does not fit the person in front of us.",
    "A quiet room that is not booked for meetings.",
    "Let students sit in on one of these a month as part of their hours.",
)

# Feelings that sit with most of these sentences; a word picked at random beside one would read as mockery.
FITTING: Final = ("moved", "tender", "sad", "uneasy", "tired", "grateful", "connected")

# What a guest goes by when it sorts sentences: the first of these threads of which a word stands in one.
_THREADS: Final = (
    ("taking time", "one more thing", "slow", "so long", "hurried", "how long", "no time"),
    ("only me", "anybody else", "colleague", "looks after", "afterwards", "left to give", "somebody stayed"),
    ("box", "rule", "screen", "how it ended", "wrote that down"),
    ("ashamed", "softer", "angry", "breath", "loosened", "other side", "say nothing"),
)


def thread_of(text: str) -> int | None:
    """Which thread a guest sees in a sentence, or none."""
    said = text.casefold()
    return next((number for number, words in enumerate(_THREADS) if any(word in said for word in words)), None)
