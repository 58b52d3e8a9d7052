"""Reading the JSON that the API is sent: only what can be read and stored."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ParseError, ValidationError
from rest_framework.parsers import BaseParser, JSONParser

#: PostgreSQL stores neither; JSON can spell both.
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")


class StorableJSONParser(BaseParser):
    """One JSON object without NaN, NUL, half characters, or so many levels that reading it takes the server down.

    What is too long for its field is read and refused by name; marketplace.limits bounds the whole.
    """

    media_type = JSONParser.media_type

    def parse(self, stream: Any, media_type: Any = None, parser_context: Mapping[str, Any] | None = None) -> Any:
        try:
            data = JSONParser().parse(stream, media_type, parser_context)
        except RecursionError:
            raise ParseError(_("Deze JSON is te diep genest.")) from None
        except ParseError as error:
            raise ParseError(_("Dit is geen geldige JSON in UTF-8: %(why)s") % {"why": error.detail}) from None
        if not isinstance(data, dict):
            raise ParseError(_('Stuur één JSON-object: {"veld": "waarde"}.'))
        _check_text(data)
        return data


def _check_text(data: Any) -> None:
    errors = {
        path: [_("Deze tekst bevat een teken dat niet te bewaren is. Haal het weg.")]
        for path, text in _texts(data)
        if _UNSTORABLE.search(text)
    }
    if errors:
        raise ValidationError(errors)


def _texts(data: Any) -> Iterator[tuple[str, str]]:
    """Every string in parsed JSON with its path. Without recursion: what was parsed may be a thousand levels deep."""
    waiting: list[tuple[str, Any]] = [("", data)]
    while waiting:
        path, value = waiting.pop()
        if isinstance(value, str):
            yield path, value
        elif isinstance(value, list):
            waiting += [(path, item) for item in value]
        elif isinstance(value, dict):
            for key, item in value.items():
                name = _UNSTORABLE.sub("?", key)
                yield f"{path}.{name}" if path else name, key
                waiting.append((f"{path}.{name}" if path else name, item))
