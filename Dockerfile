# Werkstof as one image: front, web server, workers, beat and commands. docker-compose.yml runs it; docs/operating.md explains.

FROM node:24-bookworm-slim AS front-end
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --no-audit --no-fund
COPY frontend/build.mjs frontend/build.mjs
COPY frontend/src frontend/src
RUN npm run --silent build

FROM debian:12-slim AS base
ENV LC_ALL=C.UTF-8 PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PATH=/opt/werkstof/bin:$PATH
RUN apt-get update && \
    apt-get install -y --no-install-recommends ca-certificates libgdal32 libharfbuzz-subset0 libpango-1.0-0 libpangoft2-1.0-0 nginx python3 && \
    rm -rf /var/lib/apt/lists/*

FROM base AS build
RUN apt-get update && apt-get install -y --no-install-recommends gettext python3-venv
RUN python3 -m venv /opt/werkstof
COPY requirements/run.txt /tmp/run.txt
RUN pip install --no-cache-dir --disable-pip-version-check --require-hashes -r /tmp/run.txt
WORKDIR /app
COPY . .
COPY --from=front-end /app/frontend/static/build frontend/static/build
RUN python -m compileall -q accounts alerts exchanges frontend geo journal listings maps marketplace matching materials programme sandbox && \
    for language in marketplace/locale/*/LC_MESSAGES; do \
      msgfmt --check-format -o "$language/django.mo" "$language/django.po" || exit 1; \
    done
# Nothing is read from these addresses: the settings only want them.
RUN SECRET_KEY=none DATABASE_URL=postgresql:///none REDIS_URL=redis://none WERKSTOF_VAR=/app/var \
    ./manage.py collectstatic --noinput -v 0

FROM base
RUN useradd --uid 1000 --home-dir /app --no-create-home --shell /usr/sbin/nologin werkstof && \
    install -d -o werkstof -g werkstof /files /run/werkstof
COPY --from=build /opt/werkstof /opt/werkstof
COPY --from=build /app /app
WORKDIR /app
# Uploads and mail go to the volume; static files are in the image, linked from where the settings look.
RUN ln -s /app/var/static /files/static
ENV WERKSTOF_VAR=/files
VOLUME /files
USER werkstof
EXPOSE 8000
# The web server's own socket, where only the front reaches it.
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s --retries=4 \
  CMD ["python", "-c", "import http.client as h, socket as s; c = h.HTTPConnection('127.0.0.1'); c.sock = s.socket(s.AF_UNIX); c.sock.settimeout(4); c.sock.connect('/run/werkstof/web.sock'); c.request('GET', '/health/live'); raise SystemExit(c.getresponse().status >= 500)"]
CMD ["gunicorn", "marketplace.wsgi", "--config", "marketplace/gunicorn.py", "--bind", "unix:/run/werkstof/web.sock"]
