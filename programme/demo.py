"""The fictional programme: each hub has three activities, of which one is over. Nothing of it takes place."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import F, Max

from accounts.demo import DEMO_HUB
from accounts.models import Organisation
from exchanges.checks import moment
from geo.models import Hub, Municipality
from programme.enums import ActivityKind, ActivityState
from programme.models import Activity

#: What stands below each of them.
_FICTIONAL = "Dit is een fictief voorbeeld: het gaat niet echt door."


@dataclass(frozen=True)
class _Plan:
    """`days` from today, `hours` on our clocks. A title may name the town; without a `venue` it is online alone."""

    kind: ActivityKind
    title: str
    text: str
    days: int
    hours: tuple[int, int]
    venue: str = ""
    online: bool = False
    signs_up: bool = False
    languages: tuple[str, ...] = ("nl",)


#: By what becomes of it: a hub takes one of each in turn.
_PAST = (
    _Plan(
        ActivityKind.NETWORK, "Kennismaking met de maakbedrijven van {town}",
        "Zes bedrijven toonden wat er wekelijks overblijft, en wie er iets mee kan.", -16, (17, 20), "Buurthuis",
    ),
    _Plan(
        ActivityKind.TRAINING, "Opleiding: meubels stofferen met reststoffen",
        "Een dag aan de werktafel, met stoffen die anders verbrand werden.", -24, (9, 16), "Werkplaats",
    ),
    _Plan(
        ActivityKind.REPAIR_DAY, "Hersteldag in {town}",
        "Vrijwilligers herstelden 43 toestellen en 12 fietsen.", -9, (10, 16), "Bibliotheek",
    ),
)  # fmt: skip
_SOON = (
    _Plan(
        ActivityKind.REPAIR_DAY, "Hersteldag: breng je kapotte toestel mee",
        "Wie iets kan herstellen, zit klaar. Breng ook het snoer en de handleiding mee.", 6, (10, 16), "Buurthuis",
    ),
    _Plan(
        ActivityKind.NETWORK, "Ontbijt met vraag en aanbod",
        "Wie materiaal over heeft en wie er zoekt, zitten aan één tafel. Elk krijgt twee minuten.", 11, (8, 10),
        "Stadhuis", signs_up=True,
    ),
    _Plan(
        ActivityKind.TRAINING, "Online uitleg: wat is een bijproduct?",
        "Wanneer is een reststroom afval, en wanneer niet? Met tijd voor vragen.", 8, (12, 13), online=True,
        languages=("nl", "fr"),
    ),
)  # fmt: skip
_LATER = (
    _Plan(
        ActivityKind.HACKATHON, "Hackathon: wat doen we met gipsresten?",
        "Twee dagen lang zoeken ontwerpers, aannemers en maatwerkers naar een tweede leven voor gips.", 33, (9, 41),
        "Stadsmagazijn", signs_up=True,
    ),
    _Plan(
        ActivityKind.OTHER, "Bezoek aan het demontagecentrum van {town}",
        "We kijken hoe een kantoor uit elkaar gaat, zonder dat er iets stuk hoeft.", 27, (13, 16), "Demontagecentrum",
        signs_up=True,
    ),
    _Plan(
        ActivityKind.TRAINING, "Opleiding: hout beoordelen en sorteren",
        "Welk hout kan opnieuw als plank, welk als plaat? Ook van thuis uit te volgen.", 40, (13, 17), "Houtatelier",
        online=True, signs_up=True,
    ),
)  # fmt: skip


def remove_fictional_activities() -> None:
    Activity.objects.filter(is_fictional=True).delete()


def make_fictional_activities(*, today: dt.date) -> None:
    """Three for each hub: one that is over and two to come. One of the log-ins' hub is cancelled. The same each time.

    Needs the demo's partners.
    """
    remove_fictional_activities()
    rows = []
    for number, hub in enumerate(Hub.objects.order_by("pk")):
        towns = Municipality.objects.filter(hub_regions__hub=hub).annotate(people=Max("places__population"))
        town = towns.order_by(F("people").desc(nulls_last=True), "nis").first()
        partner = Organisation.objects.partners_of(hub).filter(is_fictional=True).first()
        if town is None:
            continue
        plans = [group[number % len(group)] for group in (_PAST, _SOON, _LATER)]
        rows += [_activity(hub, town, plan, today) for plan in plans]
        rows[-2].partner = partner
        if hub.slug == DEMO_HUB:
            rows[-1].state = ActivityState.CANCELLED
            rows[-1].cancel_reason = "Er schreven te weinig mensen in. In het voorjaar proberen we opnieuw."
            rows[-1].version += 1
    Activity.objects.bulk_create(rows)


def _activity(hub: Hub, town: Municipality, plan: _Plan, today: dt.date) -> Activity:
    first, last = plan.hours
    day = today + dt.timedelta(days=plan.days)
    announced = moment(day - dt.timedelta(days=30), dt.time(12))
    return Activity(
        hub=hub, kind=plan.kind, title=plan.title.format(town=town.name_nl), languages=list(plan.languages),
        description=f"{plan.text}\n\n{_FICTIONAL}",
        starts_at=moment(day, dt.time(first)),
        ends_at=moment(day + dt.timedelta(days=last // 24), dt.time(last % 24)),
        place=f"{plan.venue}, {town.name_nl}" if plan.venue else "",
        location=town.centre if plan.venue else None,
        municipality=town if plan.venue else None,
        online_link=f"https://online.demo.example/{hub.slug}" if plan.online else "",
        signup_link=f"https://inschrijven.demo.example/{hub.slug}" if plan.signs_up else "",
        state=ActivityState.PUBLISHED, version=2, published_at=announced, updated_at=announced, is_fictional=True,
    )  # fmt: skip
