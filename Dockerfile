# One image for web and worker: `docker run ... livestream-sell run --no-sandbox` or `... livestream-sell worker`.
FROM python:3.12-slim AS build
WORKDIR /app
RUN pip install --no-cache-dir uv==0.13.9 && uv venv /opt/venv \
 && apt-get update -qq && apt-get install -y -qq --no-install-recommends gcc libc6-dev
ENV VIRTUAL_ENV=/opt/venv PATH=/opt/venv/bin:$PATH UV_COMPILE_BYTECODE=1
COPY requirements.lock requirements-run.lock ./
RUN uv pip sync --require-hashes requirements-run.lock
# The compiler of the engine is one of the packages of development, which stay in this stage.
RUN uv venv /opt/development && VIRTUAL_ENV=/opt/development uv pip sync --require-hashes requirements.lock
COPY pyproject.toml alembic.ini rxconfig.py ./
COPY alembic ./alembic
COPY assets ./assets
COPY reflex.lock ./reflex.lock
COPY livestream_sell ./livestream_sell
COPY backend_hooks ./backend_hooks
# What is imported from /app needs no install; the command is a module. The screens are built into the image,
# and the word lists and the engine compiled.
RUN python -c "from livestream_sell.ui.build import ensure_built; ensure_built()" \
 && python -c "from livestream_sell.intent.lexicon import load; load()" \
 && /opt/development/bin/python -m livestream_sell.intent.compiling \
 && rm -rf .data .web/node_modules

FROM python:3.12-slim
RUN useradd --create-home --uid 10001 shop
WORKDIR /app
COPY --from=build /opt/venv /opt/venv
COPY --from=build --chown=shop /app /app
ENV PATH=/opt/venv/bin:$PATH PYTHONUNBUFFERED=1 ENVIRONMENT=production HOST=0.0.0.0 PORT=8000
USER shop
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=30s \
  CMD python -c "import os, urllib.request; urllib.request.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/health')"
ENTRYPOINT ["python", "-m", "livestream_sell.cli"]
CMD ["run"]
