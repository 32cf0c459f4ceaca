"""What participants say while the room reflects, over the socket or over HTTP."""

from __future__ import annotations

from django import forms

from rounds.forms.fields import Feelings, Token, Words


class ReactionForm(forms.Form):
    prompt = Token()
    text = Words()
    feelings = Feelings(required=False)


class MineTooForm(forms.Form):
    reaction = Token()
