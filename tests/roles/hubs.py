"""Addresses of a hub: what it says of itself, its people, its plan, whom it verifies; and those of operators."""

import datetime as dt
from typing import Any

from django.contrib import admin
from django.utils import timezone

from accounts.models import HubPartner, Verification
from accounts.roles import Right as R
from accounts.roles import Role
from accounts.services import invite_hub_staff, verify_organisation
from listings.duplicates.services import say_no_duplicate
from matching.models import HubPlan
from matching.plan.running import run_plan
from matching.plan.services import request_plan
from matching.weights.services import set_points
from tests.makers import TODAY, make_organisation, make_user, published
from tests.roles.cast import Cast, Visit, reads, sends, writes

_UNTIL = TODAY + dt.timedelta(days=90)


class HubCast(Cast):
    def __init__(self) -> None:
        super().__init__()
        self.colleague = self.hub.staff.create(user=make_user(), role="editor")
        self.known = make_organisation(make_user())
        self.known_partner = HubPartner.objects.create(hub=self.hub, organisation=self.known)
        self.unknown = make_organisation(make_user())
        self.invitation = invite_hub_staff(by=self.manager, hub=self.hub, email="hub@test.example")
        self.verification: Verification = verify_organisation(
            by=self.staff, organisation=self.known, hub=self.hub, what="organisation", evidence="KBO.", until=_UNTIL
        )
        self.one, self.other = published(), published()
        self.twins = {"one": self.one.pk, "other": self.other.pk, "reason": "Elk een loods."}
        self.twins_of_api = {"listing": self.one.pk, "other": self.other.pk}
        self.plan: HubPlan = request_plan(by=self.staff, hub=self.hub)
        run_plan(plan_id=self.plan.pk, at=timezone.now())
        self.numbers |= {
            "slug": self.hub.slug, "staff_id": self.colleague.pk, "invitation_id": self.invitation.pk,
            "partner_id": self.known_partner.pk, "verification_id": self.verification.pk,
            "organisation": self.known.slug, "name": "uitwisselingen",
        }  # fmt: skip


def _running_plan(cast: HubCast, _role: Role) -> None:
    request_plan(by=cast.staff, hub=cast.hub)


def _none_said(cast: HubCast, _role: Role) -> dict[str, Any]:
    made = say_no_duplicate(by=cast.staff, hub=cast.hub, one=cast.one, other=cast.other)
    return {"said_id": made.pk}


def _other_weights(cast: HubCast, _role: Role) -> None:
    set_points(by=cast.manager, hub=cast.hub, points={"price": 7}, at=timezone.now())


def _verifying(cast: HubCast, **more: Any) -> dict[str, Any]:
    """Verifying anew: what counted before ends."""
    return {"what": "organisation", "evidence": "Statuten.", "until": _UNTIL.isoformat()} | more


VISITS: list[Visit] = [
    *reads(R.READ_PUBLISHED, "hubs", "hub", "hub-pairs", "hub-impact", "hub-statistics", "hub-statistics-book"),
    *reads(R.READ_PUBLISHED, "hub-statistics-table", where={"name": "aanbod-en-vraag"}),
    *reads(R.READ_PUBLISHED, "api-hubs", "api-hub", "api-hub-region", "api-hub-pairs", "api-hub-weights"),
    # The hub's work.
    *reads(R.WORK_FOR_HUB, "hub-statistics-table", "hub-impact-lines", "hub-impact-table", "hub-impact-book"),
    *reads(R.WORK_FOR_HUB, "hub-impact-organisations", "hub-impact-organisations-table"),
    *reads(R.WORK_FOR_HUB, "hub-impact-organisations-book"),
    *reads(R.WORK_FOR_HUB, "hub-plan", "hub-plan-table", "api-hub-plan"),
    *reads(R.WORK_FOR_HUB, "hub-duplicates", "api-hub-duplicates", "api-hub-no-duplicates"),
    writes(R.WORK_FOR_HUB, "hub-no-duplicate", lambda cast, _role: cast.twins),
    writes(R.WORK_FOR_HUB, "hub-duplicate-again", before=_none_said),
    sends(R.WORK_FOR_HUB, "api-hub-no-duplicates", lambda cast, _role: cast.twins_of_api),
    sends(R.WORK_FOR_HUB, "api-hub-no-duplicate", method="delete", before=_none_said),
    *reads(R.WORK_FOR_HUB, "hub-verifications", "hub-verify"),
    writes(R.WORK_FOR_HUB, "hub-plan-ask"),
    sends(R.WORK_FOR_HUB, "api-hub-plan"),
    writes(R.WORK_FOR_HUB, "hub-plan-stop", before=_running_plan),
    writes(R.WORK_FOR_HUB, "hub-staff-show"),
    writes(R.VERIFY, "hub-verify", lambda cast, _role: _verifying(cast, seen=cast.known.identity)),
    sends(R.VERIFY, "api-hub-verifications", lambda cast, _role: _verifying(cast, organisation=cast.known.slug)),
    # Operators do it over the API: the page is the hub's own.
    writes(
        R.WITHDRAW_VERIFICATION, "hub-verification-withdraw", {"reason": "Gestopt."}, but=frozenset({Role.OPERATOR})
    ),
    sends(R.WITHDRAW_VERIFICATION, "api-hub-verification-withdraw", {"reason": "Gestopt."}),
    # Its people.
    *reads(R.SEE_HUB_PEOPLE, "hub-staff"),
    writes(R.SET_HUB_PEOPLE, "hub-staff", {"email": "nog@test.example", "role": "editor"}),
    writes(R.SET_HUB_PEOPLE, "hub-staff-change", {"role": "manager"}),
    writes(R.SET_HUB_PEOPLE, "hub-staff-withdraw"),
    writes(R.SET_HUB_PEOPLE, "hub-partner-add", lambda cast, _role: {"organisation": cast.unknown.pk}),
    writes(R.SET_HUB_PEOPLE, "hub-partner-remove"),
    # What it is.
    *reads(R.MANAGE_HUB, "hub-settings", "hub-weights", "hub-log", "hub-partner-find"),
    writes(R.MANAGE_HUB, "hub-settings", {"intro": "Anders", "buffer_km": "5"}),
    writes(R.MANAGE_HUB, "hub-weights", {"action": "standard"}, before=_other_weights),
    sends(R.MANAGE_HUB, "api-hub-weights", {"price": 3}, "patch"),
    # Django's admin: each of its lists.
    *reads(R.OPERATE, "admin:index"),
    *(
        Visit(R.OPERATE, f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for model in admin.site._registry
    ),
]
