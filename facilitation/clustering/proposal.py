"""What goes into a proposal and what comes out. Light to import: no numpy, no model."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, Protocol

# Below this there is nothing to find that a person does not see at once.
TOO_FEW: Final = 5


@dataclass(frozen=True, slots=True)
class Sentence:
    """What one person wrote: `id` is opaque, `feelings` and `prompt` are codes.

    `company`: how many others said "this is mine too", as the banded number that may be
    shown, 0 below the floor. It lets a sentence speak a little louder for its group; no
    order is ever made of it.
    """

    id: str
    text: str
    feelings: tuple[str, ...] = ()
    prompt: str = ""
    company: int = 0


class SortedPairs(Protocol):
    """What people did when sorting together, as counts of pairs (`sorting.PairEvidence`)."""

    @property
    def pairs(self) -> Mapping[tuple[str, str], tuple[int, int]]:
        """For each pair of ids: how often it was put together, how often it was seen together."""


@dataclass(frozen=True, slots=True)
class Pins:
    """What people have already decided, by ids; the machine keeps to it.

    `together`: sets that stay in one group (overlapping sets are one set). `apart`: pairs
    that never share one. Where they contradict each other, together wins. Ids that are
    not among the sentences are passed over.
    """

    together: tuple[frozenset[str], ...] = ()
    apart: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of_themes(cls, themes: Iterable[Iterable[str]]) -> "Pins":
        """Return the pins that keep each of `themes` whole and any two of them apart.

        An id in two themes makes one set of both: see `Pins` on contradictions.
        """
        sets = [frozenset(theme) for theme in themes]
        firsts = [min(members) for members in sets if members]
        apart = tuple((one, other) for place, one in enumerate(firsts) for other in firsts[place + 1 :])
        return cls(tuple(members for members in sets if members), apart)


NO_PINS: Final = Pins()


@dataclass(frozen=True, slots=True)
class Group:
    """Sentences that may belong together.

    `ids`: most central first. `titles`: up to three short phrases that stand, word for
    word, in sentences of the group; best first, none shared with another group, and none
    at all where nobody wrote a word. `central`: the ids that speak best for the group.
    """

    ids: tuple[str, ...]
    titles: tuple[str, ...]
    central: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Groups, largest first, and what was left loose. Every id is in exactly one place.

    `too_few`: fewer than `TOO_FEW` sentences had words, so no group was looked for.
    """

    groups: tuple[Group, ...]
    loose: tuple[str, ...]
    too_few: bool = False
