# make setup | demo | test | check: everything installs itself into .venv; a second run is quick and harmless.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
TESTS ?= tests

.PHONY: setup demo test check format clean

setup: $(VENV)/.ready-dev

# What running Taskforce needs.
$(VENV)/.ready: requirements.txt requirements-build.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing what Taskforce needs into $(VENV) …"
	@$(PIP) install --require-hashes -r requirements.txt -r requirements-build.txt
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

# What testing and checking it needs besides.
$(VENV)/.ready-dev: $(VENV)/.ready requirements-dev.txt
	@echo "Installing what its tests need into $(VENV) …"
	@$(PIP) install --require-hashes -r requirements-dev.txt
	@touch $@

demo: $(VENV)/.ready
	@$(BIN)/taskforce demo $(if $(ONCE),--once)

test: setup
	@$(BIN)/python -m pytest -n 2 --dist loadfile $(TESTS)

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis .import_linter_cache
