"""The material tree in Django's admin, to look at only."""

from django.contrib import admin

from geo.admin import LookOnly
from materials.models import ImpactFactor, Material, MaterialName, MaterialUnit


class NameInline(admin.TabularInline):
    model = MaterialName
    fields = ["language", "name"]
    can_delete = False
    max_num = 0


class UnitInline(admin.TabularInline):
    model = MaterialUnit
    fields = ["unit", "mass_kg", "mass_basis"]
    can_delete = False
    max_num = 0


class FactorInline(admin.TabularInline):
    model = ImpactFactor
    fields = ["basis", "kg_co2e_per_tonne", "source", "source_year", "licence"]
    can_delete = False
    max_num = 0


@admin.register(Material)
class MaterialAdmin(LookOnly):
    list_display = ["code", "name_nl", "name_en", "name_fr", "level"]
    list_filter = ["level"]
    search_fields = ["code", "name_nl", "name_en", "name_fr", "names__name"]
    fields = ["code", "parent", "level", "name_nl", "name_en", "name_fr", "eural_codes", "asks"]
    inlines = [NameInline, UnitInline, FactorInline]
