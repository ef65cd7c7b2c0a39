# Every target bootstraps what it needs from a machine that has only Python (3.11-3.13) and make.
.DEFAULT_GOAL := help
.PHONY: help setup demo run doctor test lint format ui bench lock clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready
export UV_COMPILE_BYTECODE := 1
export UV_LINK_MODE := copy

help: ## What there is
	@grep -hE '^[a-z]+:.*##' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

setup: $(READY) ## Install into ./.venv

$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info[:2]; sys.exit(None if (3, 11) <= v < (3, 14) else "Skvoz needs Python 3.11, 3.12 or 3.13, this is %d.%d; choose one with PYTHON=python3.12" % v)'
	@echo "Installing into $(VENV) (once, a minute or so)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check "uv>=0.9,<1"
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

demo: $(READY) ## Run everything against a simulated company and compare with its truth
	@$(BIN)/skvoz demo $(ARGS)

run: $(READY) ## Run the daily job for the company of config/company.toml
	@$(BIN)/skvoz run $(ARGS)

doctor: $(READY) ## Check every source that is switched on
	@$(BIN)/skvoz doctor

test: $(READY) ## Run the whole test suite
	@$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder $(ARGS)

lint: $(READY) ## Check style, types and SQL
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/sqlfluff lint --config pyproject.toml --processes 2 dbt_project/models dbt_project/tests

format: $(READY) ## Bring Python and SQL into the house style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .
	$(BIN)/sqlfluff fix --config pyproject.toml dbt_project/models dbt_project/tests

ui: $(READY) ## Open Dagster's web UI (make ui DEMO=1: on the demo company)
	@$(BIN)/skvoz ui $(if $(DEMO),--demo) $(ARGS)

bench: $(READY) ## Measure, as ratios inside one run
	@$(BIN)/python -m benchmarks $(ARGS)

lock: $(READY) ## Renew requirements.lock from pyproject.toml
	$(BIN)/uv pip compile --universal --upgrade --extra dev --no-header --no-emit-index-url \
		pyproject.toml -o requirements.lock

clean: ## Remove the environment, caches and the demo's data; never the company's own
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis dbt_project/target data/demo
