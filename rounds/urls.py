"""Addresses of the room: for people without an account (no cookie, no session) and for those who run a round."""

from django.urls import include, path

urlpatterns = [
    path("live/", include("rounds.live_urls")),
]
