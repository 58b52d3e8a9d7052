"""What a hub's page says beside its own words."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from geo.boundaries import current_quality
from geo.models import Hub, Quality
from listings.enums import ListingKind
from listings.models import Listing
from matching.dismissals.figures import dismissals_by_reason
from matching.models import DismissalReason, Match


def dismissal_rows(hub: Hub) -> list[tuple[str, int]]:
    """Why members of this region hid a match, with how often; the most frequent first."""
    return [(str(DismissalReason(reason).label), count) for reason, count in dismissals_by_reason(hub).items()]


@dataclass(frozen=True)
class HubFacts:
    """Counts of today; `approximate` where the boundaries are, `inferred` where the regions are."""

    supply: int
    demand: int
    service: int
    pairs: int
    sectors: list[str]
    approximate: bool
    inferred: bool


def hub_facts(hub: Hub) -> HubFacts:
    counts = Listing.objects.published().in_hub(hub.pk).counts_by_kind()
    return HubFacts(
        supply=counts.get(ListingKind.SUPPLY, 0),
        demand=counts.get(ListingKind.DEMAND, 0),
        service=counts.get(ListingKind.SERVICE, 0),
        pairs=Match.objects.current().in_hub(hub.pk).count(),
        sectors=[sector_label(sector) for sector in hub.sectors],
        approximate=current_quality() == Quality.APPROXIMATE,
        inferred=any(region.provenance == "inferred" for region in hub.regions.all()),
    )


def sector_label(sector: str) -> str:
    """A sector of focus in the reader's language; what staff typed themselves stays as they typed it."""
    return _sectors().get(sector, sector)


def sector_code(label: str) -> str:
    """The stored form of a sector's label, for those that have one."""
    codes = {known.lower(): code for code, known in _sectors().items()}
    return codes.get(label.lower(), label)


def _sectors() -> dict[str, str]:
    return {
        "building": _("bouw"),
        "reuse": _("hergebruik"),
        "ict": _("ICT"),
        "port": _("haven"),
        "care": _("zorg"),
        "mechatronics": _("mechatronica"),
        "gastronomy": _("horeca"),
        "furniture": _("meubels"),
        "textile": _("textiel"),
        "food": _("voeding"),
        "plastics": _("kunststof"),
        "wood": _("hout"),
        "foam": _("schuim"),
        "metal": _("metaal"),
        "electrical": _("elektrische toestellen"),
    }
