"""Every address of the site."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("rounds.urls")),
    path("", include("facilitation.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
]
