"""What people see of verifications: fetched along with organisations, in one query for all of them."""

import datetime as dt
from typing import Any

from django.db.models import Prefetch

from accounts.models import Verification


def badges_of(today: dt.date, way: str = "") -> "Prefetch[Any, Any, Any]":
    """Has prefetch_related() give organisations their `badges`; `way` leads there: "organisation__" from listings."""
    return Prefetch(f"{way}verifications", Verification.objects.current(today).order_by("what"), to_attr="badges")
