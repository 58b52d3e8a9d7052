"""How gunicorn serves Werkstof. Slow clients don't come here: the front waits for them (marketplace/front.py)."""

import os

workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
worker_class = "gthread"
timeout = 30
graceful_timeout = 10
# Addresses end at 4 kB: longer ones are no search that anyone typed.
limit_request_line = 4094
max_requests = 20_000
max_requests_jitter = 2_000
accesslog = None
errorlog = "-"
# Nobody steers it by the socket that it would put into the home folder.
control_socket_disable = True
loglevel = "warning"
raw_env = [f"DATABASE_STATEMENT_TIMEOUT_MS={os.environ.get('DATABASE_STATEMENT_TIMEOUT_MS', '15000')}"]
