"""Reference data in Django's admin, to look at only: a command loads it, and would undo a change by hand."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from geo.models import Boundary, Municipality, Place, PostalCode


class LookOnly(admin.ModelAdmin):
    """Rows that nobody adds, changes or deletes here."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Municipality)
class MunicipalityAdmin(LookOnly):
    list_display = ["nis", "name_nl", "name_fr", "name_en", "region"]
    list_filter = ["region"]
    search_fields = ["nis", "name_nl", "name_fr", "name_en"]
    fields = ["nis", "name_nl", "name_fr", "name_en", "region"]


@admin.register(PostalCode)
class PostalCodeAdmin(LookOnly):
    list_display = ["code", "name", "municipality"]
    list_select_related = ["municipality"]
    search_fields = ["code", "name"]
    fields = ["code", "name", "municipality"]


@admin.register(Place)
class PlaceAdmin(LookOnly):
    list_display = ["name", "municipality", "population"]
    list_select_related = ["municipality"]
    search_fields = ["name", "name_alt"]
    fields = ["name", "name_alt", "municipality", "population"]


@admin.register(Boundary)
class BoundaryAdmin(LookOnly):
    list_display = ["municipality", "quality", "source", "source_date", "licence"]
    list_select_related = ["municipality"]
    list_filter = ["quality"]
    search_fields = ["municipality__name_nl", "municipality__nis"]
    fields = ["municipality", "quality", "source", "source_date", "licence"]
