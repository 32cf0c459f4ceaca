"""Checking a certificate: the day and the code that stand on it."""

from __future__ import annotations

from django import forms

from rounds.forms.fields import Token


class CertificateForm(forms.Form):
    day = forms.DateField(
        label="The day on it",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": "Which day stands on it?",
            "invalid": "That is not a date. Please write it like 24/11/2026.",
        },
    )
    code = Token(
        label="The code on it",
        help_text="Eight letters and digits. Capitals, spaces and dashes do not matter.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}),
    )
