"""What a hub's list of work says of elements that were too long not verified: what became of asking their source, and
how to reach one that no letter goes to.
"""

from collections.abc import Iterable
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Organisation, Site
from frontend.components import figures
from maps.enums import SourceAnswer
from maps.models import MapFeature, VerificationRound
from maps.verification.rounds import Unasked, why_not_asked


def overdue_rows(features: Iterable[MapFeature]) -> list[dict[str, Any]]:
    """Each overdue element with what became of asking its source, or why nobody is asked. Where nobody answers a
    letter, with how to reach them. Three queries for all; needs for_rows().
    """
    features = list(features)
    asked = VerificationRound.objects.filter(feature__in=features).newest_by_feature()
    unasked, sites = why_not_asked(features), _first_sites(features)
    rows = []
    for feature in features:
        words = _asked_words(feature, asked.get(feature.pk))
        is_over = words and asked[feature.pk].answer in (SourceAnswer.LAPSED, SourceAnswer.MOVED)
        why = unasked.get(feature.pk)
        by_hand = (why is not None and (not words or is_over)) or is_over
        source = feature.source_organisation
        rows.append({
            "feature": feature, "asked": words,
            "why": _why_words(why, feature) if why is not None and (not words or is_over) else "",
            "source": source if by_hand else None,
            "address": _address(feature, source, sites) if by_hand and source else "",
        })  # fmt: skip
    return rows


def _asked_words(feature: MapFeature, asked: VerificationRound | None) -> str:
    """Empty where nobody was asked since it is overdue."""
    if asked is None or feature.verify_by is None or timezone.localdate(asked.begun_at) <= feature.verify_by:
        return ""
    words = {"day": figures.long_day(timezone.localdate(asked.begun_at)), "answer": asked.get_answer_display()}
    return _("gevraagd op %(day)s: %(answer)s") % words if asked.answer else _("gevraagd op %(day)s") % words


def _why_words(why: Unasked, feature: MapFeature) -> str:
    source = feature.source_organisation.name if feature.source_organisation else feature.source_name
    words = {
        Unasked.NO_ORGANISATION: _("bron zonder account: vraag het zelf aan %(source)s"),
        Unasked.NO_ACCOUNT: _("%(source)s heeft geen account: vraag het zelf"),
        Unasked.NO_ADMIN: _("%(source)s heeft geen beheerder met een account: vraag het zelf"),
        Unasked.NOT_SHOWN: _("%(source)s ziet dit element niet: vraag het zelf"),
    }
    if not source:
        return _("geen bron gekend: ga het zelf na")
    return words[why] % {"source": source}


def _first_sites(features: list[MapFeature]) -> dict[int, Site]:
    """The first site of each source, by its id."""
    sources = {feature.source_organisation_id for feature in features if feature.source_organisation_id}
    return {site.organisation_id: site for site in Site.objects.filter(organisation__in=sources).order_by("-pk")}


def _address(feature: MapFeature, source: Organisation, sites: dict[int, Site]) -> str:
    """Of the site that the element is of, else of the source's first; empty where it has none."""
    site = feature.site or sites.get(source.pk)
    return site.address if site is not None else ""
