# Wardflow: `make run` starts the screen, `make test` checks everything. Both build .venv by themselves.
# Needs make and Python 3.11 or later; nothing else has to be set.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:

PYTHON ?= python3
WORKERS ?= 2
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check -qq

# A stamp carries the checksum of what it was made from: a change of branch or of clock never fools it.
checksum = $(firstword $(shell cat $(1) | cksum))
RUN_STAMP := $(VENV)/.run-$(call checksum,requirements/run.txt)
DEV_STAMP := $(VENV)/.dev-$(call checksum,requirements/dev.txt)
PROJECT_STAMP := $(VENV)/.project-$(call checksum,pyproject.toml)

.PHONY: help run test lint format bench validate lock clean browser

help: ## Show these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' Makefile

run: $(RUN_STAMP) $(PROJECT_STAMP) ## Start the screen on this machine
	@$(BIN)/wardflow app

test: lint browser ## Run every check and every test
	$(BIN)/python -m pytest -n $(WORKERS)

lint: $(DEV_STAMP) $(PROJECT_STAMP) ## Check style, types, storeys and spelling
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m mypy --strict sim app.py
	$(BIN)/lint-imports
	$(BIN)/codespell

format: $(DEV_STAMP) ## Lay out the code and mend what can be mended
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: $(DEV_STAMP) $(PROJECT_STAMP) ## Measure speed
	$(BIN)/python -m validation.bench

validate: $(DEV_STAMP) $(PROJECT_STAMP) ## Compare with theory, published results and another simulator
	$(BIN)/python -m validation.check

# --upgrade takes newer versions: `make lock LOCK=--upgrade`. No address of a package index may get into the lock files.
LOCK ?=
COMPILE = uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate $(LOCK)
lock: ## Lock the exact versions of requirements/*.in
	@tools=$$(mktemp -d) && trap 'rm -rf "$$tools"' EXIT && \
	$(PYTHON) -m venv "$$tools" && "$$tools/bin/python" -m pip install --disable-pip-version-check -qq uv && \
	PATH="$$tools/bin:$$PATH" && \
	$(COMPILE) requirements/run.in -o requirements/run.txt && \
	$(COMPILE) --override requirements/left_out.in requirements/dev.in -o requirements/dev.txt && \
	$(COMPILE) requirements/mutation.in -o requirements/mutation.txt && \
	! grep -nE 'https?:|--(extra-)?index-url|--find-links' requirements/run.txt requirements/dev.txt requirements/mutation.txt

clean: ## Remove .venv and everything that was generated
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# ---------------------------------------------------------------- set-up
# An environment whose interpreter has gone is made anew.
ifneq ($(shell $(BIN)/python -c 'print("alive")' 2>/dev/null),alive)
$(shell rm -f $(VENV)/.run-* $(VENV)/.dev-* $(VENV)/.project-*)
endif

define make_venv
@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "Wardflow needs Python 3.11 or later: try make PYTHON=python3.11"; exit 1; }
@$(BIN)/python -c '' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
endef

$(RUN_STAMP):
	$(make_venv)
	@echo "Installing what Wardflow needs into $(VENV) (a minute or two, once) ..."
	@$(PIP) --require-hashes -r requirements/run.txt
	@rm -f $(VENV)/.run-* && touch $@

# dev.txt holds all of run.txt, so both stamps are earned; requirements/left_out.in tells why --no-deps.
$(DEV_STAMP):
	$(make_venv)
	@echo "Installing what the tests need into $(VENV) (a minute or two, once) ..."
	@$(PIP) --no-deps --require-hashes -r requirements/dev.txt
	@rm -f $(VENV)/.dev-* $(VENV)/.run-* && touch $@ $(RUN_STAMP)

# Every target names this stamp after the one of its packages, which hold the build backend.
$(PROJECT_STAMP):
	@$(PIP) --no-deps --no-build-isolation --editable .
	@rm -f $(VENV)/.project-* && touch $@

# Without Chromium the browser tests are skipped, each with its reason; on CI that is a failure.
browser:
	@command -v chromium >/dev/null || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "Installing Chromium for the browser tests ..."; \
			export DEBIAN_FRONTEND=noninteractive; \
			{ apt-get update -qq && apt-get install -qq -y --no-install-recommends \
				chromium chromium-driver fonts-dejavu-core; } >/dev/null || echo "Chromium could not be installed"; \
		fi; }
	@command -v chromium >/dev/null || { \
		if [ "$${CI:-}" = true ]; then echo "Chromium is missing, and CI must run the browser tests"; exit 1; fi; \
		echo "Chromium is missing: the browser tests are skipped"; }
