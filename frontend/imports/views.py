"""Listings from a company's own file: upload, report, confirm."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Organisation
from frontend.components import figures
from frontend.requests import MemberRequest, organisation_of_member
from listings.imports.columns import NAMES, REQUIRED
from listings.imports.services import cancel_import, confirm_import, progress_of, start_import
from listings.models import Listing, ListingImport
from materials.models import Material

EARLIER_SHOWN = 10


@login_required
def new_import(request: MemberRequest, slug: str) -> HttpResponse:
    organisation = organisation_of_member(request, slug)
    if "example" in request.GET:
        return _example()
    error = ""
    if request.method == "POST":
        try:
            return redirect("import", _start(request, organisation).pk)
        except ValidationError as refusal:
            error = " ".join(refusal.messages)
    earlier = organisation.imports.all()[:EARLIER_SHOWN]
    context = {"organisation": organisation, "error": error, "earlier": earlier, "columns": _columns()}
    return render(request, "imports/new.html", context)


def _columns() -> list[dict[str, Any]]:
    """What the page says of the columns that are recognised."""
    return [{"names": names, "required": field in REQUIRED} for field, names in NAMES.items()]


def _example() -> HttpResponse:
    # The mark at its beginning tells Excel that it is UTF-8.
    text = "\ufeff" + render_to_string("imports/example.csv")
    headers = {"Content-Disposition": 'attachment; filename="voorbeeld.csv"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


def _start(request: MemberRequest, organisation: Organisation) -> ListingImport:
    upload = request.FILES.get("file")
    if upload is None:
        raise ValidationError(_("Kies een CSV- of XLSX-bestand."))
    return start_import(
        by=request.user,
        organisation=organisation,
        upload=upload,
        publish=request.POST.get("publish") == "on",
    )


@login_required
@require_GET
def import_report(request: MemberRequest, import_id: int) -> HttpResponse:
    """How far it is, then what was found; the page asks again while it runs."""
    found = _own(request, import_id)
    context = {"import": found, "progress": progress_of(found), "rows": _shown(found)}
    template = "imports/state.html" if request.htmx else "imports/report.html"
    return render(request, template, context)


def _shown(listing_import: ListingImport) -> list[dict[str, Any]]:
    """The first rows as they were read, in the reader's language."""
    rows = listing_import.preview.get("rows", [])
    materials = {
        found.code: found.name for found in Material.objects.filter(code__in={row["material"] for row in rows})
    }
    return [{**row, "material": materials.get(row["material"], row["material"]), **_figures_of(row)} for row in rows]


def _figures_of(row: dict[str, Any]) -> dict[str, str]:
    listing = Listing(
        quantity=Decimal(row["quantity"]),
        price_eur=None if row["price_eur"] is None else Decimal(row["price_eur"]),
        **{name: row[name] for name in ("kind", "unit", "price_kind", "price_basis")},
    )
    return {"amount": figures.listing_amount(listing), "price": figures.price(listing)}


@login_required
@require_POST
def decide_import(request: MemberRequest, import_id: int) -> HttpResponse:
    """Confirm or cancel."""
    decide = confirm_import if request.POST.get("action") == "confirm" else cancel_import
    try:
        decide(by=request.user, listing_import=_own(request, import_id))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("import", import_id)


def _own(request: MemberRequest, import_id: int) -> ListingImport:
    own = ListingImport.objects.filter(organisation__memberships__user=request.user)
    return get_object_or_404(own.select_related("organisation"), pk=import_id)
