from django.contrib import admin

from accounts.models import HubPartner, HubStaff, Membership, Organisation, Site, User


@admin.register(User)
class UserAdmin(admin.ModelAdmin):
    list_display = ["email", "name", "language", "is_active"]
    search_fields = ["email", "name"]
    fields = ["email", "name", "language", "is_active", "is_staff", "is_superuser", "groups"]


class SiteInline(admin.TabularInline):
    model = Site
    fields = ["name", "postal_code", "place_name"]
    extra = 0


@admin.register(Organisation)
class OrganisationAdmin(admin.ModelAdmin):
    list_display = ["name", "kind", "enterprise_number", "verified_at"]
    list_filter = ["kind", "is_fictional"]
    search_fields = ["name", "enterprise_number"]
    inlines = [SiteInline]


admin.site.register(Membership)
admin.site.register(HubStaff)
admin.site.register(HubPartner)
