"""What no room shows by itself, in Django's admin: operators read what failed in the background."""

from django.contrib import admin
from django.http import HttpRequest

from accounts.permissions import is_operator
from geo.admin import LookOnly
from journal.models import SetAside


@admin.register(SetAside)
class SetAsideAdmin(LookOnly):
    list_display = ["sweep", "subject_kind", "subject_id", "times", "error", "last_at", "again_at"]
    list_filter = ["sweep", "subject_kind"]
    search_fields = ["subject_id", "error"]
    fields = ["sweep", "subject_kind", "subject_id", "times", "error", "first_at", "last_at", "again_at"]

    def has_view_permission(self, request: HttpRequest, obj: SetAside | None = None) -> bool:
        return is_operator(request.user)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return is_operator(request.user)
