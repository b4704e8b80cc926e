# make setup | demo | test | lint | style (the quick part of lint)      (needs Python 3.11 or newer, nothing else prepared)
PYTHON ?= python3
PORT ?= 8000
BIN := .venv/bin
WORKERS ?= 2
TESTS ?= tests

.PHONY: setup demo test lint style lock wheel clean

setup: .venv/.ready

# The locks name every package, so nothing is resolved here (--no-deps) and each file's hash is checked.
.venv/.ready: .ci/pip.lock requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Otklik needs Python 3.11 or newer: make setup PYTHON=python3.12"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r .ci/pip.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r requirements.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps -e .
	@find .venv -path '*/simplemma/strategies/dictionaries/data/*.plzma' ! -name 'bg.*' ! -name 'en.*' -delete  # 64 MB of other languages
	@touch $@

.venv/.ready-dev: .venv/.ready requirements-dev.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

demo: setup
	$(BIN)/feedback demo --port $(PORT)

test: .venv/.ready-dev
	$(BIN)/python -m pytest -n $(WORKERS) --dist worksteal $(TESTS)

lint: style
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint --lint templates

style: .venv/.ready-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra postgres -o requirements.lock
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --extra postgres --extra dev -o requirements-dev.lock

wheel: .venv/.ready-dev
	$(BIN)/hatchling build -t wheel

clean:
	rm -rf .venv build dist
