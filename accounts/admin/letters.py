"""Letters in Django's admin. Operators read them, and decide about those that may or may not have arrived."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from accounts import services
from accounts.permissions import holds
from accounts.roles import Right
from geo.admin import LookOnly
from journal.models import Letter


class DoubtfulFilter(admin.SimpleListFilter):
    """Shows the letters whose sending broke off after their text was handed over: they may have arrived."""

    title = gettext_lazy("wat aandacht vraagt")
    parameter_name = "attention"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [("doubtful", str(gettext_lazy("misschien aangekomen")))]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Letter]) -> QuerySet[Letter]:
        return Letter.objects.doubtful(timezone.now()) if self.value() == "doubtful" else queryset


@admin.register(Letter)
class LetterAdmin(LookOnly):
    list_display = ["recipient", "template", "state", "attempts", "created_at", "sent_at", "last_error"]
    list_filter = [DoubtfulFilter, "state", "template"]
    search_fields = ["recipient", "message_id"]
    show_full_result_count = False
    fields = [
        "recipient", "language", "template", "state", "phase", "attempts", "leased_until", "due_at", "last_error",
        "message_id", "created_at", "sent_at",
    ]  # fmt: skip
    actions = ["send_again", "take_as_sent"]

    def has_view_permission(self, request: HttpRequest, obj: Letter | None = None) -> bool:
        return holds(request.user, Right.OPERATE)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return holds(request.user, Right.OPERATE)

    @admin.action(description=gettext_lazy("Opnieuw versturen"), permissions=["view"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Letter]) -> None:
        done = sum(services.send_letter_again(by=request.user, letter=letter) for letter in queryset)  # type: ignore[arg-type]
        words = ngettext(
            "%(count)s brief wordt opnieuw verstuurd.", "%(count)s brieven worden opnieuw verstuurd.", done
        )
        self.message_user(request, words % {"count": done})

    @admin.action(description=gettext_lazy("Als aangekomen beschouwen"), permissions=["view"])
    def take_as_sent(self, request: HttpRequest, queryset: QuerySet[Letter]) -> None:
        done = sum(services.take_letter_as_sent(by=request.user, letter=letter) for letter in queryset)  # type: ignore[arg-type]
        words = ngettext("%(count)s brief geldt als aangekomen.", "%(count)s brieven gelden als aangekomen.", done)
        self.message_user(request, words % {"count": done})
