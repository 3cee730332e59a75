.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
export DO_NOT_TRACK := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

help:  ## say what can be made
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-8s %s\n", $$1, $$2}'

$(VENV)/.python: 
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Seamark needs Python 3.11 or newer; try: make $(MAKECMDGOALS) PYTHON=python3.11"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.demo: pyproject.toml constraints.txt | $(VENV)/.python
	@echo "Installing Seamark into $(VENV) (a minute or two, once) ..."
	@$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[demo]'
	@touch $@

$(VENV)/.test: pyproject.toml constraints.txt | $(VENV)/.python
	@echo "Installing Seamark and what its tests need into $(VENV) ..."
	@$(BIN)/pip install --quiet --constraint constraints.txt --editable '.[demo,mariadb,test]'
	@touch $@

install: $(VENV)/.demo  ## install Seamark into .venv

demo: $(VENV)/.demo  ## watch a real model age in production (SERVE=0 ends after the table)
	@$(BIN)/seamark demo --folder demo $(if $(filter 0,$(SERVE)),--no-serve)

serve: $(VENV)/.demo  ## the scheduler and the dashboard on ./seamark.yaml (or CONFIG=...)
	@$(BIN)/seamark serve --config $(or $(CONFIG),seamark.yaml)

test: $(VENV)/.test  ## run every test (installs what they need, Debian packages included when it may)
	@tests/install.sh
	@$(BIN)/pytest --numprocesses auto --maxprocesses 4 $(ARGS)

check: $(VENV)/.test  ## format, lint, types, floors
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

bench: $(VENV)/.test  ## ratios against peers and limits, in one run (12 minutes; ARGS=--help says more)
	@PYTHONPATH=tests $(BIN)/python -m bench $(ARGS)

clean:  ## remove what was made here, the demo's files included
	rm -rf $(VENV) demo .mypy_cache .pytest_cache .ruff_cache .hypothesis

.PHONY: help install demo serve test check bench clean
