"""Addresses of what is made of a round: themes, circle, actions, review, told back."""

from django.urls import include, path

from facilitation.views import (
    actions,
    circle,
    lists,
    mail,
    recurring,
    reviews,
    shaping,
    sorting,
    threads,
    together,
    told_back,
    trends,
)

urlpatterns = [
    # Themes, woven on the console.
    path("rounds/<str:round_id>/themes/make/", threads.make, name="theme-make"),
    path("rounds/<str:round_id>/themes/place/", threads.place, name="theme-place"),
    path("rounds/<str:round_id>/themes/propose/", threads.propose, name="theme-propose"),
    path("rounds/<str:round_id>/themes/look-again/", threads.look_again, name="theme-look-again"),
    path("rounds/<str:round_id>/themes/choose/", threads.choose, name="theme-choose"),
    path("rounds/<str:round_id>/themes/merge/", threads.merge, name="theme-merge"),
    path("rounds/<str:round_id>/themes/undo/", threads.undo, name="theme-undo"),
    path("rounds/<str:round_id>/themes/redo/", threads.redo, name="theme-redo"),
    path("rounds/<str:round_id>/themes/groups/<str:group_id>/take/", threads.take, name="theme-take"),
    path("rounds/<str:round_id>/themes/groups/<str:group_id>/dismiss/", threads.dismiss, name="theme-dismiss"),
    path("rounds/<str:round_id>/themes/<str:theme_id>/rename/", threads.rename, name="theme-rename"),
    path("rounds/<str:round_id>/themes/<str:theme_id>/split/", threads.split, name="theme-split"),
    path("rounds/<str:round_id>/themes/<str:theme_id>/up/", threads.move_up, name="theme-up"),
    path("rounds/<str:round_id>/themes/<str:theme_id>/down/", threads.move_down, name="theme-down"),
    path("rounds/<str:round_id>/themes/<str:theme_id>/remove/", threads.remove, name="theme-remove"),
    path("rounds/<str:round_id>/themes/<str:theme_id>/hold/", threads.hold, name="theme-hold"),
    # Sorting together.
    path("rounds/<str:round_id>/sorting/begin/", sorting.begin, name="sorting-begin"),
    path("rounds/<str:round_id>/sorting/end/", sorting.end, name="sorting-end"),
    # The circle.
    path("rounds/<str:round_id>/circle/another-day/", circle.another_day, name="circle-another-day"),
    path("rounds/<str:round_id>/circle/release/", circle.release, name="circle-release"),
    path("rounds/<str:round_id>/circle/set-aside/", circle.set_aside, name="circle-set-aside"),
    path("rounds/<str:round_id>/circle/themes/<str:theme_id>/barriers/", circle.barriers, name="circle-barriers"),
    path("rounds/<str:round_id>/circle/themes/<str:theme_id>/fix/", circle.fix_barriers, name="circle-fix"),
    # Actions: shaped in the room, filled in and agreed.
    path("rounds/<str:round_id>/actions/", shaping.of_round, name="round-actions"),
    path("rounds/<str:round_id>/actions/new/", shaping.shape, name="action-shape"),
    path("actions/<str:action_id>/", actions.show, name="action"),
    path("actions/<str:action_id>/agree/", actions.agree, name="action-agree"),
    path("actions/<str:action_id>/edit/<str:part>/", actions.edit, name="action-edit"),
    # Review, what is told back, and what can be seen over the months.
    path("programmes/<str:programme_id>/actions/", lists.listing, name="actions"),
    path("programmes/<str:programme_id>/actions/together/", together.ask, name="actions-together"),
    path("programmes/<str:programme_id>/actions/together/<str:move>/", together.go, name="actions-together-go"),
    path("programmes/<str:programme_id>/actions/views/", lists.keep, name="view-keep"),
    path("programmes/<str:programme_id>/actions/views/<str:view_id>/", lists.press, name="view-press"),
    path("actions/<str:action_id>/move/<str:move>/", reviews.move, name="action-move"),
    path("actions/<str:action_id>/comment/", reviews.comment, name="action-comment"),
    path("", include("facilitation.paper_urls")),
    path("programmes/<str:programme_id>/mail/", mail.mail, name="mail"),
    path("mail/off/<str:token>/", mail.off, name="mail-off"),
    path("told/<str:token>/", told_back.page, name="told-back"),
    path("programmes/<str:programme_id>/over-the-months/", trends.over_the_months, name="trends"),
    path("programmes/<str:programme_id>/threads/", recurring.threads, name="recurring"),
    path("programmes/<str:programme_id>/threads/start/", recurring.start, name="recurring-start"),
    path("programmes/<str:programme_id>/threads/link/", recurring.link, name="recurring-link"),
    path("programmes/<str:programme_id>/threads/dismiss/", recurring.dismiss, name="recurring-dismiss"),
    path("programmes/<str:programme_id>/threads/<str:thread_id>/", recurring.thread, name="recurring-thread"),
    path("programmes/<str:programme_id>/threads/<str:thread_id>/unlink/", recurring.unlink, name="recurring-unlink"),
    path("programmes/<str:programme_id>/threads/<str:thread_id>/let-go/", recurring.let_go, name="recurring-let-go"),
]
