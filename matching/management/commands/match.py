"""Pairs all supply with all demand again."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from geo.models import Hub
from matching.pairs import distributed
from matching.pairs.batch import pair_all

#: Seconds between two looks at what the workers have done.
LOOK_EVERY_S = 0.2


class Command(BaseCommand):
    help = "Pair supply and demand, in one hub's region or in all: the best for each; writes only what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--hub", help="a hub's slug")
        which.add_argument("--all", action="store_true", help="all regions (the default)")

        parser.add_argument("--distributed", action="store_true", help="share the hubs out over the workers, and wait")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["distributed"]:
            if options["hub"]:
                raise CommandError("One hub is one part: there is nothing to share out.")
            self._share_out()
            return
        hub = None
        if options["hub"]:
            hub = Hub.objects.filter(slug=options["hub"]).first()
            if hub is None:
                known = ", ".join(Hub.objects.values_list("slug", flat=True))
                raise CommandError(f"There is no hub {options['hub']}. The hubs: {known}")
        outcome = pair_all(at=timezone.now(), hub=hub)
        self.stdout.write(f"{outcome.places} places in lists: {outcome.written} written, {outcome.deleted} deleted")

    def _share_out(self) -> None:
        """Have the workers pair every hub, and show how many are done.

        After an interruption (Ctrl+C) hubs that are done stay so, and workers don't begin with the others.
        """
        run = distributed.start(at=timezone.now())
        total, shown = len(run.hub_ids), -1
        try:
            while run.finished_at is None and run.cancelled_at is None:
                time.sleep(LOOK_EVERY_S)
                run.refresh_from_db()
                done = total - len(run.waiting_hub_ids)
                if done != shown and run.cancelled_at is None:
                    self.stderr.write(f"  hubs paired: {done} of {total}")
                    shown = done
        except KeyboardInterrupt:
            distributed.cancel(run_id=run.pk)
            raise CommandError(
                f"Interrupted at {max(shown, 0)} of {total} hubs; the others keep the pairs that they had."
            ) from None
        if run.cancelled_at is not None:
            raise CommandError("A part failed, or the run was cancelled. The worker's log says why.")
        self.stdout.write(f"{run.pairs} places in lists: {run.written} written, {run.deleted} deleted")
