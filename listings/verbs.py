"""What happens to listings, their photos and bookings, and to imported files, as the journal says it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ListingVerb(models.TextChoices):
    CREATED = "listing.created", _("{who} begon een zoekertje: {listing}.")
    CHANGED = "listing.changed", _("{who} wijzigde {listing}.")
    PUBLISHED = "listing.published", _("{who} publiceerde {listing}.")
    RESERVED = "listing.reserved", _("{who} zette {listing} op gereserveerd.")
    WITHDRAWN = "listing.withdrawn", _("{who} trok {listing} in.")
    TAKEN_DOWN = "listing.taken_down", _("{who} haalde {listing} offline.")
    CLOSED = "listing.closed", _("{who} rondde {listing} af.")
    EXPIRED = "listing.expired", _("De einddatum van {listing} is voorbij: het is verlopen.")
    LAPSED = "listing.lapsed", _("Niemand zei of {listing} er nog is: het is verlopen.")
    DELETED = "listing.deleted", _("{who} gooide het concept {draft} weg.")
    PHOTO_ADDED = "photo.added", _("{who} voegde een foto toe aan {listing}.")
    PHOTO_REMOVED = "photo.removed", _("{who} haalde een foto weg bij {listing}.")
    NO_DUPLICATE = "listing.no_duplicate", _("{who} zei dat {listing} en {other} niet één partij zijn.")
    DUPLICATE_AGAIN = "listing.duplicate_again", _("{who} zette {listing} en {other} terug bij wat dubbel kan zijn.")

    WEEK_BOOKED = "booking.made", _("{who} boekte {amount} in de week van {week} bij {service}.")
    BOOKING_CANCELLED = (
        "booking.cancelled",
        _("{who} annuleerde de boeking van {amount} in de week van {week} bij {service}."),
    )

    IMPORT_STARTED = "import.started", _("{who} laadde de lijst {file} op.")
    IMPORT_CHECKED = "import.checked", _("De lijst {file} is nagekeken.")
    IMPORT_MENDED = "import.mended", _("{who} stuurde de lijst {file} bij.")
    IMPORT_CONFIRMED = "import.confirmed", _("{who} bevestigde de lijst {file}.")
    IMPORT_CANCELLED = "import.cancelled", _("{who} brak de lijst {file} af.")
    IMPORT_STORED = "import.stored", _("De lijst {file} is ingelezen.")
    IMPORT_FAILED = "import.failed", _("De lijst {file} kon niet ingelezen worden.")

    #: Of all listings together, after boundaries, regions or border policies moved.
    PLACED_ANEW = "listings.placed_anew", _("Zoekertjes zijn opnieuw geplaatst.")
