"""What a phone fetches first, on the slow line of a hospital's cellar. How long it takes is measured in benchmarks/."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from config.settings import BASE_DIR

STATIC = BASE_DIR / "static"
IMPORT = re.compile(r'^import .*?"\./([a-z_]+)\.js";', re.MULTILINE)
PAGES = ("join", "room")


def page(name: str) -> str:
    return (BASE_DIR / f"templates/rounds/room/{name}.html").read_text()


def imported(script: str) -> set[str]:
    """What a module imports, and what that imports."""
    found: set[str] = set()
    waiting = [script]
    while waiting:
        new = set(IMPORT.findall((STATIC / f"js/{waiting.pop()}.js").read_text())) - found
        found |= new
        waiting += new
    return found


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_at_once_for_everything_its_modules_import(name: str) -> None:
    modules = set(re.findall(r'type="module" src="\{% static \'js/([a-z_]+)\.js', page(name)))
    preloaded = re.findall(r'rel="modulepreload" href="\{% static \'js/([a-z_]+)\.js', page(name))
    assert modules
    assert set(preloaded) == set().union(*map(imported, modules)) - modules
    assert len(preloaded) == len(set(preloaded))


def test_the_door_fetches_what_the_room_needs_and_nothing_else() -> None:
    room, door = page("room"), page("join")
    script = re.compile(r'(?:src|href)="\{% static \'((?:js|vendor)/[a-z_.]+\.js)\' %\}"')
    ahead = re.findall(r'rel="prefetch" as="script" href="\{% static \'(.*?)\' %\}"', door)
    of_the_door = set(script.findall(door)) - set(ahead)
    assert set(ahead) == set(script.findall(room)) - of_the_door
    assert len(ahead) == len(set(ahead))


def test_what_phones_are_told_is_written_with_the_letters_they_fetch_first() -> None:
    style = (STATIC / "css/tokens.css").read_text()
    ranges = re.search(r"english-wght.*?unicode-range: (.*?);", style, re.DOTALL)
    assert ranges
    letters: set[int] = set()
    for part in re.sub(r"\s|U\+", "", ranges[1]).split(","):
        first, _, last = part.partition("-")
        letters |= set(range(int(first, 16), int(last or first, 16) + 1))
    told = [*Path(BASE_DIR / "templates/rounds/room").glob("*.html"), BASE_DIR / "templates/base_phone.html"]
    others = {path.name: {letter for letter in path.read_text() if ord(letter) not in letters} for path in told}
    assert {name: found for name, found in others.items() if found} == {}
