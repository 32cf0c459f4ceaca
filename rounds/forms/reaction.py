"""What participants say while the room reflects, over the socket or over HTTP."""

from __future__ import annotations

from django import forms

from rounds.forms.fields import Feelings, Token, Words

REPLY_KEY = 43  # letters of 32 bytes in base 64


class ReactionForm(forms.Form):
    prompt = Token()
    text = Words()
    feelings = Feelings(required=False)
    reply = Token(required=False, max_length=REPLY_KEY)


class MineTooForm(forms.Form):
    reaction = Token()
