"""What each part of a match's score weighs where a hub hasn't set its own weights."""

#: The points of each part of a score, where a hub hasn't set its own.
WEIGHT_POINTS = {"material": 6, "distance": 5, "quantity": 3, "timing": 2, "price": 2, "condition": 2}
MOST_POINTS = 20

#: What each part weighs in the score, together 1: its share of the points.
WEIGHTS = {part: points / sum(WEIGHT_POINTS.values()) for part, points in WEIGHT_POINTS.items()}
