"""Places, municipalities, hubs and their regions."""

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.utils.translation import get_language, gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from geo.points import METRIC_SRID, WGS84_SRID
from geo.querysets import BoundaryQuerySet, HubQuerySet, HubRegionQuerySet, MunicipalityQuerySet, PlaceQuerySet

#: How wide a hub's buffer may be, in kilometres.
LARGEST_BUFFER_KM = 50

#: Names of regions that ship, as data/hub_regions.csv has them: French and English have their own for some.
REGION_NAMES = {
    gettext_noop("Denderregio"), gettext_noop("Gent"), gettext_noop("Halle-Vilvoorde"), gettext_noop("Kempen"),
    gettext_noop("Limburg"), gettext_noop("Oost-Brabant"), gettext_noop("Regio Brugge"), gettext_noop("Regio Gent"),
    gettext_noop("Rivierenland"), gettext_noop("Vlaamse Ardennen"), gettext_noop("Zuid-Oost-Vlaanderen"),
    gettext_noop("Zuid-West-Vlaanderen"),
}  # fmt: skip


class Quality(models.TextChoices):
    OFFICIAL = "official", _("officieel")
    APPROXIMATE = "approximate", _("bij benadering")


class RegionKind(models.TextChoices):
    CORE = "core", _("kernregio")
    SHARED = "shared", _("gedeelde regio")
    THEMATIC = "thematic", _("thematische regio")


class Provenance(models.TextChoices):
    INFERRED = "inferred", _("afgeleid, nog niet bevestigd")
    CONFIRMED = "confirmed", _("bevestigd door de hub")


class Municipality(models.Model):
    """A municipality of Flanders or Brussels, by its NIS code of 2025."""

    nis = models.CharField(_("NIS-code"), max_length=5, unique=True, validators=[RegexValidator(r"^\d{5}$")])
    name_nl = models.CharField(_("naam in het Nederlands"), max_length=60)
    name_fr = models.CharField(_("naam in het Frans"), max_length=60)
    name_en = models.CharField(_("naam in het Engels"), max_length=60)
    region = models.CharField(
        _("gewest"), max_length=10, choices=[("vlaanderen", _("Vlaanderen")), ("brussel", _("Brussel"))]
    )
    centre = models.PointField(srid=WGS84_SRID, spatial_index=False)

    objects = MunicipalityQuerySet.as_manager()

    class Meta:
        verbose_name = _("gemeente")
        verbose_name_plural = _("gemeenten")
        ordering = ["name_nl"]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """In the reader's language."""
        name: str = getattr(self, f"name_{get_language() or settings.LANGUAGE_CODE}")
        return name

    @property
    def names(self) -> tuple[str, str, str]:
        """All that it is called."""
        return self.name_nl, self.name_fr, self.name_en

    @property
    def is_in_brussels(self) -> bool:
        """Whether it is one of the nineteen of the capital region: their NIS codes begin with 21."""
        return self.nis.startswith("21")


class Boundary(models.Model):
    """A municipality's area: an official one that somebody loaded, or an approximate one that ships."""

    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="boundaries")
    quality = models.CharField(max_length=12, choices=Quality)
    geometry = models.MultiPolygonField(srid=METRIC_SRID)
    source = models.CharField(max_length=200)
    source_date = models.DateField(null=True, blank=True)
    licence = models.CharField(max_length=200, blank=True)

    objects = BoundaryQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["municipality", "quality"], name="boundary_once_per_quality")]

    def __str__(self) -> str:
        return f"{self.municipality} ({self.quality})"


class Place(models.Model):
    """A named point. It has no municipality where it lies outside Flanders and Brussels."""

    geonameid = models.IntegerField(unique=True)
    name = models.CharField(max_length=100)
    name_alt = models.CharField(max_length=100, blank=True)
    #: Its names as name_key() compares them, its own first.
    keys = ArrayField(models.CharField(max_length=100), default=list, blank=True)
    municipality = models.ForeignKey(Municipality, models.CASCADE, null=True, related_name="places")
    location = models.PointField(srid=WGS84_SRID)
    population = models.PositiveIntegerField(default=0)

    objects = PlaceQuerySet.as_manager()

    def __str__(self) -> str:
        return self.name


class PostalCode(models.Model):
    """A postal code with one of the names that it serves."""

    code = models.CharField(max_length=4, validators=[RegexValidator(r"^\d{4}$")])
    name = models.CharField(max_length=60)
    #: The name as name_key() compares it.
    key = models.CharField(max_length=60, default="", blank=True, db_index=True)
    municipality = models.ForeignKey(Municipality, models.CASCADE, related_name="postal_codes")
    location = models.PointField(srid=WGS84_SRID, spatial_index=False)
    population = models.PositiveIntegerField(default=0)
    #: Whether it is the town that people mean by the code alone. Each code has one.
    is_main = models.BooleanField(default=False)
    #: Whether it has the name of a municipality of today or before, and so comes before villages of that name.
    is_seat = models.BooleanField(default=False)
    #: Whether nobody knows where it lies within its municipality, so that its point is the middle of that.
    is_middle = models.BooleanField(default=False)
    #: Whether people write this name, and the post another.
    is_everyday = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "name"], name="postal_code_and_name_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.name}"


class House(models.Model):
    """Where a house stands, as an address service said once: it still stands there when the service is away."""

    code = models.CharField(max_length=4)
    #: Town, street and number in the form in which geo.addresses compares them.
    key = models.CharField(max_length=300)
    location = models.PointField(srid=WGS84_SRID, spatial_index=False)
    found_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["code", "key"], name="house_once")]

    def __str__(self) -> str:
        return f"{self.code} {self.key}"


class Hub(models.Model):
    """A partnership that closes material loops in one or more regions."""

    slug = models.SlugField(unique=True)
    name = models.CharField(_("naam"), max_length=120)
    intro = models.TextField(_("voorstelling"), max_length=2000, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("telefoon"), max_length=30, blank=True)
    website = models.URLField(_("website"), blank=True)
    sectors = ArrayField(models.CharField(max_length=40), verbose_name=_("sectoren"), default=list, blank=True)
    buffer_km = models.DecimalField(
        _("rand rond de regio (km)"),
        max_digits=4,
        decimal_places=1,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(LARGEST_BUFFER_KM)],
    )
    shows_neighbours = models.BooleanField(_("toon in die rand ook zoekertjes van buurhubs"), default=False)

    objects = HubQuerySet.as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                name="hub_buffer_in_range",
                condition=models.Q(buffer_km__gte=0, buffer_km__lte=LARGEST_BUFFER_KM),
                violation_error_message=_("De rand is 0 tot 50 km breed."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class HubRegion(models.Model):
    """A set of municipalities in which a hub works."""

    hub = models.ForeignKey(Hub, models.CASCADE, related_name="regions")
    name = models.CharField(_("naam"), max_length=80)
    kind = models.CharField(_("soort"), max_length=10, choices=RegionKind)
    provenance = models.CharField(_("herkomst"), max_length=10, choices=Provenance, default=Provenance.INFERRED)
    municipalities = models.ManyToManyField(Municipality, related_name="hub_regions", verbose_name=_("gemeenten"))

    objects = HubRegionQuerySet.as_manager()

    class Meta:
        verbose_name = _("hubregio")
        verbose_name_plural = _("hubregio's")
        ordering = ["hub__name", "name"]
        constraints = [models.UniqueConstraint(fields=["hub", "name"], name="region_name_once_per_hub")]

    def __str__(self) -> str:
        return f"{self.hub}: {self.name}"

    @property
    def shown_name(self) -> str:
        """In the reader's language, where it is one of the names that ship; else as the hub's staff wrote it."""
        return gettext(self.name) if self.name in REGION_NAMES else self.name
