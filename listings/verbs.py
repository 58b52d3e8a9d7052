"""What happens to listings, their photos and bookings, and to imported files, as the journal says it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class ListingVerb(models.TextChoices):
    CREATED = "listing.created", _("zoekertje begonnen")
    CHANGED = "listing.changed", _("zoekertje gewijzigd")
    PUBLISHED = "listing.published", _("zoekertje gepubliceerd")
    RESERVED = "listing.reserved", _("zoekertje gereserveerd")
    WITHDRAWN = "listing.withdrawn", _("zoekertje ingetrokken")
    TAKEN_DOWN = "listing.taken_down", _("zoekertje offline gehaald door een beheerder")
    CLOSED = "listing.closed", _("zoekertje afgerond")
    EXPIRED = "listing.expired", _("zoekertje verlopen")
    DELETED = "listing.deleted", _("concept weggegooid")
    PHOTO_ADDED = "photo.added", _("foto toegevoegd")
    PHOTO_REMOVED = "photo.removed", _("foto weggehaald")

    WEEK_BOOKED = "booking.made", _("week geboekt")
    BOOKING_CANCELLED = "booking.cancelled", _("boeking geannuleerd")

    IMPORT_STARTED = "import.started", _("lijst opgeladen")
    IMPORT_CHECKED = "import.checked", _("lijst nagekeken")
    IMPORT_MENDED = "import.mended", _("lijst bijgestuurd")
    IMPORT_CONFIRMED = "import.confirmed", _("lijst bevestigd")
    IMPORT_CANCELLED = "import.cancelled", _("lijst afgebroken")
    IMPORT_STORED = "import.stored", _("lijst ingelezen")
    IMPORT_FAILED = "import.failed", _("lijst niet ingelezen")

    #: Of all listings together, after boundaries, regions or border policies moved.
    PLACED_ANEW = "listings.placed_anew", _("zoekertjes opnieuw geplaatst")
