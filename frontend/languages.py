"""The language of a page: what its address says, else what its reader wants.

`/fr/hubs/` and `/en/hubs/` are in French and English for everyone, so that they can be linked to and found. `/hubs/`
speaks the language that its reader chose or that their browser asks for, and else Dutch. Within a language, links lead
to its own addresses.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.locale import LocaleMiddleware
from django.shortcuts import redirect
from django.urls import LocalePrefixPattern, get_script_prefix, translate_url
from django.utils import translation
from django.views.decorators.http import require_safe

#: Pages for everyone, of which search engines may show each language.
PUBLIC_PAGES = frozenset(
    {
        "home", "listing", "hubs", "hub", "hub-pairs", "agenda", "activity", "about", "help", "privacy", "terms",
        "contact",
    }
)  # fmt: skip


class OptionalLanguagePrefix(LocalePrefixPattern):
    """Addresses with the language of the request before them, or with none. Dutch has no prefix."""

    def __init__(self) -> None:
        super().__init__(prefix_default_language=False)

    def match(self, path: str) -> tuple[str, tuple[()], dict[str, str]]:
        return path.removeprefix(self.language_prefix), (), {}


class AddressLanguageMiddleware(LocaleMiddleware):
    """Django's own takes an address without a language for Dutch, whatever its reader asked for."""

    def process_request(self, request: HttpRequest) -> None:
        translation.activate(translation.get_language_from_request(request, check_path=True))
        request.LANGUAGE_CODE = translation.get_language()


def addresses_by_language(request: HttpRequest) -> dict[str, str]:
    """The address of a public page in each language; none for other pages."""
    match = request.resolver_match
    if match is None or match.url_name not in PUBLIC_PAGES:
        return {}
    here = request.get_full_path()
    return {code: settings.SITE_URL + translate_url(here, code) for code in settings.LANGUAGE_CODES}


@require_safe
def in_dutch(request: HttpRequest, path: str) -> HttpResponse:
    """Lead `/nl/…` to the address without a language, and keep that Dutch was asked for."""
    query = request.META.get("QUERY_STRING", "")
    # One slash alone: a path that began with two would lead to another site.
    answer = redirect(get_script_prefix() + path.lstrip("/\\") + (f"?{query}" if query else ""))
    answer.set_cookie(settings.LANGUAGE_COOKIE_NAME, settings.LANGUAGE_CODE, samesite="Lax")
    return answer
