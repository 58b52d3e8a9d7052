"""What the answers about pairs, chains, plans and weights look like, for the OpenAPI document.

A name in capitals is a component of it: see marketplace.schema.
"""

from typing import Any

from geo.api.openapi import (
    BOOLEAN,
    ID,
    MAYBE_NUMBER,
    MAYBE_TEXT,
    NUMBER,
    SHARE,
    TEXT,
    a_list,
    an_object,
    maybe,
    one_of,
    with_more,
)
from listings.api.shapes import CARD
from listings.enums import Condition
from matching.models import DismissalReason, PlanState
from matching.plan.unlock import Reason
from matching.weights.default_weights import MOST_POINTS, WEIGHT_POINTS

SCORE_PARTS = an_object(**dict.fromkeys(WEIGHT_POINTS, SHARE))
MATCH = an_object(
    score=SHARE,
    parts=SCORE_PARTS,
    weights=SCORE_PARTS | {"description": "What each part weighs, as the demand's hubs say; together 1."},
    distance_m=ID,
    coverage={**SHARE, "nullable": True, "description": "The share of what is asked."},
    lot_share={
        **SHARE,
        "nullable": True,
        "description": "The share of the lot that goes; null until it is paired again.",
    },
    overlap_days=ID,
    reasons=a_list({"type": "string", "description": "What speaks for the pair, in words."}),
    lacks=a_list({"type": "string", "description": "What speaks against it, in words."}),
    hubs=a_list(TEXT),
    supply=CARD,
    demand=CARD,
)
MATCHES = an_object(next=MAYBE_TEXT, results=a_list(MATCH))
BUNDLE = an_object(
    "Several supplies that together serve the demand.",
    coverage=SHARE,
    proven=BOOLEAN | {"description": "False: the best that was found. Others may serve more, or be nearer."},
    stops=a_list(an_object(share={**SHARE, "description": "Of the demand."}, distance_m=ID, supply=CARD)),
)
LISTING_MATCHES = with_more(MATCHES, bundle=maybe(BUNDLE))

_POINTS: dict[str, Any] = {"type": "integer", "minimum": 0, "maximum": MOST_POINTS}
WEIGHTS = an_object(
    hub=TEXT,
    points=an_object(**dict.fromkeys(WEIGHT_POINTS, _POINTS)),
    weights=SCORE_PARTS,
    waits=BOOLEAN | {"description": "Whether scores were made by earlier points still."},
)
#: What a change may name.
POINTS: dict[str, Any] = {"type": "object", "properties": dict.fromkeys(WEIGHT_POINTS, _POINTS)}

_PLAN_STATE: dict[str, Any] = {
    "id": ID,
    "hub": TEXT,
    "state": one_of(PlanState.values),
    "progress": {"type": "integer", "minimum": 0, "maximum": 100},
    "created_at": {"type": "string", "format": "date-time"},
    "finished_at": {"type": "string", "format": "date-time", "nullable": True},
}
PLAN_STATE = an_object(**_PLAN_STATE)
PLAN = an_object(
    **_PLAN_STATE,
    weeks=ID,
    assignments=a_list(
        an_object(
            "Listings by id; service is null where it goes straight.",
            supply=ID, service=maybe(ID), demand=ID, mass_kg=NUMBER, metres=ID, tonne_km=NUMBER,
        )
    ),
    assignment_count=ID,
    totals=an_object(mass_kg=NUMBER, tonne_km=NUMBER, supply_kg=NUMBER, demand_kg=NUMBER, supplies=ID, demands=ID),
    gaps=an_object("By which share a better plan could exist.", mass=SHARE, tonne_km=SHARE),
    left_out=an_object(
        "Listings without a known mass, and ways that were too far among many.",
        supplies_without_mass=ID, demands_without_mass=ID, edges=ID,
    ),
    unlocks=a_list(
        an_object(
            "What stays or lacks, heaviest first.",
            reason=one_of([str(reason) for reason in Reason]), material=TEXT, service=TEXT, mass_kg=NUMBER,
            lots=ID, hub=MAYBE_TEXT, sentence=TEXT, remedy=TEXT,
        )
    ),
)  # fmt: skip

DISMISSAL = an_object(
    other={**ID, "description": "The listing that isn't wanted."},
    reason=one_of(DismissalReason.values),
    words=TEXT,
    created_at={"type": "string", "format": "date-time"},
)
DISMISSALS = an_object(results=a_list(DISMISSAL))

CHAIN = an_object(
    "A supply that needs a service first, the service, and a demand for what comes out.",
    score=SHARE,
    parts=an_object(
        material=SHARE, distance=SHARE, quantity=SHARE, timing=SHARE, price=SHARE, condition=SHARE,
        capacity=SHARE,
    ),
    distance_m={"type": "integer", "description": "The whole way: to_service_m and to_demand_m."},
    to_service_m=ID,
    to_demand_m=ID,
    coverage={**SHARE, "description": "The share of what is asked."},
    lot_share={**SHARE, "description": "The share of the lot that goes."},
    condition_after=one_of([choice.slug for choice in Condition]),
    capacity_known={"type": "boolean", "description": "False where nobody can say whether there is room."},
    weeks=a_list(
        an_object(
            "A week in which the work can be done.",
            week_start={"type": "string", "format": "date", "description": "Its Monday."},
            free={**MAYBE_NUMBER, "description": "In the service's capacity_unit; null where unknown."},
        )
    ),
    overlap_days={"type": "integer", "description": "How many days of these weeks suit all three."},
    reasons=a_list(TEXT),
    lacks=a_list(TEXT),
    hubs=a_list(TEXT),
    supply=CARD,
    service=CARD,
    demand=CARD,
)  # fmt: skip
CHAINS = an_object(results=a_list(CHAIN))
