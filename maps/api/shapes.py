"""What the answers about maps look like, for the OpenAPI document.

A name in capitals is a component of it: see marketplace.schema.
"""

from geo.api.openapi import BOOLEAN, ID, MAYBE_TEXT, TEXT, a_list, an_object, maybe, one_of, shape_of
from maps.api.fields import MAP_GEOMETRY as MAP_GEOMETRY
from maps.api.fields import MAP_STYLE as MAP_STYLE
from maps.api.fields import MAP_VALUE
from maps.api.import_rows import ImportRow
from maps.api.rows import (
    DocumentRow,
    ElementDetailRow,
    ElementRow,
    GroupRow,
    LayerRow,
    MapRow,
    PhotoRow,
    RightRow,
)
from maps.enums import Fate, ProposalState

MATERIAL_MAP = shape_of(MapRow)
MATERIAL_MAPS = an_object(next=MAYBE_TEXT, results=a_list(MATERIAL_MAP))
MAP_LAYER = shape_of(LayerRow)
MAP_LAYERS = an_object(next=MAYBE_TEXT, results=a_list(MAP_LAYER))
MAP_ELEMENT = shape_of(ElementDetailRow)
MAP_PHOTO = shape_of(PhotoRow)
MAP_DOCUMENT = shape_of(DocumentRow)
MAP_RIGHT = shape_of(RightRow)
MAP_RIGHTS = an_object(next=MAYBE_TEXT, results=a_list(MAP_RIGHT))
MAP_GROUP = shape_of(GroupRow)
MAP_GROUPS = an_object(next=MAYBE_TEXT, results=a_list(MAP_GROUP))
MAP_SHOWN_LAYER = an_object(map=ID, layer=ID)
MAP_LISTED = an_object(element=ID, listing=ID)
MAP_ELEMENTS = an_object(next=MAYBE_TEXT, results=a_list(shape_of(ElementRow)))
_MOMENT = {"type": "string", "format": "date-time"}
_CHANGE = an_object(field=TEXT, label=TEXT, before=MAP_VALUE, after=MAP_VALUE)
MAP_ELEMENT_VERSION = an_object(
    version={"type": "integer"}, at=_MOMENT, by=maybe(TEXT), what=TEXT, source=MAYBE_TEXT, changes=a_list(_CHANGE)
)
MAP_ELEMENT_VERSIONS = an_object(next=MAYBE_TEXT, results=a_list(MAP_ELEMENT_VERSION))
MAP_MANY = an_object(
    change={**maybe(TEXT), "description": "The number of the change; null where nothing is stored."},
    changed=a_list(an_object(element=ID, version=ID, changes=a_list(_CHANGE))),
    same={**ID, "description": "How many were so already."},
    left=a_list(an_object("One that stays as it is, and why.", element=ID, title=TEXT, says=TEXT)),
    gone={**ID, "description": "How many you don't see, or no longer."},
)
MAP_MANY_UNDONE = an_object(
    undone={**ID, "description": "How many are as they were before."},
    left={**ID, "description": "How many stay, since somebody changed them after."},
    stayed={**a_list(ID), "description": "Those, the first two thousand."},
)
MAP_PROPOSAL = an_object(
    id={"type": "integer"}, element={"type": "integer"}, base_version={"type": "integer"}, changes=a_list(_CHANGE),
    comment=TEXT, state=one_of(ProposalState.values), proposed_at=_MOMENT, reason=TEXT,
)  # fmt: skip
MAP_PROPOSALS = an_object(next=MAYBE_TEXT, results=a_list(MAP_PROPOSAL))
MAP_IMPORT = shape_of(ImportRow)
MAP_IMPORTS = an_object(next=MAYBE_TEXT, results=a_list(MAP_IMPORT))
MAP_IMPORT_ROW = an_object(
    id=ID, number={**ID, "description": "In the file; 0 for an element that isn't in it."}, reference=TEXT, title=TEXT,
    fate=one_of(Fate.values), element=maybe(ID), moved=BOOLEAN, chosen=BOOLEAN, geometry=maybe(MAP_GEOMETRY),
    changes=a_list(_CHANGE), mistakes=a_list(an_object(field=TEXT, says=TEXT)),
)  # fmt: skip
MAP_IMPORT_ROWS = an_object(next=MAYBE_TEXT, results=a_list(MAP_IMPORT_ROW))
