# Everything that a user or a developer runs. `make` alone lists the targets.
#
# PYTHON=python3.12 make ...   chooses the interpreter (3.11 or later) of a new environment
# ARGS="-k forest" make test   passes options on to pytest
# UPGRADE=1 make lock          moves every pin to its newest release

PYTHON ?= python3
ARGS ?=
SECONDS ?= 60
VENV := .venv
BIN := $(VENV)/bin
UV := $(BIN)/uv
INSTALL := $(UV) pip install --quiet --python $(VENV)
PROJECT := --no-build-isolation --no-deps --editable .
COMPILE := UV_CUSTOM_COMPILE_COMMAND="make lock" $(UV) pip compile --quiet --python-version 3.11 \
	--no-emit-index-url --generate-hashes $(if $(UPGRADE),--upgrade)

# One thread a process: the matrices here are small, and the tests already use every core.
export OPENBLAS_NUM_THREADS ?= 1
export OMP_NUM_THREADS ?= 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help brief setup test lint types docs bench fuzz study lock test-lowest test-newest wheel clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' Makefile

brief: setup ## write the brief of the shipped case: out/rocatinlimab/brief.html
	@$(BIN)/topline brief rocatinlimab

setup: $(VENV)/.core ## make .venv with topline in it, every package pinned by version and hash

test: lint types ## check the code and run every test
	$(BIN)/python -m pytest -n 2 $(ARGS)

lint: $(VENV)/.test ## check style, format and who imports whom
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/lint-imports

types: $(VENV)/.test ## check the types (mypy, strict)
	$(BIN)/mypy

docs: $(VENV)/.test ## write the reference anew, and run the pages of docs/ that print or draw
	$(BIN)/python docs/make_reference.py
	$(BIN)/python docs/make_gallery.py --write

bench: $(VENV)/.test ## measure import, the brief and the numerics beside their rivals
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python "$$file" || exit 1; done

fuzz: $(VENV)/.test ## let atheris look for bytes that break the readers, SECONDS=60 for each target
	@$(INSTALL) --group pyproject.toml:fuzz
	@$(BIN)/python fuzz/seeds.py out/fuzz
	@$(BIN)/python fuzz/quotes.py -max_total_time=$(SECONDS)
	@$(BIN)/python fuzz/documents.py -max_total_time=$(SECONDS) -max_len=60000 -rss_limit_mb=4000 out/fuzz

study: $(VENV)/.test ## run the long simulation studies and store their numbers in tests/calibration
	@for file in studies/*.py; do echo "== $$file"; $(BIN)/python "$$file" || exit 1; done

lock: $(VENV)/.python ## resolve requirements/*.txt anew; UPGRADE=1 takes the newest releases
	$(COMPILE) --universal --group pyproject.toml:bootstrap --output-file requirements/uv.txt
	$(COMPILE) --universal pyproject.toml --group build --output-file requirements/core.txt
	$(COMPILE) --universal pyproject.toml --group build --group test --constraint requirements/core.txt \
		--output-file requirements/test.txt
	$(COMPILE) pyproject.toml --group build --group test --resolution lowest-direct \
		--output-file requirements/lowest.txt

test-lowest: $(VENV)/.python ## run the tests with Python 3.11 and the oldest packages that pyproject.toml admits
	$(UV) venv --quiet --clear --python 3.11 .venv-lowest
	$(UV) pip install --quiet --python .venv-lowest --require-hashes --requirements requirements/lowest.txt
	$(UV) pip install --quiet --python .venv-lowest $(PROJECT)
	.venv-lowest/bin/python -m pytest -n 2 $(ARGS)

test-newest: $(VENV)/.python ## run the tests with the newest release of every package
	$(UV) venv --quiet --clear --python "$(PYTHON)" .venv-newest
	$(UV) pip install --quiet --python .venv-newest --group build --group test --requirements pyproject.toml
	$(UV) pip install --quiet --python .venv-newest $(PROJECT)
	.venv-newest/bin/python -m pytest -n 2 $(ARGS)

wheel: $(VENV)/.core ## build the wheel into dist/
	$(UV) build --quiet --wheel --no-build-isolation --python $(BIN)/python --out-dir dist

clean: ## remove the environments, caches and outputs
	rm -rf .venv .venv-lowest .venv-newest out dist .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
	find src tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

# Each stamp is newer than what it was made from, so that a second run starts at once.

$(VENV)/.python: requirements/uv.txt
	@command -v "$(PYTHON)" > /dev/null || { \
		echo "There is no $(PYTHON) here. Install Python 3.11 or later, or name one: make PYTHON=/path/to/python3"; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
		echo "topline needs Python 3.11 or later; $(PYTHON) is $$("$(PYTHON)" --version 2>&1)."; \
		echo "Name another one: make PYTHON=python3.12"; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip, venv' 2> /dev/null || { \
		echo "$(PYTHON) can't make virtual environments: a part of it is a package of its own on this system."; \
		echo "On Debian or Ubuntu: sudo apt-get install python3-venv"; exit 1; }
	@echo "Setting up .venv (once) ..."
	@"$(PYTHON)" -m venv --clear $(VENV)
	@sh requirements/get-uv.sh $(BIN)/python
	@touch $@

$(VENV)/.core: $(VENV)/.python requirements/core.txt pyproject.toml
	@$(INSTALL) --require-hashes --requirements requirements/core.txt
	@$(INSTALL) $(PROJECT)
	@touch $@

$(VENV)/.test: $(VENV)/.core requirements/test.txt
	@$(INSTALL) --require-hashes --requirements requirements/test.txt
	@touch $@
