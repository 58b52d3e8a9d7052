"""What exchanges add to the demo: one or more in every state, with what people write to each other."""

import datetime as dt

from django.db.models import QuerySet

from accounts.demo import DEMO_HUB, MAIL_DOMAIN
from accounts.models import Membership, Organisation, User
from exchanges.demo.play import Play, Scene, each_in_turn, lots_in_parts, member_of
from exchanges.schedule import BRUSSELS
from geo.models import Hub
from listings.models import Listing

#: Who answers for organisations that no log-in belongs to. Nobody signs in as them.
PEOPLE = ("Lien Lambrecht", "Yusuf Demir", "Griet Van Acker", "Tom Claes")
#: Lots among which those of a scene are chosen.
_LOOKED_AT = 500
_HANDED = ("accept", "propose", "confirm", "weigh")


SCENES = (
    Scene("koper", 2, ("invite",),
          "We richten een nieuw lokaal in en kunnen dit goed gebruiken. Mogen we eerst komen kijken?",
          ("Zeker, dinsdag is er iemand. Neem je iets mee om te laden?", "Ja, we komen met een bestelwagen.")),
    Scene("maatwerk", 1, ("counter",), "Wij herstellen dit met onze ploeg. Kan het deze maand?",
          ("Een deel is al toegezegd, ik bekijk wat er nog is.",)),
    Scene("koper", 4, ("accept",), "Graag een deel hiervan, voor ons sociaal restaurant.",
          ("Dat kan. Ik zet het apart.", "Fijn, dan spreken we een moment af.")),
    Scene("koper", 4, ("accept", "propose", "confirm", "miss"), "Wij halen het zelf op.",
          ("Onze poort is open vanaf negen uur.",)),
    Scene("maatwerk", 7, (*_HANDED, "dispute"), "Hiervan kunnen we alles gebruiken.",
          ("Mooi. Er staan er twee rijen klaar.", "Wij brengen een pompwagen mee.")),
    Scene("maatwerk", 1, ("accept", "propose", "confirm"), "Kunnen we dit met de heftruck laden?",
          ("Ja, er is een laadkade. Meld je aan de poort.", "In orde, we zijn met twee.")),
    Scene("bedrijf", 3, _HANDED, "We nemen dit mee als grondstof voor een nieuwe reeks.",
          ("Graag. Weeg je het bij jullie of bij ons?", "Bij jullie, als dat kan.")),
    Scene("maatwerk", 20, (*_HANDED, "confirm_weight"), "Dit past bij wat we nu demonteren.",
          ("Goed. Breng je palletdozen mee?", "Doen we, vier stuks.")),
    Scene("koper", 34, (*_HANDED, "confirm_weight"), "Voor de inrichting van onze ontmoetingsruimte.",
          ("Dan zetten we de mooiste opzij.", "Dat is lief, bedankt.")),
    Scene("bedrijf", 48, (*_HANDED, "confirm_weight"), "Een proefpartij, om te zien of de kwaliteit goed is.",
          ("Laat gerust weten hoe het gaat.", "Dat doen we.")),
    Scene("bedrijf", 5, ("decline",), "Kan de helft ervan tegen het einde van de week?",
          ("Ik vraag het na bij de werkplaats.",)),
    Scene("koper", 8, ("withdraw",), "We zoeken dit voor onze kringwinkel.",
          ("Wanneer zouden jullie komen?", "We vonden intussen iets dichterbij. Toch bedankt.")),
    Scene("maatwerk", 12, ("accept", "propose", "confirm", "cancel"), "Voor een opdracht in de lente.",
          ("Ik hou het voor jullie vrij.",)),
    Scene("bedrijf", 15, ("lapse",), "Is dit nog beschikbaar?",
          ("Ja, maar ik weet nog niet tot wanneer.",)),
)  # fmt: skip
#: What members of other organisations ask of the log-ins' own lots. Nothing of these is held: a log-in answers.
ASKED_OF_LOGINS = (
    Scene("bedrijf", 3, (), "Wij zijn buren en kunnen dit zo komen halen. Past donderdag?", share="0.25"),
    Scene("maatwerk", 2, (), "Dit zoeken we al een tijd. Is vervoer mogelijk?", share="0.25"),
)


def make_demo_exchanges(*, drawn: QuerySet[Organisation], today: dt.date) -> None:
    """Play the scenes between the log-ins' organisations and drawn ones; as many as there are
    lots for. Nothing is held of lots outside these: the stories of the demo count on them.
    """
    now = dt.datetime.combine(today, dt.time(12), BRUSSELS)
    lots = _lots(drawn, today)
    people = [
        User.objects.get_or_create(email=f"{name.split()[0].lower()}@{MAIL_DOMAIN}", defaults={"name": name})[0]
        for name in PEOPLE
    ]
    for number, (scene, lot) in enumerate(zip(SCENES, lots, strict=False)):
        requester = _login(scene.requester)
        if requester is None:
            continue
        member = member_of(people[number % len(people)], lot.organisation)
        Play(scene, lot, member, requester.user, requester.organisation, now).play()
    for scene, lot in zip(ASKED_OF_LOGINS, lots[len(SCENES) :], strict=False):
        owner = _login(scene.requester)
        if owner is None:
            continue
        rows = Listing.objects.filter(organisation=owner.organisation, taken_quantity=0)
        own = lots_in_parts(rows, today).first()
        if own is not None:
            asker = member_of(people[0], lot.organisation)
            Play(scene, own, owner.user, asker, lot.organisation, now).play()


def _lots(drawn: QuerySet[Organisation], today: dt.date) -> list[Listing]:
    """Lots of which nothing is promised, those of the log-ins' hub first, and each organisation once before it comes
    again.
    """
    hub = Hub.objects.get(slug=DEMO_HUB)
    rows = lots_in_parts(Listing.objects.filter(organisation__in=drawn, taken_quantity=0), today)
    wanted = len(SCENES) + len(ASKED_OF_LOGINS)
    near = each_in_turn(rows.in_hub(hub.pk)[:_LOOKED_AT], "organisation_id")[:wanted]
    if len(near) == wanted:
        return near
    elsewhere = each_in_turn(rows.exclude(hub_ids__contains=[hub.pk])[:_LOOKED_AT], "organisation_id")
    return [*near, *elsewhere][:wanted]


def _login(name: str) -> Membership | None:
    rows = Membership.objects.filter(user__email=f"{name}@{MAIL_DOMAIN}", organisation__is_fictional=True)
    return rows.select_related("user", "organisation").first()
