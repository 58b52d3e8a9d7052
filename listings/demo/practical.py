"""Sentences about how it goes: `data/practical.psv`. Their days and hours are drawn."""

import datetime as dt
import random
from collections import defaultdict

from listings.demo.tables import rows_of
from listings.enums import ListingKind

_DAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag")


class Practical:
    """Draws one for each listing; some say nothing."""

    def __init__(self, source: random.Random) -> None:
        self.random = source
        self.by_kind: dict[str, list[str]] = defaultdict(list)
        for row in rows_of("practical.psv"):
            self.by_kind[row["of"]].append(row["text"])

    def sentence(self, kind: ListingKind, today: dt.date) -> str:
        text = self.random.choice(self.by_kind[kind.value])
        if "{" not in text:
            return text
        week = (today + dt.timedelta(weeks=self.random.randint(3, 7))).isocalendar().week
        return text.format(dag=self.random.choice(_DAYS), uur=self.random.choice([13, 14, 15, 16]), week=week)
