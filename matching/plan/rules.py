"""The numbers of plans, each in one place. docs/pairing.md says the same in words."""

from listings.capacity.weeks import WEEKS_AHEAD

#: A plan looks so many weeks ahead, this one included: streams count for as long, and services do work in them.
PLAN_WEEKS = WEEKS_AHEAD

#: Of the ways of each lot, and of each demand, at least so many of the shortest take part.
NEAREST_EDGES = 20

#: The solver stops after about this long, and says by how much a better plan could exist.
SOLVER_SECONDS = 30.0

#: A lot lacks a service when none that has room lies within this distance.
SERVICE_NEAR_KM = 30

#: A lot of which so much is left (kg) counts as one that stays.
LEAST_LEFT_KG = 1.0

#: How many groups of lots that stay a result holds; they are the heaviest.
MOST_UNLOCKS = 60

#: How many assignments a result holds; they are the heaviest. Totals count all.
MOST_ASSIGNMENTS = 2_000
