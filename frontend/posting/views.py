"""Posting and editing a listing: drafts save themselves, and publishing shows the matches at once."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from accounts.models import Organisation
from frontend.components.cards import make_cards
from frontend.components.form_fields import add_errors
from frontend.maps.of_listings import who_began
from frontend.posting.elsewhere import differences
from frontend.posting.forms import GoodsForm, ListingForm, listing_form
from frontend.requests import MemberRequest
from listings import services
from listings.declarations import STATUS_FIELDS
from listings.duplicates.own import MOST_ALIKE_SHOWN, check_not_duplicate, own_alike
from listings.enums import ListingKind, ListingStatus
from listings.exposure import exposure_words, naming_words
from listings.models import Listing, ListingPhoto
from listings.owners import know_owners
from listings.photos import PhotosBusy
from listings.validators import StaleListing
from materials.models import Material

#: What the button asks: to publish, unless the listing looks like one that is there already; or to publish it anyway.
PUBLISH, ANYWAY = "publish", "publish-anyway"
#: Fields that stand behind "more details".
DETAILS = {"pickup", "reach_km", "eural_code", "declared_status", *STATUS_FIELDS, "reference"}


@login_required
def post(request: MemberRequest) -> HttpResponse:
    """Choose what to post, and for which organisation; that makes the draft."""
    organisations = list(Organisation.objects.of(request.user).prefetch_related("sites"))
    if not organisations:
        messages.info(request, _("Voeg eerst je organisatie toe: zoekertjes staan op haar naam."))
        return redirect("organisation-new")
    kind = request.POST.get("kind", "")
    if request.method == "POST" and kind in ListingKind.values:
        slug = request.POST.get("organisation", "")
        organisation = get_object_or_404(Organisation.objects.of(request.user), slug=slug)
        return redirect("listing-edit", _new_draft(request, organisation, kind).pk)
    drafts = Listing.objects.editable_by(request.user).filter(status=ListingStatus.DRAFT).count()
    return render(request, "posting/post.html", {"organisations": organisations, "drafts": drafts})


def _new_draft(request: MemberRequest, organisation: Organisation, kind: str) -> Listing:
    site = organisation.sites.first()
    fields: dict[str, Any] = {"available_from": timezone.localdate()}
    if site is not None:
        fields["site"] = site
    if request.GET.get("kind") == kind:
        # The search page links here when it finds nothing: its question becomes a demand.
        fields |= _searched_for(request)
    return services.create_listing(by=request.user, organisation=organisation, kind=kind, **fields)


def _searched_for(request: MemberRequest) -> dict[str, Any]:
    title = request.GET.get("title", "").replace("\x00", "").strip()[: Listing._meta.get_field("title").max_length]
    material = Material.objects.filter(code=request.GET.get("material", "").replace("\x00", "")).first()
    return ({"title": title} if title else {}) | ({"material": material} if material else {})


@login_required
def edit(request: MemberRequest, listing_id: int) -> HttpResponse:
    """The form; its button publishes a draft, or stores the changes of what is public already."""
    listing = _own(request, listing_id)
    if listing.status == ListingStatus.CLOSED:
        messages.info(request, _("Dit zoekertje is afgerond en verandert niet meer."))
        return redirect("listing", listing.pk)
    form = listing_form(listing, request.POST if request.method == "POST" else None)
    if request.method == "POST" and _store(request, listing, form):
        return _after(request, listing)
    return render(request, "posting/edit.html", _context(request, listing, form))


def _store(request: MemberRequest, listing: Listing, form: ListingForm) -> bool:
    """Store the form, then publish if that was asked; a draft that can't be published yet stays stored.

    False where something is wrong; the form then names every mistake, or, where the listing changed meanwhile, that.
    """
    action = request.POST.get("action")
    publishing = action in (PUBLISH, ANYWAY)
    try:
        if form.is_valid():
            if listing.status != ListingStatus.DRAFT:
                form.check_likely()
            stored = services.update_listing(by=request.user, listing=listing, **form.writable())
            listing.updated_at = stored.updated_at
            # A second press of the button finds it published: that is what was asked.
            if publishing and stored.status != ListingStatus.PUBLISHED:
                form.check_likely()
                if action == PUBLISH:
                    check_not_duplicate(stored)
                services.publish_listing(by=request.user, listing=stored)
            return True
        if form.is_stale():
            raise StaleListing
    except ValidationError as error:
        add_errors(form, form.untold(error))
    if not form.has_error(NON_FIELD_ERRORS, "stale"):
        _add_other_mistakes(listing, form, publishing=publishing)
    return False


def _add_other_mistakes(listing: Listing, form: ListingForm, *, publishing: bool) -> None:
    """Add to the form the mistakes that storing didn't come to."""
    try:
        services.check_storable(listing=listing, publishing=publishing, **form.right_so_far())
    except ValidationError as error:
        add_errors(form, form.untold(error))


def _after(request: MemberRequest, listing: Listing) -> HttpResponse:
    if request.POST.get("action") not in (PUBLISH, ANYWAY):
        messages.success(request, _("Bewaard."))
        return redirect("listing", listing.pk)
    if words := exposure_words(_own(request, listing.pk)):
        messages.warning(request, words)
    response = redirect("listing-matches", listing.pk)
    response["Location"] += "?nieuw"
    return response


@login_required
@require_POST
def autosave(request: MemberRequest, listing_id: int) -> HttpResponse:
    """Store the fields of a draft that hold no mistake by themselves, and say so; the others wait to be corrected.

    Nothing is stored where these contradict each other, such as an end before the first day, or where another window
    changed the draft, until somebody has seen both and chosen.
    """
    listing = _own(request, listing_id)
    if listing.status != ListingStatus.DRAFT:
        return render(request, "posting/gone_public.html", {"listing": listing})
    form = listing_form(listing, request.POST)
    wrong, nothing_stored = not form.is_valid(), False
    try:
        if form.changes():
            listing = services.update_listing(by=request.user, listing=listing, **form.writable())
    except StaleListing:
        context = {"listing": listing, "differences": differences(listing, form)}
        return render(request, "posting/elsewhere.html", context)
    except ValidationError as error:
        add_errors(form, error)
        nothing_stored = True
    context = _context(request, listing, form) | {
        "wrong": wrong, "nothing_stored": nothing_stored, "errors": form.errors, "at": timezone.localtime(),
    }  # fmt: skip
    # The declared fields are drawn again only where another material asks others: typing there goes on.
    context["declared_changed"] = request.POST.get("declared_shown", "") != context["material_asks"]
    return render(request, "posting/saved.html", context)


@login_required
@require_POST
def delete_draft(request: MemberRequest, listing_id: int) -> HttpResponse:
    try:
        services.delete_draft(by=request.user, listing=_own(request, listing_id))
        messages.success(request, _("Het concept is weg."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("my-listings")


@login_required
@require_POST
def blur_site(request: MemberRequest, listing_id: int) -> HttpResponse:
    """Show everything of the organisation at this place by its surroundings alone."""
    listing = _own(request, listing_id)
    count = services.blur_site(by=request.user, listing=listing)
    words = ngettext(
        "%(n)s zoekertje toont nu alleen de omgeving.", "%(n)s zoekertjes tonen nu alleen de omgeving.", count
    )
    messages.success(request, words % {"n": count})
    return redirect("listing-edit" if listing.status == ListingStatus.DRAFT else "listing", listing.pk)


@login_required
@require_POST
def add_photo(request: MemberRequest, listing_id: int) -> HttpResponse:
    """Store photos. A file that is no photo is refused by its name; the other files are stored."""
    listing = _own(request, listing_id)
    refused = []
    for upload in request.FILES.getlist("photo"):
        try:
            services.add_photo(by=request.user, listing=listing, upload=upload)
        except (ValidationError, PhotosBusy) as error:
            refused.append(f"{upload.name}: {' '.join(error.messages)}")
    return _photos(request, listing, refused)


@login_required
@require_POST
def remove_photo(request: MemberRequest, listing_id: int, photo_id: int) -> HttpResponse:
    listing = _own(request, listing_id)
    photo = get_object_or_404(ListingPhoto, pk=photo_id, listing=listing)
    try:
        services.remove_photo(by=request.user, photo=photo)
    except ValidationError as error:
        return _photos(request, listing, error.messages)
    return _photos(request, listing, [])


def _photos(request: MemberRequest, listing: Listing, refused: list[str]) -> HttpResponse:
    if request.htmx:
        context = {"listing": listing, "photos": listing.photos.all(), "refused": refused}
        return render(request, "posting/photos.html", context)
    for words in refused:
        messages.error(request, words)
    return redirect("listing-edit", listing.pk)


def _own(request: MemberRequest, listing_id: int) -> Listing:
    """A listing of one's own organisations; 404 for any other: strangers don't learn that a draft exists."""
    rows = Listing.objects.editable_by(request.user).select_related("organisation", "material", "site")
    return get_object_or_404(rows, pk=listing_id)


def _context(request: MemberRequest, listing: Listing, form: ListingForm) -> dict[str, Any]:
    material = form.material_now() if isinstance(form, GoodsForm) else None
    service = listing.kind == ListingKind.SERVICE
    stale = form.has_error(NON_FIELD_ERRORS, "stale")
    looks_alike = form.has_error(NON_FIELD_ERRORS, "alike")
    alike = own_alike(Listing.objects.get(pk=listing.pk)).for_cards()[:MOST_ALIKE_SHOWN] if looks_alike else []
    know_owners([listing], request.user)
    return {
        "alike": make_cards(alike, request.user),
        "listing": listing,
        "form": form,
        "photos": listing.photos.all(),
        **who_began(listing, request.user),
        "refused": [],
        "material": material,
        "material_asks": material.asks if material and listing.kind == ListingKind.SUPPLY else "",
        # Without JavaScript there is no type-ahead, so the page lists all materials.
        "all_materials": Material.objects.in_tree_order(),
        "is_draft": listing.status == ListingStatus.DRAFT,
        "is_service": service,
        "material_tokens": form.tokens("materials") if service else [],
        "municipality_tokens": form.tokens("catchment_municipalities") if service else [],
        # This part of the form opens when one of its fields holds a mistake.
        "more_open": form.is_bound and bool(DETAILS & form.errors.keys()),
        "wrong": False,
        "nothing_stored": False,
        "stale": stale,
        "differences": differences(listing, form) if stale else [],
        "exposure": exposure_words(listing),
        "naming": naming_words(listing),
        "at": None,
    }
