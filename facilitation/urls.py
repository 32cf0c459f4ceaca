"""Addresses of what is made of a round: themes, circle, actions, review, told back."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
