# Each command makes what it needs: a virtual environment in .venv, and in it the extras that the command uses.
# What is installed stays, so everything works again without a network. With uv that is quick, without it pip does it.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
UV := $(shell command -v uv 2>/dev/null)

.DEFAULT_GOAL := help
.PHONY: help demo test lab docs playground serve-docs refresh node conformance crash-lab bench lint types clean

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-11s %s\n", $$1, $$2 }' Makefile

# `compare` exits with 1 when a strategy lost something. That is its finding, not a failure of the demonstration.
demo: $(VENV)/.has-runtime ## Run the backend under every listener strategy and compare
	@$(BIN)/eventdemo compare || [ $$? -eq 1 ]

# In several processes. Each takes the next file when it is done with one, so the tests of a file share their set-up;
# tests/conftest.py puts the files that take longest first.
SPREAD = -n auto --dist loadfile
# Bytecode is kept even if the environment says not to, as container images do: else each of the hundreds of processes
# that tests start compiles the package again.
test conformance: export PYTHONDONTWRITEBYTECODE :=
test: $(VENV)/.has-test ## Run every test (ARGS="-k bus" runs some, ARGS="-x -n0" in one process)
	@$(BIN)/python -m pytest $(SPREAD) $(ARGS)

lab: $(VENV)/.has-notebooks ## Open your copy of the notebooks in JupyterLab (FRESH=1 starts over)
	@$(BIN)/python -m notebooks.lab $(if $(FRESH),--fresh) $(ARGS)

docs: playground ## Build the documentation into site/
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs build --strict
	@echo "Open site/index.html, or run 'make serve-docs'."

playground: $(VENV)/.has-docs ## Download Python for the browser, for the site's playground and notebooks (needs npm)
	@$(BIN)/python -m docs.pages.playground_runtime
	@$(BIN)/python -m docs.pages.lite_runtime

serve-docs: $(VENV)/.has-docs ## Serve the documentation on this machine, rebuilt at each change
	@NO_MKDOCS_2_WARNING=1 $(BIN)/python -m mkdocs serve

refresh: $(VENV)/.has-test ## Run again everything whose output README, docs and notebooks show
	@$(BIN)/python -m docs.refresh
	@$(BIN)/python -m notebooks.refresh

node: ## Install what the tests compare with under Node: the real EventEmitter2 and BullMQ, and axe
	@npm ci --prefix tests/conformance/node --no-audit --no-fund --loglevel=error
	@npm ci --prefix tests/durable/node --no-audit --no-fund --loglevel=error
	@npm ci --prefix tests/docs/node --no-audit --no-fund --loglevel=error

conformance: node $(VENV)/.has-test ## Compare with the real EventEmitter2, pyee and BullMQ (needs Node)
	@DOWNLOAD=1 $(BIN)/python -m pytest $(SPREAD) tests/conformance tests/durable/test_node.py $(ARGS)

crash-lab: $(VENV)/.has-test ## Kill real processes 100 times behind each engine, for docs/graduate
	@$(BIN)/python -m docs.pages.run_crash_lab 100 $(ARGS)

# The last command exits with 1 if a goal was missed.
bench: $(VENV)/.has-bench ## Measure the speed and write docs/reference/benchmarks.md
	@$(BIN)/python -m benchmarks.graduation
	@$(BIN)/python -m benchmarks

lint: $(VENV)/.has-test ## Check style and format
	@$(BIN)/python -m ruff check
	@$(BIN)/python -m ruff format --check

types: $(VENV)/.has-test ## Check the types
	@$(BIN)/python -m mypy

clean: ## Remove the virtual environment and everything that was built
	rm -rf $(VENV) site build dist .*_cache .hypothesis *.egg-info

# The virtual environment, and in it one stamp for each set of extras. A stamp holds the part of pyproject.toml that an
# install depends on: a changed dependency installs again, a changed lint rule does not.

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "eventdemo needs Python 3.11 or newer, and '$(PYTHON)' is not: try for example 'make demo PYTHON=python3.13'." >&2; \
	  exit 1; }
	@rm -rf $(VENV)
	@$(if $(UV),$(UV) venv --quiet --python "$(PYTHON)" $(VENV),$(PYTHON) -m venv $(VENV))

INSTALL = $(if $(UV),$(UV) pip install --quiet --python $(BIN)/python,$(BIN)/python -m pip install --quiet --quiet --disable-pip-version-check)
NEEDS = import tomllib; d = tomllib.load(open("pyproject.toml", "rb")); print(d["build-system"], d["project"])

$(VENV)/.has-%: pyproject.toml | $(BIN)/python
	@$(BIN)/python -c '$(NEEDS)' > $@.new
	@cmp -s $@.new $@ || { \
	  echo "Installing eventdemo ($*) into $(VENV): this takes a moment, once." && \
	  $(INSTALL) --editable '.$(if $(filter runtime,$*),,[$*])'; }
	@mv $@.new $@
