"""Users, organisations with their members and verifications in Django's admin; members have pages of their own."""

from typing import Any

from django import forms
from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy

from accounts import services, validators
from accounts.admin.through_services import ThroughServices
from accounts.models import Membership, Organisation, Site, User, Verification


@admin.register(User)
class UserAdmin(ThroughServices):
    """People sign up on the site; operators activate or deactivate their accounts here."""

    list_display = ["email", "name", "language", "is_active", "is_staff"]
    list_filter = ["is_active", "is_staff"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "language", "is_active", "is_staff", "is_superuser", "groups"]
    readonly_fields = ["email"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: User, form: forms.ModelForm, change: bool) -> None:
        services.set_up_user(by=request.user, user=obj, **form.cleaned_data)  # type: ignore[arg-type]

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Roles are deleted with an account. delete_user() refuses those that may not go."""
        rows, counts, _missing_rights, protected = super().get_deleted_objects(objs, request)
        return rows, counts, set(), protected

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        services.delete_user(by=request.user, user=obj)  # type: ignore[arg-type]


class SiteInline(admin.TabularInline):
    """Sites, read-only: their organisation sets the point on a map."""

    model = Site
    fields = ["name", "street", "house_number", "postal_code", "place_name", "municipality"]
    readonly_fields = ["municipality"]
    can_delete = False
    max_num = 0

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class OrganisationForm(forms.ModelForm):
    # Numbers are longer as people write them than as they are stored.
    enterprise_number = forms.CharField(label=gettext_lazy("ondernemingsnummer"), max_length=30, required=False)
    website = forms.URLField(label=gettext_lazy("website"), required=False, assume_scheme="https")

    class Meta:
        model = Organisation
        fields = ["name", "kind", "enterprise_number", "description", "email", "phone", "website"]

    def clean_enterprise_number(self) -> str | None:
        given = self.cleaned_data["enterprise_number"]
        return validators.enterprise_number(given) if given else None


@admin.register(Organisation)
class OrganisationAdmin(ThroughServices):
    form = OrganisationForm
    list_display = ["name", "kind", "enterprise_number"]
    list_filter = ["kind", "is_fictional"]
    search_fields = ["name", "enterprise_number"]
    inlines = [SiteInline]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """An organisation is made by its first admin."""
        return False

    def save_model(self, request: HttpRequest, obj: Organisation, form: forms.ModelForm, change: bool) -> None:
        services.set_up_organisation(by=request.user, organisation=obj, **form.cleaned_data)  # type: ignore[arg-type]


#: What an operator says of a verification, and what is known of one that was given.
_ASKED = ["organisation", "what", "evidence", "until"]
_TOLD = ["hub_name", "verified_at", "ended_why"]


@admin.register(Verification)
class VerificationAdmin(ThroughServices):
    """What hubs verified. Operators add one where no hub can, and withdraw any by giving a reason."""

    list_display = ["organisation", "what", "hub_name", "verified_at", "until", "ended_why"]
    list_select_related = ["organisation"]
    list_filter = ["what", "ended_why"]
    search_fields = ["organisation__name", "enterprise_number"]
    autocomplete_fields = ["organisation"]

    def get_fields(self, request: HttpRequest, obj: Verification | None = None) -> Any:
        return [*_ASKED, *_TOLD, "ended_reason"] if obj else _ASKED

    def get_readonly_fields(self, request: HttpRequest, obj: Verification | None = None) -> Any:
        return [*_ASKED, *_TOLD] if obj else []

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What was said stays: it is withdrawn."""
        return False

    def save_model(self, request: HttpRequest, obj: Verification, form: forms.ModelForm, change: bool) -> None:
        given, by = form.cleaned_data, request.user
        if change:
            services.withdraw_verification(by=by, verification=obj, reason=given["ended_reason"])  # type: ignore[arg-type]
        else:
            obj.pk = services.verify_organisation(by=by, **given).pk  # type: ignore[arg-type]


@admin.register(Membership)
class MembershipAdmin(ThroughServices):
    list_display = ["user", "organisation", "role"]
    list_select_related = ["user", "organisation"]
    list_filter = ["role"]
    search_fields = ["user__email", "organisation__name"]
    autocomplete_fields = ["user", "organisation"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """An organisation gives out roles itself. Operators only add somebody where it has lost its admins."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Membership, form: forms.ModelForm, change: bool) -> None:
        obj.pk = services.add_member(by=request.user, **form.cleaned_data).pk  # type: ignore[arg-type]
