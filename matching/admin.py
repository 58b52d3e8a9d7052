"""Matches in Django's admin, to look at only."""

from django.contrib import admin

from geo.admin import LookOnly
from matching.models import Match


@admin.register(Match)
class MatchAdmin(LookOnly):
    list_display = ["supply", "demand", "score", "distance_m", "computed_at"]
    list_select_related = ["supply", "demand"]
    show_full_result_count = False
    fields = [
        "supply",
        "demand",
        "score",
        "distance_m",
        "coverage",
        "lot_share",
        "kept_by",
        "overlap_days",
        "computed_at",
    ]
