"""Every address of the site."""

from django.urls import include, path

from config.sign_in import not_here
from rounds.admin import site as administration

urlpatterns = [
    path("", include("rounds.urls")),
    path("", include("facilitation.urls")),
    path("accounts/email/", not_here),
    path("accounts/", include("allauth.urls")),
    path("admin/", administration.urls),
]
