"""An element of a layer: what stands or flows at a place."""

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.gis.db.models.functions import Transform
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GistIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db.models import BooleanField, Case, F, Func, Q, When
from django.db.models.functions import Now
from django.db.models.lookups import IsNull
from django.utils.translation import gettext_lazy as _

from geo.points import BELGIUM, METRIC_SRID, WGS84_SRID
from listings.enums import DeclaredStatus
from listings.models import LARGEST_QUANTITY
from listings.models.constraints import MendedByFields
from listings.querysets import in_sample
from maps.enums import (
    GEOMETRY_TYPES,
    Certainty,
    FeatureKind,
    FeatureState,
    Period,
    QuantityBasis,
    Visibility,
)
from maps.models.layer import MapLayer
from maps.querysets import MapFeatureQuerySet
from materials.enums import Unit

#: Letters in a text, at most.
LONGEST_TITLE, LONGEST_DESCRIPTION, LONGEST_LINE, LONGEST_TEXT = 140, 4_000, 200, 1_000
#: Corners of one geometry, at most: a coastline of Belgium by the metre has fewer.
MOST_VERTICES = 20_000
MONTHS = range(1, 13)

_PUBLISHED = Q(state="published")
#: How widely an element shows, as one number: what isn't published comes below all that is, and what is withdrawn has
#: none. Written the same in maps.tile_rows, so that indexes answer.
RANK = Case(
    When(_PUBLISHED, then=F("visibility")),
    When(~Q(state="withdrawn"), then=F("visibility") - 4),
    output_field=models.IntegerField(),
)
_RANKED = IsNull(RANK, False)
#: One in so many elements is in each of these samples, which stand for all where a tile has very many.
SAMPLES = (16, 128, 1024)
_TYPES = ", ".join(f"'{name.upper()}'" for name in GEOMETRY_TYPES)


def _of_geometry(template: str) -> Func:
    """A condition in SQL; `{}` stands for the geometry."""
    return Func("geometry", template=template.replace("{}", "%(expressions)s"), output_field=BooleanField())


class MapFeature(MendedByFields):  # type: ignore[django-manager-missing] # of versions, a model of pghistory
    """What stands (`stock`) or comes again and again (`flow`) somewhere, or a place where people take things in
    (`place`), as hub staff or a partner wrote it down.

    `geometry` is where, in degrees, with all its parts and holes; `position` is the same in metres, made by the
    database. `version` counts every change: who changes names the version that they saw. What it was before stands
    in MapFeatureVersion, which triggers write.
    """

    MENDED_BY = {
        "feature_quantity_in_range": "quantity",
        "feature_quantity_has_unit": "unit",
        "feature_flow_has_period": "period",
        "feature_place_has_no_quantity": "quantity",
        "feature_basis_of_quantity": "quantity_basis",
        "feature_season_of_flow": "season_months",
        "feature_window_in_order": "available_until",
        "feature_one_source": "source_name",
        "feature_reference_once": "source_reference",
        "feature_titled": "title",
    }

    layer = models.ForeignKey(MapLayer, models.CASCADE, related_name="features", db_index=False)
    kind = models.CharField(_("soort"), max_length=10, choices=FeatureKind)
    state = models.CharField(_("status"), max_length=10, choices=FeatureState, default=FeatureState.DRAFT)
    visibility = models.SmallIntegerField(_("zichtbaar voor"), choices=Visibility, default=Visibility.PUBLIC)

    title = models.CharField(_("titel"), max_length=LONGEST_TITLE)
    description = models.TextField(_("beschrijving"), max_length=LONGEST_DESCRIPTION, blank=True)
    material = models.ForeignKey(
        "materials.Material", models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("materiaal"),
        db_index=False,
    )  # fmt: skip
    quantity = models.DecimalField(_("hoeveelheid"), max_digits=14, decimal_places=3, null=True, blank=True)
    unit = models.CharField(_("eenheid"), max_length=10, choices=Unit, blank=True)
    mass_kg = models.DecimalField(max_digits=16, decimal_places=3, null=True, editable=False)
    quantity_basis = models.CharField(
        _("hoe weet je de hoeveelheid"), max_length=10, choices=QuantityBasis, default=QuantityBasis.UNKNOWN
    )
    period = models.CharField(_("periode"), max_length=10, choices=Period, blank=True)
    season_months = ArrayField(
        models.SmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(12)]),
        verbose_name=_("maanden"),
        default=list,
        blank=True,
    )
    form = models.CharField(_("vorm"), max_length=LONGEST_LINE, blank=True)
    composition = models.TextField(_("samenstelling"), max_length=LONGEST_TEXT, blank=True)
    contaminants = models.TextField(_("verontreiniging"), max_length=LONGEST_TEXT, blank=True)
    declared_status = models.CharField(
        _("juridische status"), max_length=10, choices=DeclaredStatus, default=DeclaredStatus.UNSURE
    )
    eural_code = models.CharField(_("euralcode"), max_length=8, blank=True)

    source_organisation = models.ForeignKey(
        "accounts.Organisation", models.SET_NULL, null=True, blank=True, related_name="map_features",
        verbose_name=_("organisatie van de bron"), db_index=False,
    )  # fmt: skip
    source_name = models.CharField(_("naam van de bron"), max_length=LONGEST_LINE, blank=True)
    site = models.ForeignKey(
        "accounts.Site", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("vestiging"),
        db_index=False,
    )  # fmt: skip
    source_reference = models.CharField(_("nummer bij de bron"), max_length=LONGEST_LINE, blank=True)
    destination = models.CharField(_("huidige bestemming"), max_length=LONGEST_LINE, blank=True)
    available_from = models.DateField(_("beschikbaar van"), null=True, blank=True)
    available_until = models.DateField(_("beschikbaar tot"), null=True, blank=True)
    certainty = models.CharField(_("zekerheid"), max_length=10, choices=Certainty, default=Certainty.UNSURE)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+",
        verbose_name=_("eigenaar bij de hub"), db_index=False,
    )  # fmt: skip

    geometry = models.GeometryField(_("plek"), srid=WGS84_SRID, spatial_index=False)
    position = models.GeneratedField(
        expression=Transform("geometry", METRIC_SRID),
        output_field=models.GeometryField(srid=METRIC_SRID, spatial_index=False),
        db_persist=True,
    )
    municipality = models.ForeignKey(
        "geo.Municipality", models.PROTECT, null=True, related_name="+", editable=False, db_index=False
    )

    verified_at = models.DateTimeField(_("laatst nagekeken"), null=True, editable=False)
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False, db_index=False
    )
    verify_by = models.DateField(_("na te kijken tegen"), null=True, editable=False)
    review_note = models.TextField(_("waarom teruggestuurd"), max_length=LONGEST_TEXT, blank=True, editable=False)
    published_at = models.DateTimeField(null=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(db_default=Now())
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", editable=False, db_index=False
    )
    updated_at = models.DateTimeField(db_default=Now())

    objects = MapFeatureQuerySet.as_manager()

    class Meta:
        verbose_name = _("element")
        verbose_name_plural = _("elementen")
        indexes = [
            # Pages of a layer, by whatever part of it one may see; and boxes and tiles of it.
            models.Index(fields=["layer", "id"], name="feature_of_layer"),
            GistIndex(fields=["layer", "position"], name="feature_in_layer_at"),
            # The same of what somebody may see alone, whatever lies beside it; and of samples (maps.tile_rows). Only
            # who asks for ranks has these: for any other, the one above is better.
            GistIndex("layer", RANK, "position", name="feature_seen_at", condition=Q(_RANKED)),
            *(
                GistIndex(
                    "layer",
                    RANK,
                    "position",
                    name=f"feature_sampled_{one_in}",
                    condition=Q(_RANKED) & Q(in_sample(one_in)),
                )
                for one_in in SAMPLES
            ),
            # Of a layer: what is of a material, in a municipality, from a source, or somebody's own; and what is to be
            # verified.
            models.Index(fields=["municipality", "layer"], name="feature_in_municipality"),
            models.Index(fields=["material", "layer"], name="feature_of_material"),
            models.Index("source_organisation", "layer", RANK, name="feature_of_source"),
            models.Index("owner", "layer", RANK, name="feature_of_owner"),
            models.Index("created_by", "layer", RANK, name="feature_begun_by"),
            models.Index(
                fields=["layer", "verify_by"],
                name="feature_to_verify_of_layer",
                condition=_PUBLISHED & Q(verify_by__isnull=False),
            ),
            # What waits for somebody in a layer: few of many.
            models.Index(fields=["layer", "updated_at"], name="feature_to_review", condition=Q(state="review")),
            models.Index(fields=["verify_by"], name="feature_to_verify", condition=_PUBLISHED),
            # From whom the elements of a layer come, and whether somebody sees one of theirs.
            models.Index(
                fields=["layer", "source_organisation", "state", "visibility"],
                name="feature_source_of_layer",
                condition=Q(source_organisation__isnull=False),
            ),
            # What everyone may see of a layer, the last changed first: feeds, and when its data last changed.
            models.Index(
                fields=["layer", "-updated_at", "-id"],
                name="feature_changed_lately",
                condition=_PUBLISHED & Q(visibility=4),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["layer", "source_reference"],
                condition=~Q(source_reference=""),
                name="feature_reference_once",
                violation_error_message=_("Deze laag heeft al een element met dit nummer bij de bron."),
            ),
            models.CheckConstraint(name="feature_kind_known", condition=Q(kind__in=FeatureKind.values)),
            models.CheckConstraint(name="feature_state_known", condition=Q(state__in=FeatureState.values)),
            models.CheckConstraint(name="feature_visibility_known", condition=Q(visibility__in=Visibility.values)),
            models.CheckConstraint(
                name="feature_titled", condition=~Q(title=""), violation_error_message=_("Geef het element een titel.")
            ),
            models.CheckConstraint(
                name="feature_quantity_in_range",
                condition=Q(quantity__isnull=True) | Q(quantity__gt=0, quantity__lte=LARGEST_QUANTITY),
                violation_error_message=_("De hoeveelheid moet meer dan 0 zijn en hoogstens een miljard."),
            ),
            models.CheckConstraint(
                name="feature_quantity_has_unit",
                condition=Q(quantity__isnull=True, unit="") | Q(quantity__isnull=False) & ~Q(unit=""),
                violation_error_message=_("Een hoeveelheid heeft een eenheid nodig, en een eenheid een hoeveelheid."),
            ),
            models.CheckConstraint(
                name="feature_flow_has_period",
                condition=~Q(kind="flow") & Q(period="") | Q(kind="flow") & (Q(quantity__isnull=True) | ~Q(period="")),
                violation_error_message=_(
                    "Zeg van een stroom per wat de hoeveelheid is; een voorraad of een plaats heeft dat niet."
                ),
            ),
            models.CheckConstraint(
                name="feature_place_has_no_quantity",
                condition=~Q(kind="place") | Q(quantity__isnull=True),
                violation_error_message=_(
                    "Een plaats heeft geen hoeveelheid. Laat die leeg, of kies voorraad of stroom."
                ),
            ),
            models.CheckConstraint(
                name="feature_basis_of_quantity",
                condition=Q(quantity__isnull=False) | Q(quantity_basis="unknown"),
                violation_error_message=_("Geef de hoeveelheid die geschat of gemeten is."),
            ),
            models.CheckConstraint(
                name="feature_season_of_flow",
                condition=Q(season_months__contained_by=list(MONTHS)) & (Q(kind="flow") | Q(season_months=[])),
                violation_error_message=_("Kies maanden van 1 tot 12, en enkel bij een stroom."),
            ),
            models.CheckConstraint(
                name="feature_window_in_order",
                condition=Q(available_until__isnull=True) | Q(available_until__gte=F("available_from")),
                violation_error_message=_("De einddatum ligt voor de begindatum. Kies een latere einddatum."),
            ),
            models.CheckConstraint(
                name="feature_one_source",
                condition=Q(source_organisation__isnull=True) | Q(source_name=""),
                violation_error_message=_("Kies een organisatie, of geef een naam: niet allebei."),
            ),
            models.CheckConstraint(
                name="feature_published_says_when",
                condition=~_PUBLISHED | Q(published_at__isnull=False),
            ),
            models.CheckConstraint(name="feature_version_counts", condition=Q(version__gte=1)),
            models.CheckConstraint(
                name="feature_geometry_of_known_type",
                condition=_of_geometry(f"(GeometryType({{}}) IN ({_TYPES}))"),
                violation_error_message=_("Dit soort vorm kan niet op een kaart."),
            ),
            models.CheckConstraint(
                name="feature_geometry_valid",
                condition=_of_geometry("(ST_IsValid({}) AND NOT ST_IsEmpty({}))"),
                violation_error_message=_("Deze vorm is leeg of kruist zichzelf."),
            ),
            models.CheckConstraint(
                name="feature_geometry_bounded",
                condition=_of_geometry(
                    f"(ST_NPoints({{}}) <= {MOST_VERTICES} AND "
                    f"{{}} @ ST_MakeEnvelope({', '.join(map(str, BELGIUM))}, {WGS84_SRID}))"
                ),
                violation_error_message=_("Deze vorm ligt buiten België of heeft te veel punten."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
