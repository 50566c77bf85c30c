# `make help` lists what there is. Everything installs itself into .venv on first use.
PYTHON ?= python3
VENV := .venv
CLIENTS := .clients
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo clients test test-browser test-clients test-faults test-live lint bench eval docs fuzz clean

help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(READY) ## Install Customhouse and everything pinned into .venv

$(READY): requirements/dev.txt pyproject.toml tests/oracles/package-lock.json
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes --only-binary :all: -r requirements/dev.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	$(BIN)/python -m compileall -q src
	npm ci --silent --no-audit --no-fund --ignore-scripts --prefix tests/oracles
	@touch $@

demo: $(READY) ## Vet two real projects, then replay the axios attack with an inert replica
	$(BIN)/python examples/demo.py

clients: $(CLIENTS)/.ready ## Install the real package clients that some tests run into .clients

$(CLIENTS)/.ready: requirements/clients.txt requirements/client-pdm.txt tests/clients/npm/package-lock.json
	mkdir -p $(CLIENTS)/npm
	cp tests/clients/npm/package.json tests/clients/npm/package-lock.json $(CLIENTS)/npm/
	npm ci --silent --no-audit --no-fund --ignore-scripts --prefix $(CLIENTS)/npm
	$(PYTHON) -m venv $(CLIENTS)/python
	$(CLIENTS)/python/bin/python -m pip install --quiet --no-deps --require-hashes --only-binary :all: -r requirements/clients.txt
	$(PYTHON) -m venv $(CLIENTS)/pdm
	$(CLIENTS)/pdm/bin/python -m pip install --quiet --no-deps --require-hashes --only-binary :all: -r requirements/client-pdm.txt
	@touch $@

test: $(READY) ## Run the tests (under 15 minutes on two cores)
	$(BIN)/python -m pytest -m "not live and not clients and not browser and not faults"

test-faults: $(READY) ## Run the tests that kill, cut and damage whole gateways (some minutes, mostly waiting)
	$(BIN)/python -m pytest -m faults

test-live: $(READY) ## Run the few tests that talk to the configured registries
	$(BIN)/python -m pytest -m live

test-clients: $(READY) $(CLIENTS)/.ready ## Run the tests with npm, pnpm, yarn, bun, pip, pip-tools, pipenv, poetry, pdm and uv
	$(BIN)/python -m pytest -m clients

test-browser: $(READY) ## Run the tests that open the HTML report in Chromium (Debian: apt-get install chromium)
	$(BIN)/python -m pytest -m browser

lint: $(READY) ## Format, lint, types, walls between the rooms
	$(BIN)/ruff format --check src tests bench evals examples fuzz docs
	$(BIN)/ruff check src tests bench evals examples fuzz docs
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY) ## Measure speed and memory, beside the peers (the gateway: with wrk; Debian: apt-get install wrk)
	$(BIN)/python bench/run.py

eval: $(READY) ## Measure what is caught and what is wrongly held, beside GuardDog (an hour or two, and gigabytes, the first time)
	$(BIN)/python evals/run.py

docs: $(READY) ## Generate the rule pages and the JSON Schemas
	$(BIN)/python docs/schemas/generate.py
	$(BIN)/python docs/write_rule_pages.py

fuzz: $(READY) ## Fuzz every reader: a minute each for content, less for lock files (atheris, installed aside)
	$(BIN)/python fuzz/run.py

clean: ## Remove what the commands made
	rm -rf $(VENV) $(CLIENTS) .bench build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
