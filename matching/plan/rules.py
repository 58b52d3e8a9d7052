"""The numbers of plans, each in one place. docs/pairing.md says the same in words."""

from listings.capacity.weeks import WEEKS_AHEAD

#: A plan looks this many weeks ahead, this one included: streams count for that long, services are free in them.
PLAN_WEEKS = WEEKS_AHEAD

#: Of each lot's and each demand's ways at least so many of the shortest take part.
NEAREST_EDGES = 20

#: The solver stops after about this long, and says by how much a better plan could exist.
SOLVER_SECONDS = 30.0

#: A service this near counts as at hand, in what would unlock more.
SERVICE_NEAR_KM = 30

#: What is left of a lot counts as staying from this much on (kg).
LEAST_LEFT_KG = 1.0

#: So many groups of what would unlock more are kept, heaviest first.
MOST_UNLOCKS = 60

#: So many assignments are kept, heaviest first; totals count them all.
MOST_ASSIGNMENTS = 2_000
