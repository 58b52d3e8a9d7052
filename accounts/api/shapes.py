"""The shapes of answers about the user who asks. Each name in capitals is a component of the OpenAPI document."""

from django.conf import settings

from accounts.api.representation import VerificationRow
from accounts.enums import MemberRole, OrganisationKind, StaffRole
from geo.api.openapi import shape_of

_ID = {"type": "integer"}
_TEXT = {"type": "string"}

SITE = {
    "type": "object",
    "properties": {
        "id": _ID,
        "name": _TEXT,
        "address": {"type": "string", "example": "Kerkstraat 1, 9000 Gent"},
        "municipality": {
            "type": "object",
            "nullable": True,
            "properties": {"nis": _TEXT, "name": _TEXT},
            "required": ["nis", "name"],
        },
        "location": {
            "type": "object",
            "properties": {"lat": {"type": "number"}, "lon": {"type": "number"}},
            "required": ["lat", "lon"],
        },
    },
    "required": ["id", "name", "address", "municipality", "location"],
}
VERIFICATION = shape_of(VerificationRow)
ORGANISATION = {
    "type": "object",
    "properties": {
        "id": _ID,
        "name": _TEXT,
        "slug": _TEXT,
        "kind": {"type": "string", "enum": OrganisationKind.values},
        "role": {"type": "string", "enum": MemberRole.values},
        "enterprise_number": {"type": "string", "nullable": True},
        "verified": {"type": "boolean"},
        "verifications": {"type": "array", "items": VERIFICATION},
        "sites": {"type": "array", "items": SITE},
    },
    "required": ["id", "name", "slug", "kind", "role", "enterprise_number", "verified", "verifications", "sites"],
}
ME = {
    "type": "object",
    "properties": {
        "id": _ID,
        "email": {"type": "string", "format": "email"},
        "name": _TEXT,
        "language": {"type": "string", "enum": settings.LANGUAGE_CODES},
        "organisations": {"type": "array", "items": ORGANISATION},
        "hub_roles": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "hub": {"type": "string", "description": "The hub's slug."},
                    "name": _TEXT,
                    "role": {"type": "string", "enum": StaffRole.values},
                },
                "required": ["hub", "name", "role"],
            },
        },
    },
    "required": ["id", "email", "name", "language", "organisations", "hub_roles"],
}
TOKEN = {
    "type": "object",
    "properties": {
        "token": {"type": "string", "description": "Send it as `Authorization: Token …`. It is shown this once."}
    },
    "required": ["token"],
}
