"""Mail that came in, in Django's admin: operators read what became of it."""

from django.contrib import admin
from django.http import HttpRequest

from accounts.permissions import holds
from accounts.roles import Right
from exchanges.models import InboundMail
from geo.admin import LookOnly


@admin.register(InboundMail)
class InboundMailAdmin(LookOnly):
    list_display = ["sender", "recipient", "outcome", "source", "received_at", "copies"]
    list_filter = ["outcome", "source"]
    search_fields = ["sender", "message_id"]
    show_full_result_count = False
    fields = [
        "sender", "envelope_sender", "recipient", "message_id", "size", "source", "received_at", "handled_at",
        "outcome", "attempts", "copies",
    ]  # fmt: skip

    def has_view_permission(self, request: HttpRequest, obj: InboundMail | None = None) -> bool:
        return holds(request.user, Right.OPERATE)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return holds(request.user, Right.OPERATE)
