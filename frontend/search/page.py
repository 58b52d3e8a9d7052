"""The search page between its address and the search: what was asked, what came of it, what would help."""

from dataclasses import dataclass, field, replace
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.contrib.gis.geos import MultiPoint, Point
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import get_text_list
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.models import User
from frontend.components import figures
from frontend.components.cards import Card, make_cards
from frontend.search.address import TYPED, changed, read_numbers, unlisted, without_idle
from frontend.search.help import Hint, demand_query, hints, hub_question_query
from frontend.search.sentence import Chip, Related, mass_note, notes, offers, related, understood_chips
from geo.gazetteer import Found, look_up, namesakes, recognise, why_none
from geo.hubs import bounds_of
from geo.points import BELGIUM, FLANDERS, metres_per_degree, metric
from listings.enums import ListingKind
from listings.search.asking import ask
from listings.search.counts import FacetCount, kind_counts
from listings.search.filters import FILTERS
from listings.search.filters.what import KIND, LONGEST_TEXT, MATERIAL, WORDS
from listings.search.filters.where import DEFAULT_DETOUR_KM, ROUTE
from listings.search.parameters import SearchParameters
from listings.search.query import COUNT_LIMIT, SearchPage, listings_of, nearest_beyond, search
from listings.search.routes import detour_m
from listings.search.sentence.parts import Says
from listings.search.sentence.reading import read
from materials.models import Material

#: Where a search that names no place looks: a box (west, south, east, north).
EVERYWHERE = ",".join(map(str, BELGIUM))
#: How many places are suggested when we aren't sure which one was meant.
GUESSES = 3
#: Places of one name that are listed, at most.
MOST_NAMESAKES = 6
#: Parameters that the page hands to the search as they are, and its form hands to the page.
FIELDS = (*(name for filter in FILTERS for name in filter.names), "sort")
#: Parameters that say where to look, not what for.
_WHERE = ("lat", "lon", "radius_km", "hub", "bbox", "place", "to", "to_lat")


@dataclass
class Asked:
    """An address read: `parameters` is None where something in it is wrong, and `errors` says what, by field.

    `guesses` are the places that may have been meant by one that isn't known.
    """

    query: QueryDict
    place: str = ""
    to: str = ""
    parameters: SearchParameters | None = None
    errors: dict[str, str] = field(default_factory=dict)
    guesses: list[Hint] = field(default_factory=list)

    @property
    def everywhere(self) -> bool:
        """Whether no place, hub or box was asked for."""
        return not any(self.query.get(name) for name in _WHERE)

    @property
    def words(self) -> str:
        """What was typed, unless it only repeats the name of the chosen material."""
        return self.query.get("q", "") if self.parameters and self.parameters.reading else ""

    @property
    def near(self) -> bool:
        """Whether a place was asked for: without one no distance counts."""
        return bool(self.place or self.query.get("lat"))

    @property
    def along(self) -> bool:
        """Whether a route was asked for."""
        return bool(self.to or self.query.get("to_lat"))

    @property
    def detour_km(self) -> float:
        """How much longer the way may get, or would if there were one."""
        given = self.parameters.detour_km if self.parameters else None
        return given or DEFAULT_DETOUR_KM

    @property
    def boxed(self) -> str:
        """The same within a box of the map, which the browser puts in the place of BBOX."""
        return changed(self.query, bbox="BBOX")

    @property
    def tile_query(self) -> str:
        """The filters that listing tiles follow: each tile brings its own box."""
        given = self.parameters.to_query() if self.parameters else {}
        bounded = given.keys() & {"radius_km", "to_lat"}
        dropped = {"bbox", "sort"} if bounded else {"bbox", "sort", "lat", "lon"}
        return urlencode({name: value for name, value in given.items() if name not in dropped})


@dataclass(frozen=True)
class KindChip:
    kind: str
    label: str
    count: str
    query: str
    on: bool


@dataclass(frozen=True)
class Results:
    page: SearchPage
    cards: list[Card]
    count: str
    kinds: list[KindChip]
    chips: list[Chip]
    hints: list[Hint]
    #: The parameters of the page that posts a demand for the same.
    demand_query: str
    #: The parameters of the page that asks a hub; empty where the search gives none.
    hub_question_query: str
    beyond: list[Card]
    #: What of the words isn't followed, and the places that they may mean.
    notes: list[str]
    offers: list[Hint]
    #: What isn't asked for exactly, under a line that says so.
    related: list[Related]


def read_address(query: QueryDict, *, for_later: bool = False) -> Asked:
    """Read the page's address: an unchosen place is looked up, a search without a place looks everywhere.

    `for_later` reads a search that is to be saved (listings.search.asking).
    """
    query = without_idle(query)
    asked = Asked(query=query, place=_text(query, "place"), to=_text(query, "to"))
    given = {name: text for name in (*FIELDS, "cursor") if (text := query.get(name, "").strip())}
    asked.errors |= read_numbers(given)
    if asked.place and "lat" not in given:
        asked.place = _look_up(asked, "place", given, ("lat", "lon"))
    _read_route(asked, given)
    if asked.everywhere or not given.keys() & {"lat", "hub", "bbox"}:
        given.pop("radius_km", None)
        if not _names_a_place(given):
            given |= {"bbox": EVERYWHERE}
            given.setdefault("sort", "newest" if not given.get("q") else "relevance")
    if given.get("q"):
        given.setdefault("sort", "relevance")
    try:
        parameters = ask(_without_echo(given), for_later=for_later)
    except ValidationError as error:
        # One message per field is enough: a first mistake causes the others.
        wrong = error.message_dict.items()
        asked.errors = {
            name: unlisted(name, given.get(name, "")) or " ".join(messages) for name, messages in wrong
        } | asked.errors
        return asked
    asked.parameters = parameters
    return asked


def find(asked: Asked, reader: User | AnonymousUser) -> Results | None:
    """Run the search for this reader; None where the address holds a mistake (a cursor's is added to the errors)."""
    if asked.parameters is None or asked.errors:
        return None
    try:
        page = search(asked.parameters)
    except ValidationError as error:
        asked.errors |= {name: " ".join(messages) for name, messages in error.message_dict.items()}
        return None
    listings = listings_of(page.found)
    if asked.parameters.point is None:
        # Nobody asked for distances from the middle of a map or hub.
        for listing in listings:
            listing.distance_m = None
    beyond = [] if page.found else nearest_beyond(asked.parameters)
    return Results(
        page=page,
        cards=_with_detours(make_cards(listings, reader), asked.parameters),
        count=_capped(page.count, page.exact),
        kinds=_kind_chips(asked) if not asked.parameters.cursor else [],
        chips=_chips(asked),
        hints=hints(asked.query, asked.parameters) if page.count < 3 else [],
        demand_query=demand_query(asked.parameters),
        hub_question_query=hub_question_query(asked.parameters),
        beyond=make_cards(listings_of(beyond), reader),
        notes=[*notes(asked.parameters), *filter(None, [mass_note(asked.parameters)])],
        offers=offers(asked.query, asked.parameters),
        related=[] if page.next_cursor else related(asked.parameters, page.count, reader),
    )


def fit_of(asked: Asked) -> str:
    """What the map should show: "west,south,east,north" in degrees, or "circle <lat> <lon> <km>" by which the browser
    draws the circle.

    Empty where the map stays as it is: the address holds a mistake and no box, or the hub has no boundaries yet.
    """
    given = asked.parameters
    if given is None or asked.query.get("bbox"):
        return asked.query.get("bbox", "")
    if given.point is not None and given.destination is not None and given.detour_km is not None:
        return _box_of_route(given.point, given.destination, given.detour_km)
    if given.radius_km is not None and given.point is not None:
        return f"circle {given.point.y} {given.point.x} {given.radius_km}"
    if given.hub is not None:
        return ",".join(f"{value:.4f}" for value in bounds_of(given.hub) or ())
    return ",".join(map(str, FLANDERS))


def _text(query: QueryDict, name: str) -> str:
    return query.get(name, "").replace("\x00", "").strip()[:100]


def _look_up(asked: Asked, name: str, given: dict[str, str], point: tuple[str, str]) -> str:
    """Look up a place that was typed but not chosen, and put its coordinates into `given` under the names in `point`.

    Only a place that the text surely means is taken; otherwise asked.errors and asked.guesses are filled. Returns the
    place's label, or the text as typed.
    """
    text = _text(asked.query, name)
    found = recognise(text)
    if refused := why_none(text):
        asked.errors[name] = refused
        return text
    if found is None:
        several = namesakes(text)[:MOST_NAMESAKES]
        guesses = several or look_up(text, limit=GUESSES)
        asked.errors[name] = _several_places(text, several) if several else _unknown_place(text, guesses)
        for guess in guesses:
            where = {name: guess.label}
            if recognise(guess.label) != guess:
                where |= {point[0]: str(guess.lat), point[1]: str(guess.lon)}
            asked.guesses.append(Hint(guess.label, changed(asked.query, **where)))
        return text
    given |= {point[0]: str(found.lat), point[1]: str(found.lon)}
    return found.label


def _read_route(asked: Asked, given: dict[str, str]) -> None:
    """A destination is looked up as the place is; without one there is no route, and no detour."""
    if asked.to and "to_lat" not in given:
        asked.to = _look_up(asked, "to", given, ("to_lat", "to_lon"))
    starts = "lat" in given
    if asked.along and not starts and "place" not in asked.errors:
        asked.errors["place"] = _("Zeg ook waar de route begint: geef een gemeente of postcode.")
    if not asked.along or not starts or "to" in asked.errors:
        for name in ROUTE.names:
            given.pop(name, None)


def _box_of_route(start: Point, end: Point, detour_km: float) -> str:
    """Both ends, with as much around them as the detour reaches past them."""
    east, north = (detour_km * 500 / metres for metres in metres_per_degree(start.y))
    west, south, right, top = MultiPoint(start, end).extent
    return f"{west - east:.4f},{south - north:.4f},{right + east:.4f},{top + north:.4f}"


def _with_detours(cards: list[Card], asked: SearchParameters) -> list[Card]:
    """Along a route, cards say how much longer the way gets by each."""
    if asked.point is None or asked.destination is None:
        return cards
    start, end = metric(asked.point), metric(asked.destination)
    return [replace(card, detour=figures.detour(detour_m(start, end, card.listing.position))) for card in cards]


def _several_places(place: str, namesakes: list[Found]) -> str:
    names = get_text_list([found.label for found in namesakes], _("of"))
    return _("Er zijn meer plaatsen die “%(place)s” heten. Bedoel je %(names)s?") % {"place": place, "names": names}


def _unknown_place(place: str, guesses: list[Found]) -> str:
    if guesses:
        names = get_text_list([guess.label for guess in guesses], _("of"))
        return _("“%(place)s” ken ik niet. Bedoel je %(guesses)s?") % {"place": place, "guesses": names}
    return _("“%(place)s” ken ik niet. Geef een gemeente of postcode in Vlaanderen of Brussel.") % {"place": place}


def _without_echo(given: dict[str, str]) -> dict[str, str]:
    """A chosen material stands in the text field by name: then the words ask nothing more."""
    material = Material.objects.filter(code=given["material"][:100]).first() if "material" in given else None
    if material is None or given.get("q", "").lower() not in (
        name.lower() for name in (material.name_nl, material.name_en, material.name_fr)
    ):
        return given
    return {name: text for name, text in given.items() if name != "q"}


def _names_a_place(given: dict[str, str]) -> bool:
    """Whether the words say where: then the search looks there."""
    sentence = read(given.get("q", "")[:LONGEST_TEXT], get_language() or "nl")
    return any(piece.says is Says.PLACE for piece in sentence.pieces)


def _kind_chips(asked: Asked) -> list[KindChip]:
    assert asked.parameters is not None
    given = asked.parameters
    if given.service is not None:
        return _service_chips(asked, given)
    counts = kind_counts(given)
    total = sum(facet.count for facet in counts)
    whole = all(facet.exact for facet in counts) and total <= COUNT_LIMIT
    every = KindChip("", _("Alles"), _capped_number(total, whole), changed(asked.query, kind=""), given.kind is None)
    return [every, *(_kind_chip(asked, facet, given.kind) for facet in counts)]


def _service_chips(asked: Asked, given: SearchParameters) -> list[KindChip]:
    """Two chips for a search with a service: the services that do the work, chosen where no kind is, and the supply
    that needs it first.

    Demands have no service, and no one search finds both, so there is no "all". Empty where both find nothing.
    """
    chosen = given.kind or ListingKind.SERVICE
    does, needs = kind_counts(given, (ListingKind.SERVICE, ListingKind.SUPPLY))
    if not does.count and not needs.count:
        return []
    supply = replace(_kind_chip(asked, needs, chosen), label=_("Aanbod dat dit nodig heeft"))
    return [_kind_chip(asked, does, chosen), supply]


def _kind_chip(asked: Asked, facet: FacetCount, chosen: ListingKind | None) -> KindChip:
    kind = ListingKind(facet.value)
    number, query = _capped_number(facet.count, facet.exact), changed(asked.query, kind=facet.value)
    return KindChip(kind.value, str(kind.label), number, query, kind == chosen)


def _chips(asked: Asked) -> list[Chip]:
    """What the address asks for, filter by filter; kinds have chips of their own."""
    given = asked.parameters
    assert given is not None
    called = {"lat": asked.place, "to_lat": asked.to}
    chips = understood_chips(asked.query, given)
    for filter, value in given.filters:
        # What is typed has chips of its own.
        names = (filter.names[0],) if given.reading and filter is MATERIAL else filter.cleared(given)
        names += tuple(TYPED[name] for name in names if name in TYPED)
        words = filter.words(value, called)
        if (
            filter is not KIND
            and not (given.reading and filter is WORDS)
            and words
            and any(asked.query.get(name) for name in names)
        ):
            chips.append(Chip(words, changed(asked.query, **dict.fromkeys(names, ""))))
    return chips


def _capped(count: int, exact: bool) -> str:
    return figures.number(count) if exact else _("meer dan %(count)s") % {"count": figures.number(count)}


def _capped_number(count: int, exact: bool) -> str:
    return figures.number(count) if exact else f"{figures.number(min(count, COUNT_LIMIT))}+"
