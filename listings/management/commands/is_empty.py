"""Whether there are no organisations yet."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import Organisation


class Command(BaseCommand):
    help = "Exit with 0 where no organisation is stored yet, else with 1."

    def handle(self, *args: Any, **options: Any) -> None:
        sys.exit(1 if Organisation.objects.exists() else 0)
