"""The agenda as a feed: what hubs announced or changed lately, and that isn't over."""

from typing import Any

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from exchanges.words import moment_words
from frontend.components.feed import MOST_ENTRIES, AtomFeed, Contents, Entry
from geo.models import Hub
from programme.models import Activity


class AgendaFeed(AtomFeed):
    """Activities that still come, the last changed first; of one hub with ?hub=."""

    def read(self, request: HttpRequest, **given: Any) -> Contents:
        slug = request.GET.get("hub", "").replace("\0", "")
        hub = Hub.objects.filter(slug=slug[:100]).first()
        if slug and hub is None:
            raise Http404
        found = Activity.objects.public().upcoming(timezone.now())
        found = found.of_hub(hub) if hub else found
        asked = f"?hub={hub.slug}" if hub else ""
        return Contents(
            title=_("Agenda van %(hub)s") % {"hub": hub.name} if hub else _("Agenda van de hubs"),
            words=_("Activiteiten die nog komen, het laatst gewijzigde eerst."),
            page=reverse("agenda") + asked,
            path=reverse("agenda-feed") + asked,
            entries=tuple(_entry(one) for one in found.order_by("-updated_at", "-pk")[:MOST_ENTRIES]),
        )


def _entry(activity: Activity) -> Entry:
    off = _("Geannuleerd: %(reason)s") % {"reason": activity.cancel_reason} if activity.cancel_reason else ""
    assert activity.published_at is not None, "what is public was published"
    return Entry(
        id=f"/agenda/{activity.pk}/",
        title=activity.title,
        path=activity.get_absolute_url(),
        words=" · ".join(filter(None, [off, moment_words(activity.period), activity.place])),
        published=activity.published_at,
        updated=activity.updated_at,
        categories=(str(activity.get_kind_display()),),
    )
