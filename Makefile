# make setup | demo | test | torture | bench | check | sbom | audit | screenshots: everything installs itself into .venv; a second run is quick and harmless.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
TESTS ?= tests

.PHONY: setup demo test torture bench check sbom audit screenshots format clean

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
	@tests/browser/bring.sh
	@$(BIN)/python -m pytest -n 3 --dist loadfile --no-loadscope-reorder $(TESTS)

# Thousands of stories of people, trouble and kills, then the promises: MINUTES long, or SEEDS times fifty stories; then
# KILLS imports as processes of their own, each killed at a random moment and resumed; then the smallest imports, killed
# and troubled at every step.
torture: setup
	@$(BIN)/python -m tests.properties.torture --seeds $(or $(SEEDS),1000) --minutes $(or $(MINUTES),30) --first $(or $(FIRST),1)
	@$(BIN)/python -m tests.end_to_end.kills --seeds $(or $(KILLS),100)
	@TASKFORCE_TORTURE=1 $(BIN)/python -m pytest -n 2 --dist loadfile $(wildcard tests/properties/test_every_*.py)

# How fast it is, beside other programs and beside what is possible: tables, which also go to benchmarks/results. A quarter
# of an hour; FULL=1 takes the sizes that the aims speak of, and hours. ONLY="limit domain" runs some.
bench: setup
	@$(BIN)/python -m benchmarks $(if $(FULL),--full) $(ONLY)

check: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive src 2>/dev/null  # it warns of its own excuses; findings go to stdout

# What Taskforce is made of, for those who ask (CycloneDX): everything that requirements.txt pins, with licences. The
# packages are looked up in an environment that holds nothing else.
sbom: pyproject.toml requirements.txt setup
	@rm -rf build/runtime && $(PYTHON) -m venv build/runtime
	@build/runtime/bin/python -m pip --disable-pip-version-check --quiet install --require-hashes -r requirements.txt
	@build/runtime/bin/python -m pip --disable-pip-version-check --quiet uninstall --yes pip setuptools
	@$(BIN)/cyclonedx-py environment --pyproject pyproject.toml --output-reproducible --of JSON -o build/sbom.json build/runtime/bin/python
	@echo "build/sbom.json says what Taskforce is made of."

# Known weaknesses of what is pinned. Not part of `make check`: without access to vulnerability data pip-audit says that it
# knows of none, also of versions that have some; with --strict it fails then, and nothing is claimed.
audit: setup
	$(BIN)/pip-audit --strict --require-hashes --disable-pip --requirement requirements.txt

# Every page as a picture, from made-up data that is the same each time.
screenshots: setup
	@tests/browser/bring.sh
	@$(BIN)/python -m tests.browser.screenshots docs/images

format: setup
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .hypothesis .import_linter_cache
