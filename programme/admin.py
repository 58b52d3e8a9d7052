"""Activities in Django's admin, to look at only: their hub's staff change them on their pages."""

from django.contrib import admin

from geo.admin import LookOnly
from programme.models import Activity


@admin.register(Activity)
class ActivityAdmin(LookOnly):
    list_display = ["title", "hub", "kind", "starts_at", "state"]
    list_select_related = ["hub"]
    list_filter = ["state", "kind"]
    search_fields = ["title"]
    fields = [
        "hub", "kind", "title", "description", "languages", "starts_at", "ends_at", "place", "municipality",
        "online_link", "partner", "signup_link", "state", "cancel_reason", "version", "published_at", "updated_at",
    ]  # fmt: skip
