# `make demo` and `make test` set up .venv themselves; nothing else is needed but Python 3.11 or newer.

PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	$$python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$python && break; done)
VENV := .venv
BIN := $(VENV)/bin
# A run of a test that imports TensorFlow takes a core and about 1 GB.
WORKERS ?= 2
# Whole files, in order: what a file trains or grades is done once.
DIST := --dist loadfile --no-loadscope-reorder

.PHONY: demo test check test-attacks test-course test-long release examples catalogues benchmark clean

demo: $(VENV)/ready
	$(BIN)/autograder demo

test: check
	$(BIN)/pytest -n $(WORKERS) $(DIST)

check: $(VENV)/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/autograder release --check
	$(BIN)/python scripts/make_examples.py --check
	$(BIN)/python scripts/make_class.py --check
	$(BIN)/python scripts/catalogues.py --check

# The example class, nbgrader driven whole, and every command of the documents. CI runs it too.
test-course: $(VENV)/ready
	$(BIN)/pytest -n $(WORKERS) $(DIST) -m course

# All attacks, and what every layer of isolation promises: as whoever runs it, and for root as an ordinary user too.
# CI runs it.
test-attacks: $(VENV)/ready
	$(BIN)/pytest -n $(WORKERS) $(DIST) -m attack
	@if [ "$$(id -u)" = 0 ]; then set -x; \
	scripts/as_ordinary_user.sh $(BIN)/pytest -p no:cacheprovider -n $(WORKERS) $(DIST) -m attack; fi

test-long: $(VENV)/ready
	$(BIN)/pytest -m long

# Release notebooks, as nbgrader makes them.
release: $(VENV)/ready
	$(BIN)/autograder release

examples: release
	$(BIN)/python scripts/make_examples.py
	$(BIN)/python scripts/make_class.py

# What there is to translate, brought up to date and compiled; what is left to translate is said.
catalogues: $(VENV)/ready
	$(BIN)/python scripts/catalogues.py

benchmark: $(VENV)/ready
	$(BIN)/python benchmarks/class_speed.py

$(VENV)/ready: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer is needed: name it, as in make PYTHON=/path/to/python3.12"; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[test]'
	@touch $@

clean:
	rm -rf $(VENV) reports .pytest_cache .mypy_cache .ruff_cache .hypothesis
