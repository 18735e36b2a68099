# On a machine with only Python 3.11 or 3.12, make and git: `make run`.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.ONESHELL:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
CLI := $(BIN)/livestream-sell
UV_VERSION := 0.13.9
# Arguments: PORT=9000 make run; make test T=tests/unit N=1
T ?= tests
N ?= 2
export PATH := $(CURDIR)/$(BIN):$(PATH)
export VIRTUAL_ENV := $(CURDIR)/$(VENV)
unexport PYTHONPATH PYTHONHOME

.PHONY: help run worker demo test test-fast check format bench engine migrate migration lock install model browser screenshots clean

help: ## Show this help
	@echo "LiveStreamSell"
	@echo
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# ---------------------------------------------------------------- use it

run: install ## Start everything, with a demo shop and the sandbox (PORT=8000)
	@exec $(CLI) run $(if $(PORT),--port $(PORT)) $(ARGS)

worker: install ## Start one more worker (DATABASE_URL and REDIS_URL, else the embedded servers)
	@exec $(CLI) worker

demo: install ## Play a whole show of comments against a running `make run` (ARGS="--rate 1000 --minutes 2")
	@exec $(CLI) demo $(ARGS)

migrate: install ## Bring the database up to date
	@$(CLI) migrate

# ---------------------------------------------------------------- work on it

test: model browser ## Run every test, browser included (T=tests/unit N=2)
	@$(BIN)/pytest -n $(N) --dist loadgroup -m "not load" $(T) $(ARGS)

test-fast: model ## Run the tests that need neither a browser nor killed processes
	@$(BIN)/pytest -n $(N) --dist loadgroup -m "not load and not e2e and not chaos" $(T) $(ARGS)

check: install ## Check format, lint, types, import rules, migrations and the OpenAPI snapshot
	@step() { printf '\033[1m%s\033[0m\n' "== $$*"; }
	step format; ruff format --check .
	step lint; ruff check .
	step types; mypy
	step imports; lint-imports --no-logo
	step migrations in step with the models; $(CLI) migrate --check
	step OpenAPI snapshot; $(CLI) openapi --check

format: install ## Format, and mend what the linter can mend
	@ruff check --fix --quiet . || true
	ruff format .

bench: install ## Measure the figures of docs/performance.md
	@$(CLI) bench $(ARGS)

engine: install ## Compile the engine again after its sources were changed (without it they run as plain Python)
	@$(BIN)/python -m livestream_sell.intent.compiling

migration: install ## Write a migration from what changed in the models (m="add wish lists")
	@$(CLI) migrate --write "$(m)"

lock: install ## Resolve the packages again and write the locks
	@compile() { uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --custom-compile-command "make lock" $(LOCK_ARGS) "$$@" pyproject.toml; }
	compile --group dev --output-file requirements.lock
	compile --constraints requirements.lock --output-file requirements-run.lock
	compile --extra model --constraints requirements.lock --output-file requirements-model.lock
	echo "Locked. Read the difference before you commit it: git diff --stat"

screenshots: install browser ## Take the pictures of the README and docs from the running program
	@$(BIN)/python -m tests.e2e.screenshots

clean: ## Remove what was built: environment, frontend, caches (keeps .data)
	@rm -rf $(VENV) .web .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis htmlcov
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	echo "Clean. The embedded databases are in .data; remove that folder yourself if you mean it."

# ---------------------------------------------------------------- what the targets stand on

install: $(VENV)/.installed ## Install the locked packages into .venv

$(VENV)/bin/python:
	@usable() { "$$1" -c 'import ensurepip, venv, sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 13))' >/dev/null 2>&1; }
	for python in $(PYTHON) python3.12 python3.11 python3 python "$$HOME"/.pyenv/versions/3.1[12].*/bin/python; do
	  if usable "$$python"; then
	    echo "Making .venv with $$("$$python" --version)"
	    exec "$$python" -m venv $(VENV)
	  fi
	done
	echo "No Python 3.11 or 3.12 with venv was found. On Debian or Ubuntu: apt-get install python3-venv" >&2
	exit 1

$(VENV)/.installed: requirements.lock pyproject.toml | $(VENV)/bin/python
	@$(BIN)/python -m uv --version 2>/dev/null | grep -q '^uv $(UV_VERSION) ' || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv==$(UV_VERSION)
	echo "Installing the locked packages (a minute on a fresh machine)"
	$(BIN)/uv pip sync --quiet --require-hashes requirements.lock
	$(BIN)/uv pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -c 'from livestream_sell.intent.lexicon import load; load()' # keeps the word lists compiled
	echo "Compiling the engine (a minute, once)"
	$(BIN)/python -m livestream_sell.intent.compiling
	touch $@

model: $(VENV)/.model ## Install the optional hosted language model client

# After `.installed`, which takes out of .venv what is not in its lock.
$(VENV)/.model: requirements-model.lock $(VENV)/.installed
	@$(BIN)/uv pip install --quiet --require-hashes --requirements requirements-model.lock
	touch $@

browser: install
	@for found in chromium chromium-browser google-chrome; do command -v $$found >/dev/null && exit 0; done
	[ -n "$$(find "$${PLAYWRIGHT_BROWSERS_PATH:-$$HOME/.cache/ms-playwright}" -name chrome -type f 2>/dev/null | head -n 1)" ] && exit 0
	as_root() { if [ "$$(id -u)" = 0 ]; then "$$@"; else sudo -n "$$@"; fi; }
	echo "Installing Chromium for the browser tests"
	if command -v apt-get >/dev/null && as_root apt-get update -qq && as_root apt-get install -y -qq --no-install-recommends chromium fonts-noto-color-emoji >/dev/null; then exit 0; fi
	$(BIN)/playwright install --with-deps chromium
