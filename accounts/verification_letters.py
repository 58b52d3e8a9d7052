"""Letters to the admins of an organisation: what a hub verified, and that it no longer counts."""

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.formats import date_format

from accounts.enums import MemberRole, VerificationEnd
from accounts.models import Verification
from journal.letters import write_letter

GIVEN, ENDED = "verification_given", "verification_ended"


def tell_of_verification(verification: Verification) -> None:
    _tell(GIVEN, verification)


def tell_of_end(verification: Verification) -> None:
    _tell(ENDED, verification)


def _tell(template: str, verification: Verification) -> None:
    organisation = verification.organisation
    admins = organisation.memberships.filter(role=MemberRole.ADMIN, user__is_active=True).select_related("user")
    for admin in admins:
        language = admin.user.language
        with translation.override(language):
            data = {
                "organisation": organisation.name,
                "what": str(verification.get_what_display()),
                "hub": verification.by_whom,
                "evidence": verification.evidence,
                "until": date_format(verification.until, "j F Y"),
                "why": str(VerificationEnd(verification.ended_why).label) if verification.ended_why else "",
                "reason": verification.ended_reason,
                "link": settings.SITE_URL + reverse("organisation-settings", args=[organisation.slug]),
            }
        write_letter(
            template, to=admin.user.email, language=language, data=data,
            dedup_key=f"{template}-{verification.pk}-{admin.user_id}", about=verification,
        )  # fmt: skip
