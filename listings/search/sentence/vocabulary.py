"""Words by which people say what they want to be done, who asks, and in what units; in Dutch, French and English.

They are compared without capitals and accents. All languages count at once: people type "free" on a Dutch page.
"""

import re

from listings.enums import Condition, ListingKind, ServiceKind
from materials.enums import Unit

_SERVICES = {
    ServiceKind.REPAIR: (
        "herstel herstellen herstelling herstellingen herstelde hersteldienst herstelatelier hersteller repareren "
        "reparatie reparaties reparateur reparatiedienst maken fixen repair repairs repairing fix fixing reparer "
        "reparation reparations reparateurs depannage naaien stikken verstellen verstelwerk retouches retoucheren"
    ),
    ServiceKind.MAINTENANCE: (
        "onderhoud onderhouden onderhoudsdienst nazicht entretien entretenir maintenance servicing "
    ),
    ServiceKind.SORTING: "sorteren sortering sorteerdienst sorteerlijn uitsorteren tri trier triage sorting sort",
    ServiceKind.WASHING: (
        "wassen wasserij wasdienst uitwassen afwassen reinigen reiniging reinigingsdienst kuisen poetsen schoonmaken "
        "schoonmaak strijken strijkwerk strijkdienst wash washing cleaning laundry ironing laver lavage nettoyer "
        "nettoyage blanchisserie repassage repasser"
    ),
    ServiceKind.TAKE_BACK: (
        "terugname terugnemen terugnamedienst ophaling ophaaldienst inzameling inzamelen reprise collecte "
        "ramassage collection takeback"
    ),
    ServiceKind.DISMANTLING: (
        "demonteren demontage ontmantelen ontmanteling demonter demontage demantelement demanteler dismantle "
        "dismantling disassembly"
    ),
    ServiceKind.STORAGE: (
        "opslaan opslag stockeren stockage opslagruimte bewaren entreposage entreposer stocker storage "
    ),
}
#: The service that a word asks.
SERVICE_BY_WORD = {word: service for service, words in _SERVICES.items() for word in words.split()}
#: Ends of Dutch compounds that ask a service for what stands before: "fietsherstelling", "textielsortering".
SERVICE_ENDS = {
    end: SERVICE_BY_WORD[end]
    for end in (
        "herstel", "herstelling", "herstellingen", "hersteldienst", "herstelatelier", "hersteller", "reparatie",
        "reparaties", "onderhoud", "sortering", "wasserij", "reiniging", "terugname", "ophaling", "inzameling",
        "demontage", "opslag",
    )
}  # fmt: skip
#: Before a verb these say that something is still to be done: "te herstellen fietsen" are broken bicycles.
TO_BE_DONE = frozenset({"te", "om", "a"})
#: Before a verb these add nothing: "koelkast laten maken".
HAVE_DONE = frozenset({"laten", "doen", "faire"})

#: Phrases that say of which kind a listing has to be.
KIND_BY_PHRASE = {
    phrase: kind
    for kind, phrases in {
        ListingKind.DEMAND: (
            "gezocht", "vraag naar", "gevraagd", "wie zoekt", "wanted",
            "recherche", "recherches", "recherchee", "recherchees", "demande de", "qui cherche",
        ),
        ListingKind.SUPPLY: (
            "aanbod", "aanbod van", "aangeboden", "te koop", "weg te geven", "wie heeft", "wie geeft", "for sale",
            "on offer", "a vendre",
            "a donner", "offre de", "qui a",
        ),
        ListingKind.SERVICE: ("dienst", "diensten", "dienst voor", "diensten voor", "services pour", "services for"),
    }.items()
    for phrase in phrases
}  # fmt: skip
#: Phrases that say the state that is asked, at least.
CONDITION_BY_PHRASE = {
    phrase: condition
    for condition, phrases in {
        Condition.NEW: ("nieuw", "nieuwe", "splinternieuw", "splinternieuwe", "brand new", "neuf", "neufs",
            "neuve", "neuves"),
        Condition.AS_NEW: ("zo goed als nieuw", "zo goed als nieuwe", "als nieuw", "als nieuwe", "bijna nieuw",
        "bijna nieuwe", "as new",
                           "like new", "comme neuf", "comme neufs", "comme neuve", "comme neuves", "quasi neuf"),
    }.items()
    for phrase in phrases
}  # fmt: skip
#: Phrases that say how often: a search has no filter for that.
HOW_OFTEN = (
    r"(?:per|elke|iedere|om de|par|chaque|every|each|a)\ (?:dag|week|maand|jaar|kwartaal|jour|semaine|mois|an|annee"
    r"|trimestre|day|month|year|quarter)|dagelijkse?|wekelijkse?|maandelijkse?|jaarlijkse?|hebdomadaires?|mensuels?"
    r"|mensuelles?|annuels?|annuelles?|weekly|monthly|yearly|daily"
)
#: Phrases that say that nothing is to be paid.
FREE = (
    "gratis af te halen", "gratis op te halen", "gratis mee te nemen", "gratis", "kosteloos", "for free", "free",
    "a titre gratuit", "gratuitement", "gratuit", "gratuits", "gratuite", "gratuites",
)  # fmt: skip

#: Words before a largest price, mass or distance.
AT_MOST = (
    r"(?:tot en met|tot|onder(?: de)?|minder dan|hoogstens|maximaal|maximum|max\.?|niet meer dan|up to|under"
    r"|below|less than|at most|jusqu'?a|moins de|maxi|au plus|<=?|≤)"
).replace(" ", r"\ ")
#: Words before a smallest one, which no filter asks for a price or a mass.
AT_LEAST = (
    r"(?:vanaf|meer dan|boven(?: de)?|minstens|minimaal|minimum|min\.?|from|over|above|more than|at least"
    r"|plus de|a partir de|au moins|>=?|≥)"
).replace(" ", r"\ ")

_UNITS = {
    Unit.KG: r"kg|kilo'?s?|kilogram(?:men)?|kilogrammes?|kgs",
    Unit.TONNE: r"ton|tonnes?|tons",
    Unit.PIECE: r"stuks?|st\.?|x|pieces?|pcs\.?|-?tal",
    Unit.SQUARE_METRE: r"m2|m²|vierkante meters?|metres? carres?|square met(?:er|re)s?|sqm",
    Unit.CUBIC_METRE: r"m3|m³|kuub|kub|kubieke meters?|metres? cubes?|cubic met(?:er|re)s?",
    Unit.LITRE: r"l|liters?|litres?",
    Unit.METRE: r"lopende meters?|lm|m|meters?|metres?",
    Unit.PALLET: r"pall?ett?(?:s|en)?(?: vol)?|pallets? of|palettes?",
    Unit.BOX: r"doos|dozen|box(?:es)?|boites?|cartons?",
    Unit.ROLL: r"rol(?:len)?|rolls?|rouleaux?",
    Unit.BAG: r"zak(?:ken)?|bags?|sacs?",
}
UNITS = "|".join(f"(?P<{unit.name}>{words})" for unit, words in _UNITS.items()).replace(" ", r"\ ")
#: Units that are also things: "5 pallets" are five of them, "5 pallets bakstenen" are bricks.
CONTAINERS = frozenset({Unit.PALLET, Unit.BOX, Unit.ROLL, Unit.BAG})
#: One of their words.
CONTAINER = re.compile("|".join(_UNITS[unit] for unit in sorted(CONTAINERS)))

#: Words before a place that say nothing else: what follows is a place, even where its name is a word.
AROUND = (
    "in de buurt van", "in de omgeving van", "omgeving", "omgeving van", "rond", "rondom", "regio", "in de regio",
    "nabij", "dichtbij", "dicht bij", "near", "around", "close to", "autour de", "autour d'", "pres de",
    "pres d'", "aux environs de", "environs de", "region de",
)  # fmt: skip
#: Words that may stand before a place, and before other things too: "schroeven in bakken".
IN = ("in", "te", "bij", "uit", "van", "vanuit", "naar", "a", "de", "dans", "en", "at", "from", "within")
_IDLE_WORDS = """
ik wij we zoek zoeken zoekt wil willen graag heeft iemand wie nodig hebben heb je cherche veux nous cherchons
besoin i need want looking de het een den der van voor in op te en of aan bij naar met uit om als zijn is dat
die deze mijn ons onze per the a an for and or with at to from my our some any le la les un une des du d l et
ou pour avec dans sur au aux mes nos partij lot stuks stuk ca circa ongeveer
halen ophalen afhalen komen search
"""
#: Words that ask nothing by themselves.
IDLE = frozenset(_IDLE_WORDS.split())
