# On a fresh machine, start with `make demo` or `make test`. Each does all of its own setup.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

# the tests start hundreds of processes: without stored bytecode, each would compile all of ghapp again
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo run test lint pytest style types soak bench pictures lock clean

demo: $(VENV)/.installed
	@$(BIN)/ghapp demo $(ARGS)

run: $(VENV)/.installed
	@$(BIN)/ghapp serve $(ARGS)

# mypy runs beside the tests, because it takes most of a minute on one core
test: $(VENV)/.installed-dev style
	$(BIN)/python -m tests.published.fetch
	@$(MAKE) --no-print-directory -j2 types pytest

lint: style types

# three test processes on two cores, because many tests wait for child processes
pytest: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n 3 $(ARGS)

style: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports

types: $(VENV)/.installed-dev
	$(BIN)/mypy

# the long tests: thousands of races, crashes and kills. All of them take hours; `ARGS=tests/proofs` runs a part
# (CONTRIBUTING.md gives the time of each part), `ARGS="--durations=0 tests/engine"` prints the time of each test
soak: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m soak -n 2 $(ARGS)

# compares a store of several years with a new one; measures how soon the gates of a thousand open pull requests are
# closed, whether a flood of cheap events delays a lock, how many functions and files an event passes through, and the
# deliveries per second beside Probot and octokit, with and without a store, against the required minimum (needs wrk
# and npm)
bench: $(VENV)/.installed-dev
	@$(BIN)/python -m bench.growth
	@$(BIN)/python -m bench.gate
	@$(BIN)/python -m bench.flood
	@$(BIN)/python -m bench.journeys
	@$(BIN)/python -m bench.board
	@$(BIN)/python -m bench.intake

# docs/pictures, from the messages and pages of a real server, and a film of the demo's minute (needs Chromium with
# fonts for Japanese, node and npm); `ARGS="--all FOLDER"`: all messages and pages, for a person to look at
pictures: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.pictures $(ARGS)

# requirements*.txt contain hashes and no address, so they install from the package index of any machine
lock:
	uv pip compile --quiet --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
		--python-version 3.11 --extra demo --build-isolation --upgrade pyproject.toml requirements-build.in -o requirements.txt
	uv pip compile --quiet --generate-hashes --no-header --no-annotate --no-emit-index-url --no-emit-find-links \
		--python-version 3.11 --upgrade -c requirements.txt requirements-dev.in -o requirements-dev.txt

clean:
	rm -rf $(VENV) .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/.installed: requirements.txt
	@echo "ghapp: building $(VENV)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "ghapp needs Python 3.11 or newer")'
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.installed requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@touch $@
