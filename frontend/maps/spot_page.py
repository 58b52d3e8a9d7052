"""What the page for adding on the spot brings along, so that it works where there is no connection."""

from typing import Any

from django.conf import settings
from django.templatetags.static import static
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from frontend.maps.roughly import said_of_place
from maps.enums import FeatureState, GeometryKind
from maps.models import MapLayer, SpotEntry
from maps.permissions import can_add
from maps.standing import Standing
from materials.api.representation import lines_of, path_of
from materials.models import Material, MaterialName

#: What a browser needs beside the page itself.
_ASSETS = (
    "build/app.css", "build/spot.css", "build/app.js", "build/spot.js", "build/icons.svg", "mark.svg",
    "build/fonts/ibm-plex-sans-latin-400-normal.woff2", "build/fonts/ibm-plex-sans-latin-600-normal.woff2",
)  # fmt: skip


def kept_assets() -> str:
    """Their addresses, as the header names them that the page comes with."""
    return " ".join(static(path) for path in _ASSETS)


#: Sorts of layers that take a point.
_OF_POINTS = [kind for kind in GeometryKind if "Point" in kind.types]


def can_add_on_the_spot(standing: Standing, layer: MapLayer) -> bool:
    """Whether somebody may add something to a layer where they stand. Reads its map."""
    return layer.geometry_kind in _OF_POINTS and can_add(standing, layer)


def spot_layers(standing: Standing) -> list[MapLayer]:
    """All such layers, by map."""
    found = MapLayer.objects.added_to_by(standing).filter(geometry_kind__in=_OF_POINTS).select_related("map__hub")
    return list(found.order_by("map__hub__name", "map__order", "map_id", "order", "pk"))


def brought_materials() -> list[list[str]]:
    """Every material: code, name, what it is part of, and what else people call it, in the reader's language."""
    others: dict[int, list[str]] = {}
    spoken = MaterialName.objects.filter(language=get_language() or settings.LANGUAGE_CODE).order_by("pk")
    for material_id, name in spoken.values_list("material_id", "name"):
        others.setdefault(material_id, []).append(name)
    return [
        [line[-1].code, capfirst(line[-1].name), path_of(line), "; ".join(others.get(line[-1].pk, ()))]
        for line in lines_of(Material.objects.order_by("tree_left"))
    ]


def stored_words(entry: SpotEntry) -> str:
    """How far it is with what was sent, by now; and where it lies, if that is only roughly known."""
    return f"{_state_words(entry)} {said_of_place(entry.feature.geometry)}".rstrip()


def _state_words(entry: SpotEntry) -> str:
    match entry.feature.state:
        case FeatureState.DRAFT:
            return _("Bewaard als concept. Leg het voor als het klaar is.")
        case FeatureState.REVIEW:
            return _("Voorgelegd aan wie publiceert.")
        case FeatureState.PUBLISHED:
            return _("Staat op de kaart.")
    return _("Intussen ingetrokken.")


def spot_words() -> dict[str, Any]:
    """What the page says by itself."""
    return {
        "searching": _("Ik zoek waar je bent. Blijf even staan, liefst buiten."),
        "found": _("Plek gevonden, op {metres} m nauwkeurig."),
        "rough": _("Plek gevonden, maar enkel op {metres} m na. Wacht even buiten, of zet de plek zelf."),
        "denied": _("Je browser mag je plek niet gebruiken. Sta het toe in zijn instellingen, of zet de plek zelf."),
        "unavailable": _("Je telefoon weet niet waar ze is. Zet de locatie aan, of zet de plek zelf."),
        "timeout": _("Je plek vinden duurt te lang. Probeer het buiten opnieuw, of zet de plek zelf."),
        "by_hand": _("De plek is door jou gezet."),
        "photo": _("Foto {number}"),
        "too_many": _("Meer dan {most} foto's gaan niet mee. Op de pagina van het element kunnen er meer bij."),
        "unreadable": _("Dit is geen foto, of ze is te groot."),
        "no_title": _("Zeg in een paar woorden wat het is."),
        "no_place": _("Zeg waar het is: kies Hier, of zet de plek zelf."),
        "kept": _("Bewaard op deze telefoon."),
        "full": _(
            "Je telefoon heeft geen plaats meer om dit te bewaren. Laat een foto weg, of verstuur eerst wat wacht. "
            "Wat je invulde, staat er nog."
        ),
        "not_kept": _("Bewaren op je telefoon lukte niet. Wat je invulde, staat er nog: probeer het opnieuw."),
        "outdated": _("Er is een nieuwere versie van deze pagina. Laad ze opnieuw zodra je verbinding hebt."),
        "other_windows": _("Deze pagina staat nog open in een ander venster. Sluit dat."),
        "keeps_nothing": _("Deze browser bewaart niets op je telefoon: zonder verbinding kun je niets toevoegen."),
        "away": _("Er is nu geen verbinding met Werkstof. Wat je toevoegt, blijft op deze telefoon tot het weg kan."),
        "trouble": _("Er is verbinding, maar niet alles raakte verstuurd. We proberen het straks opnieuw."),
        "failed": _("Dat lukte niet. Kijk het na en bewaar het opnieuw."),
        "stored_already": _("“{title}” was al verstuurd."),
        "signed_out": _("Je bent uitgelogd. Log in om te versturen: wat je toevoegde, blijft op deze telefoon."),
        "sign_in": _("Inloggen"),
        "other_person": _("Je bent nu met een ander account ingelogd. Laad de pagina opnieuw."),
        "reload": _("Opnieuw laden"),
        "others_one": _("Op deze telefoon wacht ook iets van iemand anders. Dat gaat weg als die hier inlogt."),
        "others_many": _(
            "Op deze telefoon wachten ook {count} toevoegingen van anderen. Die gaan weg als zij hier inloggen."
        ),
        "begun": _("Nog niet bewaard"),
        "waiting": _("Op deze telefoon"),
        "sending": _("Wordt verstuurd"),
        "stored": _("Verstuurd"),
        "refused": _("Geweigerd"),
        "go_on": _("Verder"),
        "mend": _("Verbeteren"),
        "untitled": _("zonder titel"),
        "drop": _("“{title}” weggooien? Dit staat enkel op deze telefoon."),
    }
