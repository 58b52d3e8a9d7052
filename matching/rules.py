"""The numbers of pairing, each in one place. docs/pairing.md says the same in words."""

from listings.capacity import weeks

#: Each listing keeps its best matches only; ties go to the other listing that was there first. A supply needs a choice
#: of takers; a demand needs more, since several supplies may have to serve it together.
BEST_PER_LIST = {"demand": 20, "supply": 10}

#: At this distance the distance part is one half.
HALF_DISTANCE_M = 25_000.0

#: With so many shared days or more the timing part is 1.
AMPLE_OVERLAP_DAYS = 14

#: Shared windows without an end count as so many days.
OPEN_WINDOW_DAYS = 365

#: The material part by how many steps apart the two materials are in the tree: the same, one step, more.
CLOSENESS = (1.0, 0.7, 0.5)

#: Weeks from one delivery of a stream to the next: a year has 365.25 days, 12 months and 4 quarters, a week 7 days.
WEEKS_PER_DELIVERY = {"weekly": 1.0, "monthly": 365.25 / 12 / 7, "quarterly": 365.25 / 4 / 7}

#: Against a single lot, at most so many weeks of a stream count.
STREAM_WEEKS = 26

#: Price part when one side hasn't said a price.
UNKNOWN_PRICE = 0.5

#: What each part weighs in the score of a chain; together 1.
CHAIN_WEIGHTS = {
    "material": 0.25,
    "distance": 0.25,
    "quantity": 0.15,
    "timing": 0.10,
    "price": 0.10,
    "condition": 0.05,
    "capacity": 0.10,
}

#: A chain's service finds a place within this many weeks, this one included.
CHAIN_WEEKS = weeks.WEEKS_AHEAD

#: Of each of the other two sides of a chain, so many of the nearest are looked at.
CHAIN_NEAREST = 300

#: The service that a supply "to repair" needs where it names none.
NEEDED_TO_REPAIR = "repair"

#: These services bring a supply in a worse condition up to this one.
RESTORING_SERVICES = ("repair", "maintenance")
RESTORED_CONDITION = "used"

#: Capacity part where nobody can say whether a service has room.
UNKNOWN_CAPACITY = 0.5
