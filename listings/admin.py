"""Listings, and the hubs and regions that say where they show, in Django's admin.

Hubs are registered here and not with the rest of `geo`: a change of theirs moves listings.
"""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, ngettext

from accounts.permissions import is_operator
from accounts.services import set_up_hub, set_up_region
from geo.admin import LookOnly
from geo.models import Hub, HubRegion
from listings import services
from listings.models import Listing, ListingImport, Match


class ForOperators(admin.ModelAdmin):
    """What only operators see and change, through services that ask the same."""

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_operator(request.user)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_operator(request.user)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return is_operator(request.user)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_operator(request.user)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return is_operator(request.user)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        services.place_anew_after_commit()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        super().delete_queryset(request, queryset)
        services.place_anew_after_commit()


@admin.register(Hub)
class HubAdmin(ForOperators):
    list_display = ["name", "slug", "buffer_km", "shows_neighbours"]
    search_fields = ["name", "slug"]
    formfield_overrides = {models.URLField: {"assume_scheme": "https"}}
    fields = [
        "name", "slug", "intro", "email", "phone", "website", "sectors", "buffer_km", "shows_neighbours",
    ]  # fmt: skip

    def save_model(self, request: HttpRequest, obj: Hub, form: forms.ModelForm, change: bool) -> None:
        set_up_hub(by=request.user, hub=obj, **form.cleaned_data)  # type: ignore[arg-type]
        services.place_anew_after_commit()


@admin.register(HubRegion)
class HubRegionAdmin(ForOperators):
    list_display = ["name", "hub", "kind", "provenance"]
    list_select_related = ["hub"]
    list_filter = ["hub", "kind", "provenance"]
    search_fields = ["name", "hub__name"]
    fields = ["hub", "name", "kind", "provenance", "municipalities"]
    filter_horizontal = ["municipalities"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["hub"] if obj else []

    def save_model(self, request: HttpRequest, obj: HubRegion, form: forms.ModelForm, change: bool) -> None:
        fields = {name: value for name, value in form.cleaned_data.items() if name not in ("hub", "municipalities")}
        set_up_region(by=request.user, region=obj, municipalities=None, **fields)  # type: ignore[arg-type]

    def save_related(self, request: HttpRequest, form: forms.ModelForm, formsets: Any, change: bool) -> None:
        municipalities = form.cleaned_data["municipalities"]
        set_up_region(by=request.user, region=form.instance, municipalities=municipalities)  # type: ignore[arg-type]
        services.place_anew_after_commit()


@admin.register(Listing)
class ListingAdmin(LookOnly):
    """To look at, and to take down what should not be here; members write their own."""

    list_display = ["title", "kind", "status", "organisation", "material", "municipality", "updated_at"]
    list_select_related = ["organisation", "material", "municipality"]
    list_filter = ["kind", "status", "is_fictional"]
    search_fields = ["title", "reference", "organisation__name"]
    show_full_result_count = False
    fields = [
        "organisation", "kind", "status", "title", "description", "language", "material", "quantity", "unit",
        "condition", "available_from", "available_until", "price_kind", "price_eur", "municipality", "created_by",
        "created_at", "updated_at", "published_at",
    ]  # fmt: skip
    actions = ["take_down"]

    def has_take_down_permission(self, request: HttpRequest) -> bool:
        return is_operator(request.user)

    @admin.action(description=gettext_lazy("Offline halen"), permissions=["take_down"])
    def take_down(self, request: HttpRequest, queryset: QuerySet[Listing]) -> None:
        taken = 0
        for listing in queryset:
            try:
                services.take_down_listing(by=request.user, listing=listing)  # type: ignore[arg-type]
            except ValidationError as error:
                self.message_user(request, f"{listing}: {' '.join(error.messages)}", messages.WARNING)
            else:
                taken += 1
        words = ngettext("%(count)s zoekertje offline gehaald.", "%(count)s zoekertjes offline gehaald.", taken)
        self.message_user(request, words % {"count": taken})


@admin.register(ListingImport)
class ListingImportAdmin(LookOnly):
    list_display = ["name", "organisation", "state", "total", "mistake_count", "created_at"]
    list_select_related = ["organisation"]
    list_filter = ["state"]
    search_fields = ["name", "organisation__name"]
    fields = [
        "organisation", "created_by", "name", "state", "total", "added", "changed", "unchanged", "mistake_count",
        "created_at", "finished_at",
    ]  # fmt: skip


@admin.register(Match)
class MatchAdmin(LookOnly):
    list_display = ["supply", "demand", "score", "distance_m", "computed_at"]
    list_select_related = ["supply", "demand"]
    show_full_result_count = False
    fields = ["supply", "demand", "score", "distance_m", "coverage", "overlap_days", "computed_at"]
