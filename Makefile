# `make help` lists what there is. Everything installs itself into .venv on first use.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup demo test test-live lint bench docs fuzz clean

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

test: $(READY) ## Run the tests (under 15 minutes on two cores)
	$(BIN)/python -m pytest -m "not live"

test-live: $(READY) ## Run the few tests that talk to the configured registries
	$(BIN)/python -m pytest -m live

lint: $(READY) ## Format, lint, types, walls between the rooms
	$(BIN)/ruff format --check src tests bench examples fuzz docs
	$(BIN)/ruff check src tests bench examples fuzz docs
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(READY) ## Measure speed and memory, beside the peers
	$(BIN)/python bench/run.py

docs: $(READY) ## Generate the rule pages and the JSON Schemas
	$(BIN)/python docs/schemas/generate.py
	$(BIN)/python docs/write_rule_pages.py

fuzz: $(READY) ## Fuzz the readers and archives for a while (atheris, installed aside)
	$(BIN)/python fuzz/run.py

clean: ## Remove what the commands made
	rm -rf $(VENV) .bench build dist .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis
