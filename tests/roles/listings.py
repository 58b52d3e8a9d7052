"""Addresses about an organisation and its listings."""

import datetime as dt
import io
from decimal import Decimal
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from accounts.models import Membership
from accounts.roles import Right as R
from accounts.services import invite_member
from listings import services
from listings.balances.periods import monday_of
from listings.capacity.services import book_capacity
from listings.imports.services import run_check, start_import
from listings.models import ListingPhoto
from matching.dismissals.services import dismiss_pair
from tests.frontend.test_pages import form
from tests.makers import TODAY, draft, make_site, make_user, published
from tests.roles.cast import Cast, Visit, reads, sends, writes

NEXT_MONDAY = monday_of(TODAY) + dt.timedelta(weeks=1)
_CSV = b"titel;materiaal;aantal;eenheid;plaats\nStoelen;laptops;3;stuks;Gent\n"


def photo() -> SimpleUploadedFile:
    made = io.BytesIO()
    Image.new("RGB", (8, 8)).save(made, "PNG")
    return SimpleUploadedFile("photo.png", made.getvalue())


def path_of(stored: ListingPhoto) -> str:
    """Of a photo, as its address ends."""
    return str(stored.image.name).removeprefix("photos/")


class ListingCast(Cast):
    def __init__(self) -> None:
        super().__init__()
        own: dict[str, Any] = {"by": self.member, "organisation": self.organisation}
        self.supply, self.draft, self.service = published(**own), draft(**own), published("service", **own)
        self.demand, self.other = published("demand"), published("demand")
        dismiss_pair(by=self.member, listing=self.supply, other=self.other, reason="price")
        self.photo = services.add_photo(by=self.member, listing=self.supply, upload=photo())
        self.hidden = services.add_photo(by=self.member, listing=self.draft, upload=photo())
        self.booking = book_capacity(by=self.member, service=self.service, week_start=NEXT_MONDAY, quantity=Decimal(1))
        upload = SimpleUploadedFile("stock.csv", _CSV)
        self.load = start_import(by=self.member, organisation=self.organisation, upload=upload)
        run_check(self.load)
        self.third = Membership.objects.create(organisation=self.organisation, user=make_user(), role="member")
        self.site = make_site(self.organisation)
        self.invitation = invite_member(
            by=self.admin, organisation=self.organisation, email="nieuw@test.example", role="member"
        )
        self.numbers |= {
            "listing_id": self.supply.pk, "photo_id": self.photo.pk, "booking_id": self.booking.pk,
            "import_id": self.load.pk, "site_id": self.site.pk, "invitation_id": self.invitation.pk,
            "membership_id": self.third.pk, "other_id": self.other.pk,
            "path": path_of(self.photo),
        }  # fmt: skip


_DRAFT = {"listing_id": lambda cast: cast.draft.pk}
_SERVICE = {"listing_id": lambda cast: cast.service.pk}
_SITE = {"name": "Loods 2", "postal_code": "9000", "place_name": "Gent", "lat": "51.05", "lon": "3.72"}
VISITS: list[Visit] = [
    *reads(R.READ_PUBLISHED, "listing", "listing-map-card", "listing-matches", "organisation", "photo"),
    *reads(
        R.READ_PUBLISHED,
        "api-listings",
        "api-listing",
        "api-listing-matches",
        "api-listing-chains",
        "api-organisation",
    ),
    *reads(R.READ_PUBLISHED, "api-capacity", where=_SERVICE),
    *reads(R.KEEP_OWN, "my-listings", "my-matches", "organisation-new"),
    writes(R.KEEP_OWN, "organisation-new", {"name": "Kringloop De Kikker", "kind": "company"}),
    # Drafts, and what a listing is changed by.
    *reads(R.WRITE_FOR, "listing", "listing-edit", "api-listing", "listing-matches", where=_DRAFT),
    *reads(R.WRITE_FOR, "photo", where={"path": lambda cast: path_of(cast.hidden)}),
    *reads(R.WRITE_FOR, "import-new", "import", "organisation-settings", "site-new", "site-edit"),
    *reads(R.WRITE_FOR, "api-listing-dismissals"),
    writes(R.WRITE_FOR, "post", lambda cast, _role: {"kind": "supply", "organisation": cast.organisation.slug}),
    writes(
        R.WRITE_FOR, "listing-edit", lambda cast, _role: form(cast.draft, title="Anders", action="save"), where=_DRAFT
    ),
    writes(R.WRITE_FOR, "listing-autosave", {"title": "Anders"}, where=_DRAFT),
    writes(R.WRITE_FOR, "listing-delete", where=_DRAFT),
    writes(R.WRITE_FOR, "listing-blur-site"),
    writes(R.WRITE_FOR, "listing-step", {"status": "withdrawn"}),
    writes(R.WRITE_FOR, "listing-photo", lambda cast, _role: {"photo": photo()}),
    writes(R.WRITE_FOR, "listing-photo-remove"),
    writes(R.WRITE_FOR, "match-dismiss", lambda cast, _role: {"other": cast.demand.pk, "reason": "price"}),
    writes(R.WRITE_FOR, "match-show-again", lambda cast, _role: {"other": cast.other.pk}),
    writes(R.WRITE_FOR, "import-new", lambda cast, _role: {"file": SimpleUploadedFile("stock.csv", _CSV)}),
    writes(R.WRITE_FOR, "import-decide", {"action": "cancel"}),
    writes(
        R.WRITE_FOR,
        "import-mend",
        lambda cast, _role: {"seen": cast.load.touched_at.isoformat(), "action": "columns", "column-0": "title"},
    ),
    sends(R.WRITE_FOR, "api-listings", lambda cast, _role: {"organisation": cast.organisation.pk, "kind": "supply"}),
    sends(
        R.WRITE_FOR,
        "api-listings-many",
        lambda cast, _role: {
            "organisation": cast.organisation.pk,
            "idempotency_key": "k",
            "publish": False,
            "listings": [{"kind": "supply"}],
        },
    ),
    sends(R.WRITE_FOR, "api-listing", {"title": "Anders"}, "patch"),
    sends(R.WRITE_FOR, "api-listing", method="delete", where=_DRAFT),
    sends(R.WRITE_FOR, "api-listing-status", {"status": "withdrawn"}),
    writes(R.WRITE_FOR, "api-listing-photos", lambda cast, _role: {"image": photo()}),
    sends(R.WRITE_FOR, "api-listing-photo", method="delete"),
    sends(R.WRITE_FOR, "api-listing-dismissals", lambda cast, _role: {"other": cast.demand.pk, "reason": "price"}),
    sends(R.WRITE_FOR, "api-dismissal", method="delete"),
    # Weeks of a service.
    *reads(R.BOOK_WEEKS, "service-weeks", where=_SERVICE),
    writes(R.BOOK_WEEKS, "service-weeks", {"weeks": [NEXT_MONDAY.isoformat()], "quantity": "1"}, where=_SERVICE),
    writes(R.BOOK_WEEKS, "booking-cancel", where=_SERVICE),
    sends(R.BOOK_WEEKS, "api-bookings", {"week_start": NEXT_MONDAY.isoformat(), "quantity": 1}, where=_SERVICE),
    sends(R.BOOK_WEEKS, "api-booking", method="delete", where=_SERVICE),
    # The organisation itself.
    *reads(R.MANAGE_ORGANISATION, "organisation-log"),
    writes(R.MANAGE_ORGANISATION, "organisation-settings", {"name": "Anders", "kind": "company"}),
    writes(R.MANAGE_ORGANISATION, "site-new", _SITE),
    writes(R.MANAGE_ORGANISATION, "site-edit", _SITE),
    writes(R.MANAGE_ORGANISATION, "site-remove"),
    writes(R.MANAGE_ORGANISATION, "invite", {"email": "ook@test.example", "role": "member"}),
    writes(R.MANAGE_ORGANISATION, "invitation-withdraw"),
    writes(R.MANAGE_ORGANISATION, "member", {"role": "admin"}),
    *reads(R.READ_LEDGER_OF_ORGANISATION, "organisation-impact", "organisation-impact-lines"),
    *reads(R.READ_LEDGER_OF_ORGANISATION, "organisation-impact-table", "organisation-impact-book"),
]
