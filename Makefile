# `make run` starts the dashboard, `make dev` one that follows changes of its source, `make worker` one more process that
# publishes, `make backup` copies everything into one file, `make move` brings it to another database, `make test` runs
# every test, `make test-clients` other people's programs against the sandbox, `make check` lint and the quick tests,
# `make lint` reads the code.
PYTHON ?= python3
PORT ?= 8501
BIN := .venv/bin
ADVISORIES := api.osv.dev
# Compiled modules are kept whatever the environment says: the tests start hundreds of Pythons.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run dev env worker backup move test test-clients check lint format bench clean

run: .venv/run
	$(BIN)/streamlit run streamlit_app.py --server.port $(PORT)

dev: .venv/run
	$(BIN)/streamlit run streamlit_app.py --server.port $(PORT) --server.fileWatcherType auto --server.runOnSave true

worker: .venv/run
	$(BIN)/python -m dashboard worker

backup: .venv/run
	$(BIN)/python -m dashboard backup '$(or $(TO),backup.zip)'

# make move FROM=sqlite:///data/dashboard.db TO=postgresql://user:password@host/database, or without them to be asked.
# Through the environment: every user of this machine sees the words of a command, and an address may hold a password.
ifdef FROM
move: export MOVE_FROM = $(value FROM)
endif
ifdef TO
move: export MOVE_TO = $(value TO)
endif
move: .venv/run
	@$(BIN)/python -m dashboard move

# Settings of one's own, for nobody else to read.
env:
	@test ! -e .env || { echo ".env is there already; it stays as it is."; exit 1; }
	@install -m 600 .env.example .env
	@echo "Fill in .env, then start with make run."

test: .venv/dev
	$(BIN)/python -m pytest -n 4 --dist worksteal

# Programs that other people wrote for LinkedIn, run against the sandbox; .clients holds them, apart from all of ours.
test-clients: .venv/dev .clients/installed
	$(BIN)/python -m pytest tests_clients

.clients/installed: tests_clients/install tests_clients/requirements.txt tests_clients/package.json | .venv/pip
	bash tests_clients/install $(BIN)/python .clients
	touch $@

# Before each commit: what reads the code, and the tests that need no browser, no worker and no database server.
QUICK := architecture linkedin_api/content linkedin_api/errors linkedin_api/reference linkedin_api/snippets \
	dashboard/config dashboard/scheduling dashboard/preview dashboard/csv_import dashboard/drafts
check: lint
	$(BIN)/python -m pytest -n 2 $(addprefix tests/,$(QUICK))

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict -p linkedin_api -p zernio_api -p dashboard
	$(BIN)/bandit --quiet --configfile pyproject.toml --recursive dashboard linkedin_api pages sandbox zernio_api streamlit_app.py
	@if $(BIN)/python -c "import requests; requests.head('https://$(ADVISORIES)', timeout=5)" 2>/dev/null; \
	then $(BIN)/pip-audit --vulnerability-service osv --skip-editable --progress-spinner off; \
	else echo "pip-audit looked at nothing: $(ADVISORIES), which knows the known vulnerabilities, cannot be reached."; fi

format: .venv/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/dev
	$(BIN)/python -m benchmarks

clean:
	rm -rf .venv .clients .pytest_cache .mypy_cache .ruff_cache

.venv/pip:
	$(PYTHON) -m venv .venv || { echo "Python's venv is missing. On Debian: apt-get install python3-venv"; rm -rf .venv; exit 1; }
	touch $@

.venv/run: .venv/pip requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

# One installation, as requirements-dev.txt names what is in requirements.txt.
.venv/dev: .venv/pip requirements.txt requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch .venv/run $@
