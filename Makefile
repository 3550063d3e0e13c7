# `make` alone lists what a developer needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: help serve test wheel check lint types layers bench backtest tactics docs clean
.DEFAULT_GOAL := help

help:  ## list these commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

$(STAMP): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	@touch $@

serve: $(STAMP)  ## write the demo into demo/ (once) and serve it at http://127.0.0.1:8321
	@test -e demo/okr.yaml || $(BIN)/okr init --demo demo
	@$(BIN)/okr -c demo/okr.yaml serve

test: $(STAMP) check wheel  ## lint, types, layers and all tests, with the built wheel in an empty environment
	OKR_TEST_WHEEL=build/empty/bin/okr $(BIN)/python -m pytest

wheel: $(STAMP)
	rm -rf build/wheel build/empty
	$(BIN)/python -m build --wheel --outdir build/wheel >/dev/null
	$(PYTHON) -m venv build/empty
	build/empty/bin/python -m pip install --quiet --disable-pip-version-check build/wheel/*.whl

check: lint types layers  ## lint, types and layers only

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

layers: $(STAMP)
	$(BIN)/lint-imports

bench: $(STAMP)  ## measure speed and memory against named limits; prints the table of the README
	$(BIN)/python -m tests.bench

backtest: $(STAMP)  ## judge the forecast on series that it was not chosen on; prints the table of the README
	$(BIN)/python -m tests.backtest

tactics: $(STAMP)  ## measure how often tactics are judged wrongly and rightly; prints the tables
	$(BIN)/python -m tests.tactics

docs: $(STAMP)  ## write the generated files again: config/, dashboards, the README's tables
	$(BIN)/python -m tests.generated

clean:  ## remove the environment and what was built; the demo's data too
	rm -rf $(VENV) build dist demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
