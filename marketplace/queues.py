"""Which queue each task waits in: what people wait for never stands behind what takes long (docs/adr/0031).

script/server and docker-compose.yml run a worker for each group of queues; a worker that is given none serves all.
"""

#: Tasks by queue. Each task of ours stands here once: a test holds that.
TASKS = {
    # One listing, in a tenth of a second: somebody has just published it and looks for its matches.
    "pairing": ["matching.pairs.tasks.pair_listing"],
    # Sweeps of every minute. They do little themselves, and put on in other queues what takes long.
    "upkeep": [
        "matching.pairs.tasks.pair_waiting",
        "matching.pairs.tasks.pair_waiting_regions",
        "matching.pairs.tasks.share_out",
        "matching.plan.tasks.resume_plans",
        "listings.imports.tasks.resume_imports",
        "maps.imports.tasks.resume_map_imports",
        "listings.tasks.resume_import_photos",
        "listings.search.tasks.fold_cells",
        "listings.tasks.expire_listings",
        "exchanges.tasks.sweep_exchanges",
        "exchanges.tasks.read_waiting_mail",
        "exchanges.tasks.end_requests",
        "alerts.tasks.tell_of_listing",
        "alerts.tasks.tell_of_waiting",
        "alerts.tasks.send_alerts",
    ],
    # Files of many thousand rows: a minute each.
    "imports": [
        "listings.imports.tasks.check_import",
        "listings.imports.tasks.store_import",
        "maps.imports.tasks.read_map_import",
        "maps.imports.tasks.take_map_import",
        "maps.imports.tasks.undo_map_import",
    ],
    # Where the mail server hangs, each letter takes its whole time-out. Mail that comes in is read here too.
    "letters": ["journal.tasks.send_letter", "journal.tasks.send_waiting_letters", "exchanges.tasks.read_mail"],
    # Whole regions, plans, and whatever goes through all listings: minutes.
    "long": [
        "matching.pairs.tasks.pair_region",
        "matching.pairs.tasks.pair_everything",
        "matching.pairs.tasks.pair_hub",
        "matching.plan.tasks.plan_hub",
        "listings.search.tasks.gather_words",
        "listings.tasks.add_import_photos",
        "listings.tasks.place_anew",
        "listings.tasks.recount_balances",
        "exchanges.tasks.forget_old_mail",
        "accounts.tasks.end_verifications",
        "alerts.tasks.ask_whether_fresh",
        "maps.tasks.ask_sources",
        "maps.tasks.tell_reviewers",
        "maps.imports.tasks.clear_map_imports",
        "marketplace.tasks.sweep_leftover_files",
    ],
}
#: Where a task waits that isn't in the table, such as Celery's own.
DEFAULT_QUEUE = "upkeep"
#: Each by its own key: without one, every queue would get what is meant for the default.
QUEUES = {name: {"routing_key": name} for name in TASKS}
ROUTES = {task: {"queue": queue} for queue, tasks in TASKS.items() for task in tasks}

#: A sweep that no worker began with before the next one comes is dropped: they would pile up behind what takes long.
EVERY_MINUTE = {"schedule": 60, "options": {"expires": 60}}
EVERY_QUARTER_MINUTE = {"schedule": 15, "options": {"expires": 15}}
