"""Why somebody is asked to log in: the words go by the page that they were on their way to."""

from urllib.parse import urlsplit

from django.urls import Resolver404, resolve
from django.utils.translation import gettext as _


def login_words(address: str) -> str:
    """`address` is where logging in leads to; "" where it was asked for by itself."""
    asks = _("Zoeken en bekijken kan zonder account. Om dit te vragen log je in.")
    words = {
        "ask-hub": _("Zoeken en bekijken kan zonder account. Om je vraag te stellen log je in."),
        "alerts-new": _("Zoeken en bekijken kan zonder account. Om deze zoekopdracht te bewaren log je in."),
        **dict.fromkeys(("exchange-request", "bundle-request", "chain-propose", "agreement-ask"), asks),
        **dict.fromkeys(("home", "post"), _("Zoeken en bekijken kan zonder account. Om te plaatsen log je in.")),
    }
    name = _page_of(address) if address else "home"
    return words.get(name) or _("Zoeken en bekijken kan zonder account. Om verder te gaan log je in.")


def _page_of(address: str) -> str:
    """The name of the page at an address; "" of one that isn't ours."""
    try:
        return resolve(urlsplit(address).path).url_name or ""
    except (Resolver404, ValueError):
        return ""
