"""Listings and imports in Django's admin: to look at, and to take down what should not be here."""

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy, ngettext

from accounts.permissions import holds
from accounts.roles import Right
from geo.admin import LookOnly
from listings import services
from listings.models import Listing, ListingImport


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
        return holds(request.user, Right.OPERATE)

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
