"""Each task has a queue, each queue a worker, and whoever runs Werkstof runs the same workers."""

import re
from collections import Counter

import pytest
import yaml
from django.conf import settings

from marketplace.celery import app
from marketplace.queues import TASKS
from tests.house.pages import ROOT, table

ROOMS = (
    "journal.",
    "accounts.",
    "geo.",
    "materials.",
    "listings.",
    "matching.",
    "exchanges.",
    "alerts.",
    "maps.",
    "marketplace.",
)
#: Seconds between two runs of what looks for work that waits.
MINUTE = 60


def test_every_task_stands_in_the_table_once() -> None:
    app.loader.import_default_modules()
    ours = {name for name in app.tasks if name.startswith(ROOMS)}
    assert len(ours) > 15
    assert Counter(task for tasks in TASKS.values() for task in tasks) == Counter(ours)


@pytest.mark.parametrize("queue", TASKS)
def test_tasks_go_where_the_table_says(queue: str) -> None:
    for task in TASKS[queue]:
        found = app.amqp.router.route({}, task)["queue"]
        assert (found.name, found.routing_key) == (queue, queue)


def test_a_worker_without_queues_serves_all() -> None:
    assert set(app.amqp.queues.consume_from) == set(TASKS)


def test_a_sweep_that_nobody_began_is_dropped_when_the_next_one_comes() -> None:
    swept = [entry for entry in settings.CELERY_BEAT_SCHEDULE.values() if entry["schedule"] in (15, MINUTE)]
    assert len(swept) >= 7
    assert all(entry["options"]["expires"] <= entry["schedule"] for entry in swept)


def of_script() -> dict[str, tuple[str, int]]:
    """The workers of script/server by name: their queues, and how many processes."""
    found = re.findall(r"^run_worker (\w+) (\S+) (\d+)$", (ROOT / "script/server").read_text(), re.M)
    return {name: (queues, int(processes)) for name, queues, processes in found}


def test_every_queue_has_one_worker_and_containers_run_the_same() -> None:
    workers = of_script()
    served = [queue for queues, _processes in workers.values() for queue in queues.split(",")]
    assert sorted(served) == sorted(TASKS)
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    in_containers = {}
    for name, service in services.items():
        if name.startswith("worker-"):
            command = service["command"]
            queues, processes = (command[command.index(option) + 1] for option in ("--queues", "--concurrency"))
            in_containers[name.removeprefix("worker-")] = (queues, int(processes))
    assert in_containers == workers


def test_operators_read_of_the_same_workers() -> None:
    rows = {row[0].strip("`"): row for row in table(ROOT / "docs" / "operating.md", "queue")}
    assert list(rows) == list(TASKS)
    for name, (queues, processes) in of_script().items():
        first, *others = (rows[queue] for queue in queues.split(","))
        assert (first[2].strip("`"), first[3]) == (name, str(processes))
        assert all(other[2].strip("`") == name for other in others)
