"""Reading a phone's screen the way a person does: which forms stand on it, and what they offer.

Pure: takes HTML fragments from the live layer, knows nothing of the server.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser


@dataclass
class Form:
    """A form on the phone. fixed: what is sent as it is; choices: name to the values to tick; open: to be written.

    captions: what stands beside the box of a value.
    """

    says: str
    fixed: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)
    single: set[str] = field(default_factory=set)  # choices of which one is taken
    open: list[str] = field(default_factory=list)
    captions: dict[str, str] = field(default_factory=dict)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: str | None = None
        self._box: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form" and "data-say" in given:
            self._form = Form(given["data-say"])
            self.forms.append(self._form)
        elif self._form is not None:
            self._field(self._form, tag, given)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = None
        if tag == "label":
            self._box = None

    def handle_data(self, data: str) -> None:
        if self._form is not None and self._box is not None:
            self._form.captions[self._box] = self._form.captions.get(self._box, "") + data

    def _field(self, form: Form, tag: str, given: dict[str, str]) -> None:
        name = given.get("name", "")
        kind = given.get("type", "text") if tag in ("input", "button") else tag
        if kind == "option" and self._select and given.get("value"):
            form.choices[self._select].append(given["value"])
        elif not name or "disabled" in given:
            return
        elif kind in ("checkbox", "radio"):
            self._box = given.get("value", "on")
            form.choices.setdefault(name, []).append(self._box)
            if kind == "radio":
                form.single.add(name)
        elif kind == "select":
            self._select = name
            form.choices.setdefault(name, [])
            form.single.add(name)
        elif kind == "hidden":
            form.fixed[name] = given.get("value", "")
        elif kind in ("text", "textarea"):
            form.open.append(name)


def forms_on(html: str) -> list[Form]:
    """Every `<form data-say>` in the fragment, in the order it stands there."""
    reader = _Reader()
    reader.feed(html)
    return reader.forms
