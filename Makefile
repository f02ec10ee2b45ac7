# Everything a developer runs. Needs make and Python 3.11 or newer, nothing else; uses uv where it is present.

VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
# Tests wait for servers part of the time, so there is one process more than a small machine has cores. The files go
# out in the order of their names: browser and crash tests first, which take longest, so that nobody waits at the end.
JOBS ?= 3
ARGS ?=
PURE := $(addprefix tests/unit/,canonical mapping plan policy)
PLUGINS := $(notdir $(wildcard plugins/qbo_source_*))

# Empty means: keep what was compiled. Where it is set, each of the many processes of a run compiles everything anew.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help setup demo test covered check chaos requirements bench wheel format browser

help: ## show this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: $(STAMP) ## make the virtual environment in .venv from requirements.lock

demo: $(STAMP) ## run the whole product on this machine, with a practice company (ARGS="--port 9000")
	@$(BIN)/qbo-connector demo $(ARGS)

test: $(STAMP) browser ## run the tests (ARGS="tests/unit -k money" for some of them)
	@$(BIN)/python -m pytest -n $(JOBS) --dist loadfile --no-loadscope-reorder $(APART:%=--ignore=%) $(ARGS)

covered: $(STAMP) ## run the tests of the floors that only think; fails unless every branch of those was taken
	@$(BIN)/python -m pytest --quiet --cov --cov-report=term-missing:skip-covered $(PURE)

check: $(STAMP) ## run all that must be green before a merge: style, types, who imports whom, branches, tests
	@$(BIN)/ruff check --quiet
	@$(BIN)/ruff format --check --quiet
	@$(BIN)/mypy -p qbo_connector $(addprefix -p ,$(PLUGINS))
	@$(BIN)/lint-imports --no-logo
	@$(MAKE) --no-print-directory covered
	@$(MAKE) --no-print-directory APART="$(PURE)" test

chaos: $(STAMP) ## kill workers by the thousand, at every point and by SIGKILL (ARGS="--stops 500 --kills 20 --seed 7")
	@$(BIN)/python -m tests.rig.chaos $(ARGS)

requirements: $(STAMP) ## print every required behaviour with the tests that carry it
	@$(BIN)/python -m pytest --requirements -q

bench: $(STAMP) ## measure what docs/performance.md claims and print the table
	@$(BIN)/qbo-connector bench $(ARGS)

wheel: $(STAMP) ## build the wheel into dist/
	@$(BIN)/python -m build --wheel --no-isolation --outdir dist

format: $(STAMP) ## put the code into house style
	@$(BIN)/ruff check --fix --quiet
	@$(BIN)/ruff format --quiet

browser: $(STAMP)
	@$(BIN)/python -m tests.rig.browser

$(STAMP): requirements.lock pyproject.toml tools/setup.sh
	@tools/setup.sh $(VENV)
	@touch $@
