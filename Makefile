# Two commands on a fresh machine: `make demo` and `make test`. Each does all of its own set-up.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
ARGS ?=

# the tests start hundreds of processes: without kept bytecode each would compile all of ghapp anew
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo run test lint soak bench pictures lock clean

demo: $(VENV)/.installed
	@$(BIN)/ghapp demo $(ARGS)

run: $(VENV)/.installed
	@$(BIN)/ghapp serve $(ARGS)

# three at a time on two cores: many tests wait for processes of their own
test: $(VENV)/.installed-dev lint
	$(BIN)/python -m tests.published.fetch
	$(BIN)/python -m pytest -n 3 $(ARGS)

lint: $(VENV)/.installed-dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

# the longer proofs: races, crashes and kills by the thousand. All of it takes hours; `ARGS=tests/proofs` runs a part
# (CONTRIBUTING.md tells how long each takes), `ARGS="--durations=0 tests/engine"` tells what each test took
soak: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m soak -n 2 $(ARGS)

# a store that has grown for years beside a new one; how soon a thousand open pull requests are held; whether a flood of
# cheap events keeps anybody from the lock; how far a reader walks through the code after an event; and deliveries a
# second beside Probot and octokit, which store them or do not, with what has to be reached (which takes wrk and npm)
bench: $(VENV)/.installed-dev
	@$(BIN)/python -m bench.growth
	@$(BIN)/python -m bench.gate
	@$(BIN)/python -m bench.flood
	@$(BIN)/python -m bench.journeys
	@$(BIN)/python -m bench.intake

# docs/pictures, of what a real server says (which takes Chromium, node and npm); `ARGS="--all FOLDER"`: every message
pictures: $(VENV)/.installed-dev
	@$(BIN)/python -m tests.pictures $(ARGS)

# requirements*.txt hold hashes and no address, so they install from whatever index a machine has
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
