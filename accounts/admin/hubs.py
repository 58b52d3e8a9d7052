"""Hubs, their regions, staff and partners in Django's admin; hub managers have pages of their own."""

from typing import Any

from django import forms
from django.contrib import admin
from django.db import models
from django.http import HttpRequest

from accounts import services
from accounts.admin.through_services import ThroughServices
from accounts.models import HubPartner, HubStaff
from accounts.permissions import holds
from accounts.roles import Right
from geo.models import Hub, HubRegion


@admin.register(Hub)
class HubAdmin(ThroughServices):
    list_display = ["name", "slug", "buffer_km", "shows_neighbours"]
    search_fields = ["name", "slug"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fields = [
        "name", "slug", "intro", "email", "phone", "website", "sectors", "buffer_km", "shows_neighbours",
    ]  # fmt: skip

    def has_module_permission(self, request: HttpRequest) -> bool:
        return holds(request.user, Right.OPERATE)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return holds(request.user, Right.OPERATE)

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
        return holds(request.user, Right.OPERATE)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return holds(request.user, Right.OPERATE)

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
