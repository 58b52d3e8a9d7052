"""Material maps: maps, layers, rights on them, elements with all that belongs to them, and their counts."""

from maps.models.attachments import (
    LONGEST_ALT,
    LONGEST_DOCUMENT_NAME,
    MOST_DOCUMENTS,
    MOST_PHOTOS,
    MapFeatureDocument,
    MapFeatureListing,
    MapFeaturePhoto,
)
from maps.models.beside import MapImportPair, MapImportPairRow
from maps.models.counts import MapLayerCell, MapLayerCount
from maps.models.feature import LONGEST_DESCRIPTION, LONGEST_TITLE, MapFeature
from maps.models.imported import MapImport, MapImportRow
from maps.models.layer import MapLayer, MapLayerShown
from maps.models.map import MaterialMap
from maps.models.moved import MapFeatureMove
from maps.models.proposal import LONGEST_REASON, FeatureProposal
from maps.models.rights import LayerRight, PartnerGroup
from maps.models.spot import SpotEntry
from maps.models.verification import VerificationRound
from maps.models.version import MapFeatureVersion

__all__ = [
    "LONGEST_ALT", "LONGEST_DESCRIPTION", "LONGEST_DOCUMENT_NAME", "LONGEST_REASON", "LONGEST_TITLE",
    "MOST_DOCUMENTS", "MOST_PHOTOS", "FeatureProposal", "LayerRight", "MapFeature", "MapFeatureDocument",
    "MapFeatureListing", "MapFeatureMove", "MapFeaturePhoto", "MapFeatureVersion", "MapImport", "MapImportPair",
    "MapImportPairRow", "MapImportRow",
    "MapLayer", "MapLayerCell", "MapLayerCount", "MapLayerShown", "MaterialMap", "PartnerGroup", "SpotEntry",
    "VerificationRound",
]  # fmt: skip
