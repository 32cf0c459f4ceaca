"""Addresses of what leaves the house: lists as files, sheets of paper, and the days of review for calendars."""

from django.urls import path

from facilitation.views import calendars, exports, papers

urlpatterns = [
    path("programmes/<str:programme_id>/actions.csv", exports.as_csv, name="actions-csv"),
    path("programmes/<str:programme_id>/actions.xlsx", exports.as_xlsx, name="actions-xlsx"),
    path("programmes/<str:programme_id>/letter/", papers.letter, name="board-letter"),
    path("programmes/<str:programme_id>/told-back/poster/", papers.poster, name="told-back-poster"),
    path("rounds/<str:round_id>/report/", papers.report, name="round-report"),
    path("programmes/<str:programme_id>/calendar/", calendars.show, name="calendar"),
    path("calendar/<str:token>.ics", calendars.feed, name="calendar-feed"),
]
