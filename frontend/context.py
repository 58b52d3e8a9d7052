"""Values that every template can use."""

from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _

from accounts.models import Organisation, User
from accounts.permissions import hubs_staffed_by
from exchanges.models import Exchange, Message, StandingAgreement
from frontend.components import figures
from frontend.languages import addresses_by_language
from geo.blurring import BLUR_M
from geo.points import FLANDERS
from materials.enums import Unit
from materials.units import unit_words


def site(request: HttpRequest) -> dict[str, Any]:
    """The map's settings and words, and (read only where a page shows them) the user's organisations and hubs."""
    user = getattr(request, "user", None)
    return {
        "here": "",
        "asking_hub": None,
        "asked_matches": frozenset(),
        "hub": None,
        "addresses_by_language": SimpleLazyObject(lambda: addresses_by_language(request)),
        "is_demo": settings.DEMO,
        "login_address": f"{reverse('account_login')}?{urlencode({'next': request.get_full_path()})}",
        "basemap_url": settings.BASEMAP_URL,
        "map_attribution": settings.BASEMAP_ATTRIBUTION or _("Plaatsen: GeoNames (CC BY 4.0)"),
        "map_words": _map_words(),
        "map_home": ",".join(map(str, FLANDERS)),
        "blur_m": BLUR_M,
        "my_organisations": SimpleLazyObject(lambda: list(Organisation.objects.of(user)) if user else []),
        "exchanges_waiting": SimpleLazyObject(lambda: _waiting_for(user) if user else 0),
        "exchanges_unread": SimpleLazyObject(lambda: Message.objects.unread_by(user).count() if user else 0),
        "my_hubs": SimpleLazyObject(lambda: list(hubs_staffed_by(user)) if user else []),
    }


def _waiting_for(user: User) -> int:
    """How many exchanges and standing agreements the user is to do something in. One query."""
    agreements = StandingAgreement.objects.waiting_for(user).order_by().values("pk")
    return Exchange.objects.waiting_for(user).order_by().values("pk").union(agreements, all=True).count()


def _map_words() -> dict[str, str]:
    """What the map says; names with a dot are MapLibre's own."""
    return {
        "none": _("Je browser kan de kaart niet tekenen. De lijst zegt hetzelfde."),
        "pin": _("Plek: versleep, of verschuif met de pijltjes"),
        "free": _("gratis"),
        "euro": figures.in_euro("{number}"),
        "each": figures.price_each("{euro}", "{unit}"),
        **{f"one.{unit.value}": unit_words(unit, 1) for unit in Unit},
        **{f"many.{unit.value}": unit_words(unit, 2) for unit in Unit},
        "NavigationControl.ZoomIn": _("Inzoomen"),
        "NavigationControl.ZoomOut": _("Uitzoomen"),
        "AttributionControl.ToggleAttribution": _("Bronnen tonen"),
        "Map.Title": _("Kaart"),
        "Marker.Title": _("Plek op de kaart"),
        "Popup.Close": _("Sluiten"),
        "ScaleControl.Meters": "m",
        "ScaleControl.Kilometers": "km",
        "CooperativeGesturesHandler.WindowsHelpText": _("Hou Ctrl ingedrukt en scrol om te zoomen"),
        "CooperativeGesturesHandler.MacHelpText": _("Hou ⌘ ingedrukt en scrol om te zoomen"),
        "CooperativeGesturesHandler.MobileHelpText": _("Verschuif de kaart met twee vingers"),
    }
