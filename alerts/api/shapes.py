"""What the answers about saved searches look like, for the OpenAPI document.

A name in capitals is a component of it: see marketplace.schema.
"""

from alerts.enums import Frequency
from geo.api.openapi import BOOLEAN, ID, MAYBE_TEXT, TEXT, a_list, an_object, one_of

_MOMENT = {"type": "string", "format": "date-time"}
_ASKED = {
    "type": "object",
    "description": "The parameters of the search, as its address has them.",
    "additionalProperties": TEXT,
}
_RESULTS = {"type": "string", "description": "Where the search finds what is there now."}
SAVED_SEARCH = an_object(
    id=ID, name=TEXT, search=_ASKED, words=a_list(TEXT), frequency=one_of(Frequency.values), paused=BOOLEAN,
    created_at=_MOMENT, results=_RESULTS,
)  # fmt: skip
SAVED_SEARCHES = an_object(next=MAYBE_TEXT, results=a_list(SAVED_SEARCH))
