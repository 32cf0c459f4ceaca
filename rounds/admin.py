"""The site administration: programmes, accounts and roles, and nothing anybody wrote.

A site of its own, so that no library can register something here behind our back (allauth would register
authenticator secrets). Sign-in goes through allauth, so that the second step holds here too.
"""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account.decorators import secure_admin_login
from django import forms
from django.contrib import admin
from django.http import HttpRequest

from rounds.models import Membership, Programme, Role, User
from rounds.people import NOT_ONESELF


class Site(admin.AdminSite):
    """Django's, but for its shortcut from a row to a page: no row has one, and it fails where a key is no number."""

    def get_urls(self) -> list[Any]:
        return [url for url in super().get_urls() if getattr(url, "name", "") != "view_on_site"]


site = Site(name="admin")
site.site_header = site.site_title = "Common Thread"
site.index_title = "Programmes, accounts and roles"
site.login = secure_admin_login(site.login)  # type: ignore[method-assign]


class NothingIsDeletedHere:
    """Deleting would take rounds and what people said along. Accounts are closed, programmes stay."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AccountForm(forms.ModelForm):  # type: ignore[type-arg]
    """An account without a password to read or set: it is set through the forgotten-password link."""

    class Meta:
        model = User
        fields: ClassVar = ["email", "name", "is_active", "is_staff", "is_superuser"]

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()


@admin.register(User, site=site)
class UserAdmin(NothingIsDeletedHere, admin.ModelAdmin):  # type: ignore[type-arg]
    form = AccountForm
    list_display = ("email", "name", "is_active", "is_staff")
    search_fields = ("email", "name")

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:  # noqa: FBT001
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)


@admin.register(Programme, site=site)
class ProgrammeAdmin(NothingIsDeletedHere, admin.ModelAdmin):  # type: ignore[type-arg]
    fields = ("name", "support_card", "floor", "machine_on")
    list_display = ("name",)


class MembershipForm(forms.ModelForm):  # type: ignore[type-arg]
    """One role of one person. `by`: who is signed in here; nobody opens a room to themselves."""

    by: ClassVar[User]

    class Meta:
        model = Membership
        fields: ClassVar = ["user", "programme", "role"]

    def clean(self) -> dict[str, Any]:
        said: dict[str, Any] = super().clean() or self.cleaned_data
        if said.get("user") == self.by and said.get("role") == Role.FACILITATOR:
            raise forms.ValidationError(NOT_ONESELF)
        return said


@admin.register(Membership, site=site)
class MembershipAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    form = MembershipForm
    list_display = ("user", "programme", "role")
    list_filter = ("programme", "role")
    autocomplete_fields = ("user",)

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:  # noqa: FBT001, FBT002
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"by": request.user})
