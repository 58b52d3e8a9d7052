"""The periods by which what is promised of a listing is counted."""

import datetime as dt


def monday_of(day: dt.date) -> dt.date:
    """The Monday that names the week of a day."""
    return day - dt.timedelta(days=day.weekday())
