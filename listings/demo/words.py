"""Words of which fictional listings are made: Dutch, as people in Flanders write."""

#: Where a surplus comes from, by family; "" for the rest.
ORIGINS: dict[str, tuple[str, ...]] = {
    "building": (
        "uit de afbraak van een kantoor",
        "uit de renovatie van een school",
        "overschot van een werf",
        "uit een woningrenovatie",
    ),
    "furniture": (
        "na een verhuizing",
        "uit een vergaderzaal",
        "na herinrichting van ons kantoor",
        "uit een gesloten filiaal",
    ),
    "ict": ("na vervanging van ons toestellenpark", "uit een computerklas", "uit een afgeschreven reeks"),
    "textile": ("uit een stockverkoop", "na een wissel van leverancier", "uit onze productie"),
    "wood": ("uit onze productie", "uit de afbraak van een loods", "uit het magazijn"),
    "food": ("van vandaag", "uit een overschot", "met korte houdbaarheid"),
    "": ("uit ons magazijn", "uit een overschot", "na een opruiming", "uit onze werking"),
}

PURPOSES: tuple[str, ...] = (
    "voor een nieuw atelier", "voor onze werkvloer", "voor een schoolproject", "voor de inrichting van een buurthuis",
    "voor hergebruik in onze productie", "voor een herstelproject", "voor de zomerwerking", "voor onze kringwinkel",
)  # fmt: skip

SUPPLY_NOTES: tuple[str, ...] = (
    "Droog opgeslagen en netjes gestapeld.", "Op te halen tijdens de werkuren, graag een seintje vooraf.",
    "Gesorteerd en geteld.", "Enkele stuks hebben gebruikssporen.", "Laden kan met onze heftruck.",
    "Foto's van de hele partij op vraag.", "Mag in delen weg, liefst in één keer.", "Nog niet gesorteerd.",
)  # fmt: skip

DEMAND_NOTES: tuple[str, ...] = (
    "Lichte gebruikssporen zijn geen bezwaar.", "We halen zelf op met een bestelwagen.", "Liefst van één type.",
    "Kan ook in meerdere leveringen.", "We werken met mensen in opleiding, dus tijd is bespreekbaar.",
)  # fmt: skip

SERVICE_TITLES: dict[str, tuple[str, ...]] = {
    "repair": ("Herstel van", "Herstelatelier voor"),
    "maintenance": ("Onderhoud van", "Nazicht en onderhoud van"),
    "sorting": ("Sorteren van", "Sorteerlijn voor"),
    "washing": ("Wasdienst voor", "Reinigen van"),
    "take_back": ("Terugname van", "Ophaling en terugname van"),
    "dismantling": ("Demonteren van", "Ontmanteling van"),
    "storage": ("Tijdelijke opslag van", "Bufferopslag voor"),
}

SERVICE_NOTES: tuple[str, ...] = (
    "Ons team van twaalf maatwerkers werkt met vaste kwaliteitscontrole.",
    "We halen op en brengen terug binnen ons werkgebied.",
    "Voor grotere reeksen maken we een planning op maat.",
    "Je krijgt een telling en een verslag per partij.",
)

#: Families that a kind of service takes, and how many it usually handles per week.
SERVICE_FAMILIES: dict[str, tuple[str, ...]] = {
    "repair": ("appliances", "furniture", "ict", "mobility", "tools"),
    "maintenance": ("appliances", "tools", "mobility"),
    "sorting": ("textile", "plastics", "wood", "paper", "building"),
    "washing": ("textile", "packaging", "glass"),
    "take_back": ("packaging", "furniture", "ict", "appliances"),
    "dismantling": ("ict", "appliances", "furniture"),
    "storage": ("furniture", "building", "wood"),
}
