"""The list of actions as a file."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.utils import timezone

from facilitation import access as doors
from facilitation import titles
from facilitation.exports import actions, spreadsheet
from facilitation.forms.filters import FilterForm
from facilitation.models import Action
from rounds import access, staff_acts
from rounds.views.door import StaffRequest, guarded
from rounds.views.sheets import as_file

SHEET: Final = "Actions"


@guarded
def as_csv(request: StaffRequest, programme_id: str) -> HttpResponse:
    table = _table(request, programme_id, kind=" CSV")
    return as_file(spreadsheet.as_csv(*table), content_type=spreadsheet.CSV_TYPE, name=_name("csv"))


@guarded
def as_xlsx(request: StaffRequest, programme_id: str) -> HttpResponse:
    table = _table(request, programme_id, kind="n Excel")
    return as_file(spreadsheet.as_xlsx(*table, title=SHEET), content_type=spreadsheet.XLSX_TYPE, name=_name("xlsx"))


def _table(request: StaffRequest, programme_id: str, *, kind: str) -> tuple[list[str], list[list[spreadsheet.Cell]]]:
    """Header and rows of what the list shows at the same address, all its pages; written down as taken."""
    programme = access.programme_for(request.user, programme_id, roles=doors.READS_ACTIONS)
    roles = access.roles_of(request.user, programme)
    form = FilterForm(request.GET, programme=programme)
    found = form.sorted(form.narrowed(Action.objects.filter(programme=programme), themes=titles.open_to(roles)))
    listed = found.select_related("round").prefetch_related(titles.for_actions(roles))
    staff_acts.note_in_programme(
        programme=programme, who=request.user, what=f"took the list of actions as a{kind} file"
    )
    return actions.header(), actions.rows(listed)


def _name(ending: str) -> str:
    return f"actions-{timezone.localdate().isoformat()}.{ending}"
