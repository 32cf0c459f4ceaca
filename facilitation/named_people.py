"""Notices a person's name in an action's words: an action changes a system and names no person (SEED-MAP 17).

Pure. Two signs are taken, both cautious: a title followed by a capitalised word ("Dr Ashdown", "Sister Ann"),
and two capitalised words together inside a sentence ("ask Priya Lund"). In a line that is no sentence, such as
who holds it, its first two words count too. It misses names, and nobody is promised that it does not; it only asks
for other words. It also takes places for people at times: written in small letters, they pass.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import Final

# Not in capitals: MS and MR are an illness and a scanner.
_TITLE_WORDS: Final = (
    "mr mrs ms mx dr doctor prof professor dame sister nurse matron consultant midwife registrar chaplain "
    "father reverend rev"
)
_TITLES: Final = "|".join(f"[{title[0].upper()}{title[0]}]{title[1:]}" for title in _TITLE_WORDS.split())
# What is capitalised in the middle of a sentence, or begins a role, without being anybody's name.
_COMMON: Final = """
    nhs trust hospital hospitals ward wards unit units care emergency department departments clinic clinics board team
    teams health safety human resources occupational royal college freedom speak up guardian guardians service services
    intensive therapy day surgery st saint north south east west england scotland wales northern ireland united kingdom
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august
    september october november december british english sign language wi fi it hr gp ed icu we i microsoft excel datix
    word outlook room rooms quality improvement patient patients experience advice liaison clinical lead leads medical
    nursing director directors chief executive officer manager managers management matron matrons nurse nurses doctor
    doctors sister sisters consultant consultants midwife midwives midwifery registrar registrars chaplain chaplains
    chaplaincy practitioner practitioners specialist specialists educator educators practice education training
    coordinator co-ordinator coordinators receptionist reception clerk clerks secretary secretaries porter porters
    psychiatrist psychologist surgeon surgeons physician physicians anaesthetist anaesthetists radiographer pharmacist
    pharmacy physiotherapist dietitian therapist therapists allied professional professionals worker workers social
    community mental learning disability palliative maternity paediatric neonatal outpatient outpatients estates
    facilities domestic catering booking office information governance digital records record electronic family
    families carer carers panel forum council committee group network union volunteer volunteers student students
    trainee trainees deputy head heads associate assistant senior junior staff road street house people directorate
    directorates division divisions centre wing floor bay great
    standard operating procedure policy plan list call bell station round rounds christmas eid easter new
    year bank holiday integrated system systems foundation public school university the a an our all each every
"""
_TERMS: Final = frozenset((_COMMON + _TITLE_WORDS).split())
# Looked for at every place, so that one title does not hide the next: "the nurse, Dr Ashdown", "nurse dr Ashdown".
_TITLED: Final = re.compile(rf"\b(?=((?:{_TITLES})\b\.?\s+(?:\w\.?\s+)?([^\W\d_][\w’'-]+)))")
# "mr" and "mrs" come before nothing but a name, however it is written.
_MARRIED: Final = re.compile(r"\b(?:[Mm]rs?)\b\.?\s+[^\W\d_][\w’'-]+")
_WORD: Final = re.compile(r"[^\W\d_][\w’'-]*")
_SENTENCE_OF: Final = 5  # words from which on a text in capitals throughout is a heading, and says nothing
_EVERYONE: Final = (
    "staff everyone everybody all us we nurses doctors people colleagues clinicians anyone anybody someone somebody "
    "employees"
)
_AROUND: Final = "all the our of any every other members member on here ward wards clinical"
_NOBODY: Final = frozenset(_EVERYONE.split())
_BEFORE_NOBODY: Final = frozenset(_AROUND.split())


def name_in(text: str, *, is_sentence: bool = True) -> str | None:
    """The first thing in `text` that reads like a person's name, or None.

    is_sentence: whether the first word is capitalised for being first; not so in the name of a role or a group.
    """
    married = _MARRIED.search(text)
    if married:
        return married.group()
    for found in _TITLED.finditer(text):
        if _like_a_name(found.group(2), in_capitals=True):
            return found.group(1)
    return _pair(text, is_sentence=is_sentence)


def say_otherwise(name: str) -> str:
    """Why words that name a person must be others, and how to go on when it was no person."""
    return (
        f"“{name}” reads like a person’s name. An action changes how things are set up, so that nobody is blamed and "
        "it outlasts whoever is here now: say a role or a group. If it is no person, write it in small letters."
    )


def everyone_is_no_one(holder: str) -> str:
    """Why this holder, of whom `is_nobody` is true, must be another."""
    return f"“{holder}” is everyone. Which role or group can hold it?"


def is_nobody(holder: str) -> bool:
    """Whether a holder is everyone and so no one: "staff", "all of us", "everyone on the ward"."""
    words = {word.lower() for word in re.findall(r"[\w’'-]+", holder)}
    return bool(words & _NOBODY) and words <= _NOBODY | _BEFORE_NOBODY


def _pair(text: str, *, is_sentence: bool) -> str | None:
    words = list(_WORD.finditer(text))
    capitalised = sum(word.group()[0].isupper() for word in words)
    if len(words) >= _SENTENCE_OF and capitalised >= len(words) * 3 / 4:
        return None
    for first, second in pairwise(words):
        if text[first.end() : second.start()] != " " or (is_sentence and _starts_sentence(text, first.start())):
            continue
        if _like_a_name(first.group()) and _like_a_name(second.group()):
            return f"{first.group()} {second.group()}"
    return None


def _like_a_name(word: str, *, in_capitals: bool = False) -> bool:
    plain = word.lower().removesuffix("’s").removesuffix("'s")
    return word[0].isupper() and (in_capitals or not word.isupper()) and plain not in _TERMS


def _starts_sentence(text: str, position: int) -> bool:
    before = text[:position].rstrip()
    return not before or before[-1] in '.!?:\n“"'
