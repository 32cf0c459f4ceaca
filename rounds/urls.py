"""Addresses of the room: for people without an account (no cookie, no session) and for those who run a round."""

from django.urls import include, path

from rounds.views import certificate, console, debrief, invitation, people, planning, programme, room, stories

urlpatterns = [
    # People without an account: no cookie, no session.
    path("j", room.join, name="join"),
    path("r", room.room, name="room"),
    path("left", room.left, name="left"),
    path("w", room.wall, name="wall"),
    path("stored/", room.stored, name="stored"),
    path("certificate/", certificate.certificate, name="certificate"),
    path("live/", include("rounds.live_urls")),
    # The facilitators' console and the debrief
    path("rounds/<round_id>/console/", console.console, name="console"),
    path("rounds/<round_id>/console/move/", console.move, name="console-move"),
    path("rounds/<round_id>/console/time/", console.change_time, name="console-time"),
    path("rounds/<round_id>/console/ask/", console.ask, name="console-ask"),
    path("rounds/<round_id>/console/release/", console.release, name="console-release"),
    path("rounds/<round_id>/console/reaction/", console.move_reaction, name="console-reaction"),
    path("rounds/<round_id>/console/code/", console.change_code, name="console-code"),
    path("rounds/<round_id>/console/lock/", console.lock, name="console-lock"),
    path("rounds/<round_id>/console/rehearse/", console.rehearse, name="console-rehearse"),
    path("rounds/<round_id>/debrief/", debrief.debrief, name="debrief"),
    path("rounds/<round_id>/debrief/sign-off/", debrief.sign_off, name="sign-off"),
    path("rounds/<round_id>/debrief/sign-off/back/", debrief.take_back_sign_off, name="sign-off-back"),
    # The desk: programme, planning, people.
    path("", programme.home, name="home"),
    path("programmes/<str:programme_id>/", programme.programme, name="programme"),
    path("programmes/<str:programme_id>/settings/", programme.settings, name="programme-settings"),
    path("programmes/<str:programme_id>/settings/told-back/", programme.renew_told_back_link, name="told-back-renew"),
    path("programmes/<str:programme_id>/rounds/new/", planning.new, name="round-new"),
    path("programmes/<str:programme_id>/people/", people.show, name="people"),
    path("programmes/<str:programme_id>/people/invite/", people.invite, name="people-invite"),
    path("programmes/<str:programme_id>/people/resend/", people.resend, name="people-resend"),
    path("programmes/<str:programme_id>/people/revoke/", people.revoke, name="people-revoke"),
    path("programmes/<str:programme_id>/people/give/", people.give_role, name="people-give"),
    path("programmes/<str:programme_id>/people/take/", people.take_role, name="people-take"),
    path("invitation/<str:token>/", invitation.invitation, name="invitation"),
    path("rounds/<str:round_id>/", planning.show, name="round"),
    path("rounds/<str:round_id>/edit/", planning.edit, name="round-edit"),
    path("rounds/<str:round_id>/poster/", planning.poster, name="poster"),
    path("rounds/<str:round_id>/qr.svg", planning.qr, name="qr"),
    path("rounds/<str:round_id>/rehearse/", planning.rehearse, name="round-rehearse"),
    path("rounds/<str:round_id>/cancel/", planning.cancel, name="round-cancel"),
    path("rounds/<str:round_id>/plan-again/", planning.plan_again, name="round-plan-again"),
    path("rounds/<str:round_id>/story/", stories.check, name="story-check"),
    path("rounds/<str:round_id>/story/withdraw/", stories.withdraw, name="story-withdraw"),
    path("rounds/<str:round_id>/story/give-back/", stories.give_back, name="story-give-back"),
]
