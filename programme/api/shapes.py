"""What the answers about activities look like, for the OpenAPI document: see marketplace.schema."""

from geo.api.openapi import MAYBE_TEXT, a_list, an_object, shape_of
from programme.api.rows import ActivityRow

ACTIVITY = shape_of(ActivityRow)
ACTIVITIES = an_object(next=MAYBE_TEXT, results=a_list(ACTIVITY))
