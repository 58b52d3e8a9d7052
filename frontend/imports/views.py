"""Listings from a company's own file: upload, report, confirm."""

from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.models import Organisation
from frontend.components import figures
from frontend.imports.mending import as_sent, columns_of, fields_to_choose, read_columns, read_words, words_of
from frontend.requests import MemberRequest, organisation_of_member
from listings.enums import RowChoice
from listings.imports.checks import NOTHING_LEFT
from listings.imports.columns import REQUIRED, TITLES
from listings.imports.headers import NAMES, plain
from listings.imports.mending import map_columns, mend_words
from listings.imports.mistakes import Told, told, told_all
from listings.imports.preview import COUNTS
from listings.imports.progress import progress_of
from listings.imports.services import cancel_import, confirm_import, start_import
from listings.models import ImportState, Listing, ListingImport
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
    return [
        {
            "title": TITLES[field],
            "others": [name for name in names if plain(name) != plain(str(TITLES[field]))],
            "required": field in REQUIRED,
        }
        for field, names in NAMES.items()
    ]


def _example() -> HttpResponse:
    # The mark at its beginning tells Excel that it is UTF-8.
    text = "\ufeff" + render_to_string("imports/example.csv")
    headers = {"Content-Disposition": 'attachment; filename="voorbeeld.csv"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


def _start(request: MemberRequest, organisation: Organisation) -> ListingImport:
    upload = request.FILES.get("file")
    if upload is None:
        raise ValidationError(_("Kies een CSV- of XLSX-bestand, of een zip met de lijst en de foto's."))
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
    return _report(request, _own(request, import_id))


def _report(request: MemberRequest, found: ListingImport, sent: QueryDict | None = None) -> HttpResponse:
    """`sent` is a form that was refused: what was chosen in it stays chosen."""
    given = sent if sent is not None else QueryDict()
    context: dict[str, Any] = {"import": found, "progress": progress_of(found), "rows": _shown(found)}
    context |= {"mistakes": _mistakes(found), "photo_mistakes": _photo_mistakes(found)}
    if found.state == ImportState.CHECKED:
        columns = columns_of(found, given)
        context |= {
            # A file that was checked by an earlier version lacks what we didn't count or keep then.
            "reading": NOTHING_LEFT | found.reading,
            "counts": dict.fromkeys(COUNTS, 0) | found.preview.get("counts", {}),
            "doubles": _doubles(found, given),
            "others": given.get("alike", ""),
            "row_choices": RowChoice.choices,
            "columns": columns,
            "unread": [column for column in columns if not column["field"]],
            "fields": fields_to_choose(),
            "words": as_sent(words_of(found), given),
            "maps_columns": given.get("action") == "columns",
        }
    template = "imports/state.html" if request.htmx else "imports/report.html"
    return render(request, template, context, status=400 if sent is not None else 200)


def _mistakes(listing_import: ListingImport) -> list[Told]:
    """What is wrong, in the reader's language, but for words about which the page asks once for all their rows."""
    asked = {(word["field"], plain(word["text"])) for word in listing_import.reading.get("unknown", [])}
    is_asked = listing_import.state == ImportState.CHECKED
    return told(
        mistake
        for mistake in listing_import.mistakes
        if not (is_asked and (mistake["field"], plain(mistake["value"])) in asked)
    )


def _photo_mistakes(listing_import: ListingImport) -> list[tuple[str, str]]:
    """Photos that couldn't be added, each with why."""
    refusals = told_all([mistake["says"] for mistake in listing_import.photo_mistakes])
    return [(mistake["name"], says) for mistake, says in zip(listing_import.photo_mistakes, refusals, strict=True)]


def _shown(listing_import: ListingImport) -> list[dict[str, Any]]:
    """The first rows as they were read, in the reader's language."""
    rows = listing_import.preview.get("rows", [])
    materials = {
        found.code: found.name for found in Material.objects.filter(code__in={row["material"] for row in rows})
    }
    return [{**row, "material": materials.get(row["material"], row["material"]), **_figures_of(row)} for row in rows]


def _doubles(listing_import: ListingImport, sent: QueryDict) -> list[dict[str, Any]]:
    """Rows that look like what is there already, each with its title, the listing, where that still is, and what was
    chosen for it.
    """
    rows = listing_import.preview.get("doubles", [])
    ids = {row["listing"] for row in rows if row["listing"]}
    there = Listing.objects.select_related("material").in_bulk(ids) if ids else {}
    # A file that was checked by an earlier version lacks the title.
    return [
        {"title": "", **row, "looks_like": there.get(row["listing"]), "chosen": sent.get(f"alike-{row['row']}", "")}
        for row in rows
    ]


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
    """Confirm or cancel. Where something isn't chosen yet, what is stays."""
    found, confirms = _own(request, import_id), request.POST.get("action") == "confirm"
    try:
        if confirms:
            others, chosen = _choices(request.POST)
            confirm_import(by=request.user, listing_import=found, others=others, chosen=chosen)
        else:
            cancel_import(by=request.user, listing_import=found)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        if confirms:
            return _report(request, _own(request, import_id), request.POST)
    return redirect("import", import_id)


def _choices(given: QueryDict) -> tuple[str, dict[int, str]]:
    """What was chosen for all rows that look like what is there already, and for single ones by their number."""
    rows = {name.removeprefix("alike-"): str(choice) for name, choice in given.items() if name.startswith("alike-")}
    chosen = {int(row): choice for row, choice in rows.items() if row.isascii() and row.isdecimal() and len(row) < 10}
    return given.get("alike", ""), chosen


@login_required
@require_POST
def mend_import(request: MemberRequest, import_id: int) -> HttpResponse:
    """Say which column is which, or what its words mean; the file is checked again. What is refused stays chosen."""
    found = _own(request, import_id)
    if request.POST.get("seen") != found.touched_at.isoformat():
        messages.error(request, _("Dit bestand is intussen opnieuw nagekeken. Kijk eerst hoe het nu is."))
        return redirect("import", import_id)
    try:
        if request.POST.get("action") == "columns":
            map_columns(by=request.user, listing_import=found, fields=read_columns(request.POST, found))
        else:
            mend_words(by=request.user, listing_import=found, words=read_words(request.POST, found))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return _report(request, _own(request, import_id), request.POST)
    return redirect("import", import_id)


def _own(request: MemberRequest, import_id: int) -> ListingImport:
    own = ListingImport.objects.filter(organisation__memberships__user=request.user)
    return get_object_or_404(own.select_related("organisation"), pk=import_id)
