"""What companies write for each choice, in Dutch, English and French. What isn't here is refused, never guessed."""

from collections.abc import Mapping
from enum import Enum
from typing import TypeVar

from listings.amounts import UNIT_BY_WORD
from listings.enums import (
    Allergen,
    Condition,
    DeclaredStatus,
    FoodDate,
    FoodStorage,
    ListingKind,
    PriceBasis,
    StatusEvidence,
)
from listings.words import word
from materials.enums import Unit

Meaning = TypeVar("Meaning")

_CONDITIONS: dict[Condition, tuple[str, ...]] = {
    Condition.NEW: ("nieuw", "new", "neuf", "neuve", "ongebruikt", "splinternieuw", "unused", "brand new"),
    Condition.AS_NEW: (
        "zo goed als nieuw", "als nieuw", "zgan", "z.g.a.n", "zeer goed", "goed", "as new", "like new", "comme neuf",
        "comme neuve",
    ),
    Condition.USED: (
        "gebruikt", "gebruikte staat", "tweedehands", "tweede hands", "2dehands", "2e hands", "used", "second hand",
        "secondhand", "occasion", "d'occasion", "usage", "usagee", "utilise",
    ),
    Condition.TO_REPAIR: (
        "te herstellen", "te repareren", "defect", "kapot", "stuk", "to repair", "broken", "a reparer", "casse",
    ),
    Condition.FOR_PARTS: ("voor onderdelen", "onderdelen", "for parts", "pour pieces", "pour pieces detachees"),
}  # fmt: skip
_KINDS: dict[ListingKind, tuple[str, ...]] = {
    ListingKind.SUPPLY: ("aanbod", "te koop", "aangeboden", "supply", "offer", "offered", "offre", "a vendre"),
    ListingKind.DEMAND: ("vraag", "gezocht", "gevraagd", "te koop gevraagd", "demand", "wanted", "demande", "cherche"),
}
_PRICE_BASES: dict[PriceBasis, tuple[str, ...]] = {
    PriceBasis.LOT: (
        "partij", "hele partij", "de hele partij", "voor de hele partij", "volledige partij", "lot", "heel het lot",
        "het lot", "hele lot", "le lot", "whole lot", "the lot", "totaal", "totaalprijs", "in totaal", "total",
        "in total", "au total", "geheel", "het geheel", "als geheel", "alles", "voor alles", "alles samen", "samen",
        "everything", "for all", "for everything", "tout", "le tout", "pour tout", "ensemble",
    ),
    PriceBasis.UNIT: ("eenheid", "unit", "unite", "a l'unite", "elk"),
}  # fmt: skip
#: The answers to "may it be split?", which people often write out.
_SPLITTABLE: dict[bool, tuple[str, ...]] = {
    True: (
        "ja", "j", "yes", "y", "oui", "o", "true", "waar", "vrai", "1", "deelbaar", "splitsbaar", "ja, deelbaar",
        "ja, in delen", "in delen", "mag in delen", "divisible", "splittable", "par lots",
    ),
    False: (
        "nee", "neen", "n", "no", "non", "false", "onwaar", "faux", "0", "niet", "niet deelbaar", "nee, niet deelbaar",
        "ondeelbaar", "niet splitsbaar", "onsplitsbaar", "als geheel", "nee, als geheel", "enkel als geheel",
        "alleen als geheel", "in een keer", "in zijn geheel", "indivisible", "not divisible", "not splittable",
        "non divisible", "as a whole", "as one lot",
    ),
}  # fmt: skip
#: Plain answers, as they are to any question.
_ANSWERS: dict[bool, tuple[str, ...]] = {
    True: ("ja", "j", "yes", "y", "oui", "o", "true", "waar", "vrai", "1", "x", "ok"),
    False: ("nee", "neen", "n", "no", "non", "false", "onwaar", "faux", "0"),
}
FREE_WORDS = frozenset({
    "gratis", "free", "gratuit", "om niet", "weg te geven", "gratis af te halen", "gratis op te halen", "kosteloos",
    "free of charge", "a donner", "gratis mee te nemen",
})  # fmt: skip
ON_REQUEST_WORDS = frozenset({
    "", "op aanvraag", "prijs op aanvraag", "op vraag", "o.t.k", "otk", "n.o.t.k", "notk", "te bespreken",
    "nader te bespreken", "overeen te komen", "nader overeen te komen", "te bepalen", "nader te bepalen", "n.t.b",
    "ntb", "onderhandelbaar", "bieden", "bod", "te bieden", "t.e.a.b", "teab", "n.v.t", "nvt", "on request",
    "to be agreed", "negotiable", "sur demande", "a convenir", "a discuter",
    # A dash alone says that there is nothing to say.
    "-", "–", "—", "−", "--", "---",
})  # fmt: skip
#: An end that isn't one.
NO_END_WORDS = frozenset({
    "onbeperkt", "onbepaald", "onbepaalde duur", "onbepaalde tijd", "doorlopend", "geen", "geen einde",
    "geen einddatum", "zonder einde", "no end", "none", "unlimited", "open", "illimite", "indetermine", "continu",
    "sans fin", "-", "–", "—",
})  # fmt: skip
#: In a column of the reuse checklist: that nobody looked.
NOT_LOOKED = frozenset({
    "niet nagekeken", "niet getest", "onbekend", "weet ik niet", "?", "not checked", "not tested", "unknown",
    "pas verifie", "pas teste", "inconnu",
})  # fmt: skip
_STATUSES: dict[DeclaredStatus, tuple[str, ...]] = {
    DeclaredStatus.PRODUCT: ("product", "produit"),
    DeclaredStatus.BY_PRODUCT: ("bijproduct", "by-product", "by product", "byproduct", "sous-produit"),
    DeclaredStatus.WASTE: ("afvalstof", "afval", "waste", "dechet"),
    DeclaredStatus.UNSURE: (
        "weet ik niet", "onbekend", "onzeker", "unknown", "not sure", "i do not know", "inconnu",
        "je ne sais pas",
    ),
}  # fmt: skip
_EVIDENCE: dict[StatusEvidence, tuple[str, ...]] = {
    StatusEvidence.RAW_MATERIAL: (
        "grondstofverklaring", "grondstofverklaring van ovam", "grondstofverklaring ovam", "raw material declaration",
        "declaration de matiere premiere",
    ),
    StatusEvidence.SELF_TEST: (
        "eigen nota", "eigen nota die de voorwaarden nagaat", "zelftest", "self test", "own note", "note propre",
    ),
    StatusEvidence.CERTIFICATE: (
        "attest", "keuring", "attest of keuring", "certificaat", "keuringsattest", "certificate", "certificat",
        "attestation",
    ),
    StatusEvidence.OTHER: ("ander bewijs", "ander", "other", "other evidence", "autre", "autre preuve"),
}  # fmt: skip
#: In a column of dates of food: why there is none.
_FOOD_DATES: dict[FoodDate, tuple[str, ...]] = {
    FoodDate.NONE_NEEDED: ("geen", "geen datum", "geen datum nodig", "none", "no date", "no date needed", "sans date"),
    FoodDate.NOT_EATEN: (
        "niet om te eten", "niet eetbaar", "veevoeder", "diervoeder", "compost", "not for eating", "not food",
        "animal feed", "pas a manger", "non comestible", "aliment pour animaux",
    ),
}  # fmt: skip
_STORAGE: dict[FoodStorage, tuple[str, ...]] = {
    FoodStorage.AMBIENT: (
        "buiten de koeling", "kamertemperatuur", "droog", "niet gekoeld", "ongekoeld", "ambient", "dry",
        "room temperature", "hors frigo", "temperature ambiante", "sec",
    ),
    FoodStorage.CHILLED: ("gekoeld", "koel", "koelkast", "koelcel", "frigo", "chilled", "fridge", "refrigere"),
    FoodStorage.FROZEN: ("diepgevroren", "diepvries", "ingevroren", "bevroren", "frozen", "surgele", "congele"),
}  # fmt: skip
_ALLERGENS: dict[Allergen, tuple[str, ...]] = {
    Allergen.GLUTEN: ("gluten", "tarwe", "granen met gluten", "glutenbevattende granen", "wheat"),
    Allergen.CRUSTACEANS: ("schaaldieren", "crustaceans", "crustaces"),
    Allergen.EGGS: ("ei", "eieren", "egg", "eggs", "oeuf", "oeufs"),
    Allergen.FISH: ("vis", "fish", "poisson"),
    Allergen.PEANUTS: ("pinda", "pinda's", "pindas", "aardnoten", "peanut", "peanuts", "arachide", "arachides"),
    Allergen.SOY: ("soja", "soy", "soya"),
    Allergen.MILK: ("melk", "lactose", "milk", "lait"),
    Allergen.NUTS: ("noten", "nuts", "fruits a coque"),
    Allergen.CELERY: ("selderij", "selder", "celery", "celeri"),
    Allergen.MUSTARD: ("mosterd", "mustard", "moutarde"),
    Allergen.SESAME: ("sesam", "sesamzaad", "sesame"),
    Allergen.SULPHITES: ("sulfiet", "sulfieten", "zwaveldioxide", "sulphites", "sulfites"),
    Allergen.LUPIN: ("lupine", "lupin"),
    Allergen.MOLLUSCS: ("weekdieren", "molluscs", "mollusques"),
    Allergen.NONE: ("geen", "none", "aucun", "geen allergenen"),
    Allergen.ON_LABEL: ("zie etiket", "op het etiket", "see label", "on the label", "voir etiquette"),
}

Choice = TypeVar("Choice", bound=Enum)


def _by_word(names: Mapping[Meaning, tuple[str, ...]]) -> dict[str, Meaning]:
    return {word(name): value for value, options in names.items() for name in options}


def _by_code(choices: type[Choice]) -> dict[str, Choice]:
    """Choices by the codes that the API uses, which exports and programs write."""
    return {word(str(choice.value)): choice for choice in choices}


CONDITION_BY_WORD = _by_word(_CONDITIONS) | {word(choice.slug): choice for choice in Condition}
KIND_BY_WORD = _by_word(_KINDS)
PRICE_BASIS_BY_WORD: dict[str, PriceBasis | Unit] = UNIT_BY_WORD | _by_word(_PRICE_BASES) | _by_code(PriceBasis)
SPLITTABLE_BY_WORD = _by_word(_SPLITTABLE)
ANSWER_BY_WORD = _by_word(_ANSWERS)
STATUS_BY_WORD = _by_word(_STATUSES) | _by_code(DeclaredStatus)
EVIDENCE_BY_WORD = _by_word(_EVIDENCE) | _by_code(StatusEvidence)
FOOD_DATE_BY_WORD = _by_word(_FOOD_DATES) | {word(kind.value): kind for kind in _FOOD_DATES}
STORAGE_BY_WORD = _by_word(_STORAGE) | _by_code(FoodStorage)
ALLERGEN_BY_WORD = _by_word(_ALLERGENS) | _by_code(Allergen)
