"""Who wants mail how often, chosen on the site or, only to turn it off, by the link at the end of each mail."""

from __future__ import annotations

from typing import Final

from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils import timezone

from facilitation.access import WRITES_ACTIONS
from facilitation.models.mail import MailChoice, Rhythm
from rounds import access, staff_acts
from rounds.models import Programme, User
from rounds.refusals import NotYours

_LINK: Final = Signer(salt="facilitation.mail_choices.turn_off")


def rhythm_of(programme: Programme, person: User) -> Rhythm:
    """How often this person hears from the programme: as chosen, else weekly for those who do something there."""
    chosen = MailChoice.objects.filter(programme=programme, person=person).values_list("rhythm", flat=True).first()
    return Rhythm(chosen) if chosen is not None else _usual(programme, person)


def of(programme: Programme, person: User) -> MailChoice:
    """The choice as a row, made where there is none yet: from then on changes are news."""
    usual = {"rhythm": _usual(programme, person)}
    return MailChoice.objects.get_or_create(programme=programme, person=person, defaults=usual)[0]


@transaction.atomic
def choose(*, programme: Programme, person: User, rhythm: str) -> MailChoice:
    """Have mail from now on as often as this; choosing the same again changes nothing."""
    choice = MailChoice.objects.select_for_update(of=("self",)).get(pk=of(programme, person).pk)
    if choice.rhythm != rhythm:
        choice.rhythm, choice.told_until = Rhythm(rhythm), timezone.now()  # nobody is told of the years before
        choice.save(update_fields=["rhythm", "told_until"])
        choice.mails.filter(sent_at=None).delete()
    staff_acts.note_in_programme(programme=programme, who=person, what="chose how often mail comes")
    return choice


def token(choice: MailChoice) -> str:
    """What the link at the end of a mail holds: it can turn these mails off, and do or show nothing else."""
    return _LINK.sign(choice.public_id)


def behind(token: str) -> MailChoice:
    """The choice that a link was made for. Raises NotYours for any other words."""
    try:
        public_id = _LINK.unsign(token)
    except BadSignature:
        raise NotYours from None
    found = MailChoice.objects.select_related("programme", "person").filter(public_id=public_id).first()
    if found is None:
        raise NotYours
    return found


@transaction.atomic
def turn_off(*, choice: MailChoice) -> None:
    """No more mail to this person from this programme. Twice is once."""
    if MailChoice.objects.filter(pk=choice.pk).exclude(rhythm=Rhythm.NONE).update(rhythm=Rhythm.NONE):
        choice.mails.filter(sent_at=None).delete()
        staff_acts.note_in_programme(programme=choice.programme, who=choice.person, what="turned mail off by its link")


def _usual(programme: Programme, person: User) -> Rhythm:
    return Rhythm.WEEKLY if access.roles_of(person, programme) & set(WRITES_ACTIONS) else Rhythm.NONE
