"""Addresses of the live layer over HTTP, below /live/; the socket itself is in live/routing.py."""

from django.urls import path

from rounds.views import live, stored

urlpatterns = [
    path("join", live.join, name="live-join"),
    path("wall", live.wall, name="live-wall"),
    path("poll", live.poll, name="live-poll"),
    path("say", live.say, name="live-say"),
    path("stored", stored.own, name="live-stored"),
]
