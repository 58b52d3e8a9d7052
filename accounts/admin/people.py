"""Users, organisations and their members in Django's admin; members have pages of their own."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, ngettext

from accounts import services, validators
from accounts.admin.through_services import ThroughServices
from accounts.models import Membership, Organisation, Site, User
from accounts.permissions import is_operator


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
    list_display = ["name", "kind", "enterprise_number", "verified_at"]
    list_filter = ["kind", "is_fictional"]
    search_fields = ["name", "enterprise_number"]
    inlines = [SiteInline]
    actions = ["verify"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """An organisation is made by its first admin."""
        return False

    def has_verify_permission(self, request: HttpRequest) -> bool:
        return is_operator(request.user)

    def save_model(self, request: HttpRequest, obj: Organisation, form: forms.ModelForm, change: bool) -> None:
        services.set_up_organisation(by=request.user, organisation=obj, **form.cleaned_data)  # type: ignore[arg-type]

    @admin.action(description=gettext_lazy("Verifiëren"), permissions=["verify"])
    def verify(self, request: HttpRequest, queryset: QuerySet[Organisation]) -> None:
        verified = 0
        for organisation in queryset:
            try:
                services.verify_organisation(by=request.user, organisation=organisation)  # type: ignore[arg-type]
            except ValidationError as error:
                self.message_user(request, f"{organisation}: {' '.join(error.messages)}", messages.WARNING)
            else:
                verified += 1
        words = ngettext("%(count)s organisatie geverifieerd.", "%(count)s organisaties geverifieerd.", verified)
        self.message_user(request, words % {"count": verified})


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
