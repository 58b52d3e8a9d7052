"""Users, organisations, hubs and roles in Django's admin. Members and hub managers have pages of their own."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext_lazy, ngettext

from accounts import services, validators
from accounts.models import HubPartner, HubStaff, Membership, Organisation, Site, User
from accounts.permissions import is_operator
from geo.models import Hub, HubRegion


class ThroughServices(admin.ModelAdmin):
    """Operators change what is here, by the services that pages use; what those refuse is said above the page."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_operator(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_operator(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_operator(request.user)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        for row in queryset:
            self.delete_model(request, row)

    def changeform_view(self, request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        return self._unless_refused(request, super().changeform_view, *args, **more)

    def delete_view(self, request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        return self._unless_refused(request, super().delete_view, *args, **more)

    def changelist_view(self, request: HttpRequest, *args: Any, **more: Any) -> HttpResponse:
        return self._unless_refused(request, super().changelist_view, *args, **more)

    def _unless_refused(self, request: HttpRequest, view: Any, *args: Any, **more: Any) -> HttpResponse:
        """Nothing of it is stored where a service refuses a part."""
        try:
            with transaction.atomic():
                response: HttpResponse = view(request, *args, **more)
                return response
        except ValidationError as error:
            self.message_user(request, " ".join(error.messages), messages.ERROR)
            return HttpResponseRedirect(request.get_full_path())


@admin.register(User)
class UserAdmin(ThroughServices):
    """Someone signs up on the site; here they are let in, or shut out."""

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
        """Roles go with an account: delete_user() says which may not."""
        rows, counts, _missing_rights, protected = super().get_deleted_objects(objs, request)
        return rows, counts, set(), protected

    def delete_model(self, request: HttpRequest, obj: User) -> None:
        services.delete_user(by=request.user, user=obj)  # type: ignore[arg-type]


class SiteInline(admin.TabularInline):
    """To look at: a site's point is set on a map, by its organisation."""

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
        """Roles are the organisation's own affair; here someone joins one that has lost its admins."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: Membership, form: forms.ModelForm, change: bool) -> None:
        obj.pk = services.add_member(by=request.user, **form.cleaned_data).pk  # type: ignore[arg-type]


@admin.register(Hub)
class HubAdmin(ThroughServices):
    list_display = ["name", "slug", "buffer_km", "shows_neighbours"]
    search_fields = ["name", "slug"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fields = [
        "name", "slug", "intro", "email", "phone", "website", "sectors", "buffer_km", "shows_neighbours",
    ]  # fmt: skip

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_operator(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_operator(request.user)

    def save_model(self, request: HttpRequest, obj: Hub, form: forms.ModelForm, change: bool) -> None:
        services.set_up_hub(by=request.user, hub=obj, **form.cleaned_data)  # type: ignore[arg-type]

    def delete_model(self, request: HttpRequest, obj: Hub) -> None:
        services.remove_hub(by=request.user, hub=obj)  # type: ignore[arg-type]


@admin.register(HubRegion)
class HubRegionAdmin(ThroughServices):
    list_display = ["name", "hub", "kind", "provenance"]
    list_select_related = ["hub"]
    list_filter = ["hub", "kind", "provenance"]
    search_fields = ["name", "hub__name"]
    fields = ["hub", "name", "kind", "provenance", "municipalities"]
    filter_horizontal = ["municipalities"]

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_operator(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_operator(request.user)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["hub"] if obj else []

    def save_model(self, request: HttpRequest, obj: HubRegion, form: forms.ModelForm, change: bool) -> None:
        fields = {name: value for name, value in form.cleaned_data.items() if name not in ("hub", "municipalities")}
        set_up = services.set_up_region
        set_up(by=request.user, region=obj, municipalities=form.cleaned_data["municipalities"], **fields)  # type: ignore[arg-type]

    def delete_model(self, request: HttpRequest, obj: HubRegion) -> None:
        services.remove_region(by=request.user, region=obj)  # type: ignore[arg-type]


@admin.register(HubStaff)
class HubStaffAdmin(ThroughServices):
    list_display = ["user", "hub", "role"]
    list_select_related = ["user", "hub"]
    list_filter = ["hub", "role"]
    search_fields = ["user__email"]
    autocomplete_fields = ["user"]
    fields = ["hub", "user", "role"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["hub", "user"] if obj else []

    def save_model(self, request: HttpRequest, obj: HubStaff, form: forms.ModelForm, change: bool) -> None:
        if change:
            services.change_hub_role(by=request.user, staff=obj, **form.cleaned_data)  # type: ignore[arg-type]
        else:
            obj.pk = services.add_hub_staff(by=request.user, **form.cleaned_data).pk  # type: ignore[arg-type]

    def delete_model(self, request: HttpRequest, obj: HubStaff) -> None:
        services.remove_hub_staff(by=request.user, staff=obj)  # type: ignore[arg-type]


@admin.register(HubPartner)
class HubPartnerAdmin(ThroughServices):
    list_display = ["organisation", "hub", "since"]
    list_select_related = ["organisation", "hub"]
    list_filter = ["hub"]
    search_fields = ["organisation__name"]
    autocomplete_fields = ["organisation"]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: HubPartner, form: forms.ModelForm, change: bool) -> None:
        obj.pk = services.add_hub_partner(by=request.user, **form.cleaned_data).pk  # type: ignore[arg-type]

    def delete_model(self, request: HttpRequest, obj: HubPartner) -> None:
        services.remove_hub_partner(by=request.user, partner=obj)  # type: ignore[arg-type]
