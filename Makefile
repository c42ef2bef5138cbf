# Everything here runs from a bare Python (3.11 or newer) and make; nothing else is installed by hand.
PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	"$$each" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$each" && break; done)
BIN := .venv/bin
READY := .venv/.ready
TRAINING := .venv/.training
PACKAGES := cli.py orchestrator audiences schedules
CODE := $(PACKAGES) tests $(wildcard .ci/*.py)
COMPILE := $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

.PHONY: help demo test soak check bench train messages lock clean

help:  ## Show what can be made
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*##/ -/'

$(READY): requirements-dev.txt pyproject.toml
	@if [ -z "$(PYTHON)" ] || ! "$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
		echo "Türöffner needs Python 3.11 or newer. Install it, or name one: make $(MAKECMDGOALS) PYTHON=/path/to/python3.11" >&2; exit 2; fi
	@[ -x $(BIN)/python ] || "$(PYTHON)" -m venv .venv
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-dev.txt
	$(BIN)/python -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

demo: $(READY)  ## Live through a whole invented campaign week, into the folder demo
	$(BIN)/tueroeffner demo

test: $(READY)  ## Run all tests, on SQLite and PostgreSQL
	$(BIN)/pytest -n $(or $(WORKERS),auto) --dist worksteal

soak: $(READY)  ## Kill the senders 10,000 times in every combination of faults, and all trials of stops and leavings (hours); SEED=n repeats a run
	TUEROEFFNER_TEST_SOAK=1 TUEROEFFNER_TEST_SEED=$(or $(SEED),$(shell date +%s)) \
		$(BIN)/pytest tests/reliability/test_matrix.py tests/reliability/test_command_line.py \
		tests/stopping/test_no_send.py tests/leaving/test_leaving_kills.py -n $(or $(WORKERS),2) -s

check: $(READY)  ## Format, lint, types, architecture, translations, and a wheel in an empty environment
	$(BIN)/ruff format --check $(CODE)
	$(BIN)/ruff check $(CODE)
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python .ci/messages.py --check
	$(BIN)/python .ci/wheel.py

$(TRAINING): $(READY) requirements-training.txt
	$(BIN)/python -m pip install -qq --disable-pip-version-check --require-hashes -r requirements-training.txt
	@touch $@

train: $(TRAINING)  ## Learn the sorting of replies anew from the labelled ones
	$(BIN)/python -m orchestrator.triage.build_model

bench: $(TRAINING)  ## Measure every figure that the documentation names
	@for each in $(wildcard tests/bench/bench_*.py); do echo "== $$each"; $(BIN)/python "$$each" || exit 1; done

messages: $(READY)  ## Collect the messages, update the German catalogue, compile it
	$(BIN)/python .ci/messages.py

lock: $(READY)  ## Resolve the requirements anew
	@[ -x $(BIN)/uv ] || $(BIN)/python -m pip install -qq uv
	$(COMPILE) -o requirements.txt
	$(COMPILE) --group dev -o requirements-dev.txt
	$(COMPILE) --group dev --group training -o requirements-training.txt

clean:  ## Remove the environment and all caches
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
