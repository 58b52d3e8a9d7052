"""What can happen, as rooms call it, and what a log can be narrowed to."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.verbs import AccountVerb
from alerts.verbs import AlertVerb
from exchanges.verbs import AgreementVerb, EnquiryVerb, ExchangeVerb, MailVerb
from geo.verbs import GeoVerb
from journal.verbs import LetterVerb
from listings.verbs import ListingVerb
from maps.verbs import MapVerb
from matching.verbs import MatchingVerb
from materials.verbs import MaterialVerb
from programme.verbs import ActivityVerb

#: Every verb, with its sentence. `frontend.log.sentences` says what stands between braces.
VERBS: dict[str, Any] = {
    verb.value: verb.label
    for room in (
        LetterVerb,
        AccountVerb,
        GeoVerb,
        MaterialVerb,
        ListingVerb,
        MatchingVerb,
        ExchangeVerb,
        AgreementVerb,
        EnquiryVerb,
        MailVerb,
        AlertVerb,
        MapVerb,
        ActivityVerb,
    )
    for verb in room
}
#: What a log can be narrowed to: the first words of verbs.
SUBJECTS: dict[str, tuple[Any, tuple[str, ...]]] = {
    "listings": (_("Zoekertjes en foto's"), ("listing", "photo", "match", "freshness")),
    "exchanges": (_("Uitwisselingen"), ("exchange", "agreement", "enquiry", "mail")),
    "weeks": (_("Weken van diensten"), ("booking",)),
    "imports": (_("Ingelezen lijsten"), ("import",)),
    "maps": (_("Materiaalkaarten"), ("map", "layer", "map_file", "element", "proposal", "partner_group")),
    "activities": (_("Activiteiten"), ("activity",)),
    "people": (_("Mensen en rollen"), ("member", "staff", "invitation")),
    "organisation": (
        _("Organisatie, vestigingen, partners en verificaties"),
        ("organisation", "site", "partner", "verification"),
    ),
    "hub": (_("Hub, regio's, gewichten en plannen"), ("hub", "region", "weights", "plan")),
}


def verbs_about(subject: str) -> list[str]:
    """The verbs behind a choice of SUBJECTS; all verbs for anything else."""
    if subject not in SUBJECTS:
        return list(VERBS)
    _label, first_words = SUBJECTS[subject]
    return [verb for verb in VERBS if verb.split(".")[0] in first_words]
