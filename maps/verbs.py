"""What happens to material maps, their layers and elements, as the journal says it."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MapVerb(models.TextChoices):
    MAP_CREATED = "map.created", _("{who} maakte de kaart {map}.")
    MAP_CHANGED = "map.changed", _("{who} wijzigde de kaart {map}.")
    MAP_DELETED = "map.deleted", _("{who} haalde de kaart {map} weg.")
    MAP_RESTORED = "map.restored", _("{who} zette de kaart {map} terug.")

    LAYER_CREATED = "layer.created", _("{who} maakte de laag {layer}.")
    LAYER_CHANGED = "layer.changed", _("{who} wijzigde de laag {layer}.")
    LAYER_DELETED = "layer.deleted", _("{who} haalde de laag {layer} weg.")
    LAYER_RESTORED = "layer.restored", _("{who} zette de laag {layer} terug.")
    LAYER_SHOWN = "layer.shown", _("{who} toont de laag {layer} nu ook op een eigen kaart.")
    LAYER_HIDDEN = "layer.hidden", _("{who} toont de laag {layer} niet meer op een eigen kaart.")
    LAYER_MOVED = "layer.moved", _("{who} gaf de laag {layer} een andere plaats op een kaart.")
    LAYER_IMPORTED = "layer.imported", _("{who} las een bestand in de laag {layer} in.")
    FILE_STARTED = "map_file.started", _("{who} laadde het kaartbestand {map_file} op.")
    FILE_SET = "map_file.set", _("{who} zei hoe het kaartbestand {map_file} te lezen is.")
    FILE_CONFIRMED = "map_file.confirmed", _("{who} nam over wat gekozen was uit het kaartbestand {map_file}.")
    FILE_CANCELLED = "map_file.cancelled", _("{who} stopte met het kaartbestand {map_file}.")
    FILE_UNDO_ASKED = (
        "map_file.undo_asked",
        _("{who} vroeg om terug te draaien wat uit het kaartbestand {map_file} kwam."),
    )
    FILE_UNDONE = "map_file.undone", _("{who} draaide terug wat uit het kaartbestand {map_file} kwam.")
    FILE_CLEARED = "map_file.cleared", _("Werkstof ruimde het kaartbestand {map_file} op.")
    RIGHT_GIVEN = "layer.right_given", _("{who} gaf een recht op de laag {layer}.")
    RIGHT_TAKEN = "layer.right_taken", _("{who} nam een recht op de laag {layer} af.")

    GROUP_CREATED = "partner_group.created", _("{who} maakte een groep van partners.")
    GROUP_CHANGED = "partner_group.changed", _("{who} wijzigde een groep van partners.")
    GROUP_DELETED = "partner_group.deleted", _("{who} verwijderde een groep van partners.")

    ADDED = "element.added", _("{who} voegde {element} toe.")
    CHANGED = "element.changed", _("{who} wijzigde {element}.")
    SUBMITTED = "element.submitted", _("{who} legde {element} voor.")
    SENT_BACK = "element.sent_back", _("{who} stuurde {element} terug.")
    PUBLISHED = "element.published", _("{who} publiceerde {element}.")
    WITHDRAWN = "element.withdrawn", _("{who} trok {element} in.")
    VERIFIED = "element.verified", _("{who} keek na of {element} nog klopt.")
    SOURCE_ASKED = "element.source_asked", _("Werkstof vroeg de bron of {element} nog klopt.")
    SOURCE_CONFIRMED = "element.source_confirmed", _("{who} bevestigde als bron dat {element} nog klopt.")
    SOURCE_CHANGED = "element.source_changed", _("{who} zei als bron dat {element} veranderde.")
    SOURCE_GONE = "element.source_gone", _("{who} zei als bron dat {element} weg is.")
    UNDONE = "element.undone", _("{who} zette {element} terug zoals het was.")
    SPLIT = "element.split", _("{who} splitste {element}.")
    JOINED = "element.joined", _("{who} voegde {element} samen met een ander element.")
    MANY_CHANGED = "layer.elements_changed", _("{who} wijzigde elementen van de laag {layer} in één keer.")
    MANY_SUBMITTED = "layer.elements_submitted", _("{who} legde elementen van de laag {layer} in één keer voor.")
    MANY_SENT_BACK = "layer.elements_sent_back", _("{who} stuurde elementen van de laag {layer} in één keer terug.")
    MANY_PUBLISHED = "layer.elements_published", _("{who} publiceerde elementen van de laag {layer} in één keer.")
    MANY_WITHDRAWN = "layer.elements_withdrawn", _("{who} trok elementen van de laag {layer} in één keer in.")
    MANY_VERIFIED = "layer.elements_verified", _("{who} keek elementen van de laag {layer} in één keer na.")
    BATCH_UNDONE = "layer.batch_undone", _("{who} maakte een reeks wijzigingen in de laag {layer} ongedaan.")
    PHOTO_ADDED = "element.photo_added", _("{who} voegde een foto toe aan {element}.")
    PHOTO_CAPTIONED = "element.photo_captioned", _("{who} wijzigde wat er bij een foto van {element} staat.")
    PHOTO_REMOVED = "element.photo_removed", _("{who} haalde een foto weg bij {element}.")
    DOCUMENT_ADDED = "element.document_added", _("{who} voegde een document toe aan {element}.")
    DOCUMENT_REMOVED = "element.document_removed", _("{who} haalde een document weg bij {element}.")
    LISTED = "element.listed", _("{who} maakte van {element} een zoekertje.")
    MAPPED = "element.mapped", _("{who} zette een zoekertje als {element} op de kaart.")

    PROPOSED = "proposal.made", _("{who} stelde een wijziging voor aan {element}.")
    PROPOSAL_ACCEPTED = "proposal.accepted", _("{who} nam een voorstel voor {element} aan.")
    PROPOSAL_SENT_BACK = "proposal.sent_back", _("{who} stuurde een voorstel voor {element} terug.")
    PROPOSAL_TAKEN_BACK = "proposal.taken_back", _("{who} nam een voorstel voor {element} terug.")


#: What happens to many elements of a layer at once, by what happens to each.
MANY = {
    MapVerb.CHANGED: MapVerb.MANY_CHANGED,
    MapVerb.SUBMITTED: MapVerb.MANY_SUBMITTED,
    MapVerb.SENT_BACK: MapVerb.MANY_SENT_BACK,
    MapVerb.PUBLISHED: MapVerb.MANY_PUBLISHED,
    MapVerb.WITHDRAWN: MapVerb.MANY_WITHDRAWN,
    MapVerb.VERIFIED: MapVerb.MANY_VERIFIED,
}
