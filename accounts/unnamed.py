"""What stands in the place of an organisation that the reader may not know."""

from django.utils.translation import gettext as _

from accounts.models import Organisation


def unnamed() -> Organisation:
    """An organisation that was never stored, with words for a name. It has no slug: there is no page to link to."""
    organisation = Organisation(name=_("Organisatie bekend bij de hub"))
    organisation.badges = []
    return organisation
