"""The numbers of pairing, each in one place. docs/pairing.md says the same in words."""

#: A demand keeps its best matches only; ties go to the listing that was there first.
BEST_PER_DEMAND = 20

#: What each part weighs in the score; together 1.
WEIGHTS = {
    "material": 0.30,
    "distance": 0.25,
    "quantity": 0.15,
    "timing": 0.10,
    "price": 0.10,
    "condition": 0.10,
}

#: At this distance the distance part is one half.
HALF_DISTANCE_M = 25_000.0

#: From this many shared days on, timing is no limit.
AMPLE_OVERLAP_DAYS = 14

#: Windows without an end count as this long.
OPEN_WINDOW_DAYS = 365

#: Material closeness by steps between the two in the tree (0: the same).
CLOSENESS = (1.0, 0.7, 0.5)

#: Deliveries per week, to compare streams with streams.
PER_WEEK = {"weekly": 1.0, "monthly": 12 / 52, "quarterly": 4 / 52}

#: Price part when one side hasn't said a price.
UNKNOWN_PRICE = 0.5
