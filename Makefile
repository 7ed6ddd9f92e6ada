# Two commands are enough: `make demo` and `make test`. They need Python >= 3.11 and
# a network for packages; everything they make stands in .venv/ and var/.
# Paths are relative throughout: the repository may lie in a folder with spaces.

PORT ?= 8000
PG ?= 18
DATA_DIR ?= var/demo
PYTHON := .venv/bin/python
STACK := $(PYTHON) -m reviewapp.stack
TEMPLATES = find templates -name '*.html'
# Settings as in production, so that Django's deploy check says what counts there.
PRODUCTION = DEBUG=0 PUBLIC_URL=https://reviewapp.example ALLOWED_HOSTS=reviewapp.example

export DATA_DIR

.PHONY: help install demo dev test test-slow bench screenshots reset
.PHONY: check check-code check-templates check-project check-on-stack

help:
	@echo "make demo [PORT=8000] [DATA_DIR=var/demo]   everything, until Ctrl-C"
	@echo "make test [PG=18] [ARGS=...]                the test suite, browser included"
	@echo "make test-slow                              the long proofs"
	@echo "make check                                  lint, types, templates, Django's checks"
	@echo "make bench                                  the benchmarks"
	@echo "make dev                                    as demo, started anew when code changes"
	@echo "make screenshots                            the pictures of docs/screenshots/"
	@echo "make reset [DATA_DIR=var/demo]              remove the demo's data"

install: .venv/.installed

.venv/.installed: pyproject.toml uv.lock client/pyproject.toml reviewapp/stack/install.sh
	@sh reviewapp/stack/install.sh
	@touch $@

demo: install
	@$(STACK) up --port "$(PORT)"

dev: install
	@DEBUG=1 $(STACK) up --port "$(PORT)" --reload

test: DATA_DIR = var/test
test: install
	@CHROMIUM="$$($(STACK) browser)" && export CHROMIUM && \
	$(STACK) run --fast --pg "$(PG)" -- $(PYTHON) -m pytest -n auto -m "not slow" $(ARGS)

test-slow: DATA_DIR = var/test
test-slow: install
	@CHROMIUM="$$($(STACK) browser)" && export CHROMIUM && \
	$(STACK) run --fast --pg "$(PG)" -- $(PYTHON) -m pytest -m slow $(ARGS)

check: check-code check-templates check-project

check-code: install
	$(PYTHON) -m ruff check .
	$(PYTHON) -m ruff format --check .

check-templates: install
	$(TEMPLATES) -exec .venv/bin/djade --check --target-version 5.2 {} +
	$(PYTHON) -m djlint --lint --quiet templates

# Types and Django's own checks read settings, and so need a stack's variables.
check-project: DATA_DIR = var/check
check-project: install
	@$(STACK) run --fast -- $(MAKE) --no-print-directory check-on-stack

check-on-stack:
	$(PYTHON) -m mypy .
	$(PRODUCTION) $(PYTHON) manage.py check --deploy --fail-level WARNING
	$(PYTHON) manage.py makemigrations --check --dry-run
	$(PYTHON) manage.py spectacular --validate --fail-on-warn --file /dev/null

bench: DATA_DIR = var/bench
bench: install
	@$(STACK) run -- $(PYTHON) -m bench $(ARGS)

screenshots: DATA_DIR = var/screenshots
screenshots: install
	@CHROMIUM="$$($(STACK) browser)" && export CHROMIUM && \
	$(STACK) run --fast -- $(PYTHON) -m docs.screenshots

reset: install
	@$(STACK) reset
