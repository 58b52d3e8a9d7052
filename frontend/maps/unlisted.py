"""Why somebody who looks after an element can't make a listing of it, and who can."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import Organisation
from maps.models import MapFeature
from maps.permissions import is_shown_to_source, lacks_organisation
from maps.standing import Standing


@dataclass(frozen=True)
class Unlisted:
    """What to do, in words; and the organisation to ask, where the reader may know it."""

    words: str
    source: Organisation | None = None


def why_unlisted(standing: Standing, feature: MapFeature, *, knows_source: bool) -> Unlisted | None:
    """None for who makes a listing by a button, and for who has nothing to do with the element. Needs for_rows()."""
    if not lacks_organisation(standing, feature):
        return None
    if not knows_source:
        return Unlisted(_("Maak je organisatie aan, of vraag een collega om je uit te nodigen."))
    source = feature.source_organisation
    if source is None:
        if feature.source_name:
            words = _("Vraag aan %(source)s om een organisatie aan te maken, en kies die hier als bron.")
            return Unlisted(words % {"source": feature.source_name})
        return Unlisted(_("Zet bij dit element van welke organisatie het is. Wie daarbij hoort, kan het dan."))
    words = (
        _("Vraag het aan %(source)s: wie daarbij hoort, krijgt op deze pagina een knop.")
        if is_shown_to_source(feature)
        else _(
            "%(source)s kan het zodra dit element gepubliceerd is en niet enkel zijn eigenaar het ziet. Wie daarbij "
            "hoort, krijgt dan op deze pagina een knop."
        )
    )
    return Unlisted(words % {"source": source.name}, source)
