# `make run` starts the dashboard, `make dev` one that follows changes of its source, `make worker` one more process that publishes, `make backup` copies everything into
# one file, `make move` brings it to another database, `make test` runs every test, `make lint` reads the code.
PYTHON ?= python3
PORT ?= 8501
BIN := .venv/bin

.PHONY: run dev worker backup move test lint format bench clean

run: .venv/run
	$(BIN)/streamlit run streamlit_app.py --server.port $(PORT)

dev: .venv/run
	$(BIN)/streamlit run streamlit_app.py --server.port $(PORT) --server.fileWatcherType auto --server.runOnSave true

worker: .venv/run
	$(BIN)/python -m dashboard worker

backup: .venv/run
	$(BIN)/python -m dashboard backup '$(or $(TO),backup.zip)'

# Not echoed: an address may hold a password.
move: EXAMPLE = make move FROM=sqlite:///data/dashboard.db TO=postgresql://user:password@host/database
move: .venv/run
	@$(if $(and $(FROM),$(TO)),,$(error Say where from and where to, such as $(EXAMPLE)))
	@$(BIN)/python -m dashboard move '$(FROM)' '$(TO)'

test: .venv/dev
	$(BIN)/python -m pytest -n 3 --dist worksteal

lint: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy --strict -p linkedin_api -p dashboard

format: .venv/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/dev
	$(BIN)/python -m benchmarks

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache

.venv/pip:
	$(PYTHON) -m venv .venv || { echo "Python's venv is missing. On Debian: apt-get install python3-venv"; rm -rf .venv; exit 1; }
	touch $@

.venv/run: .venv/pip requirements.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements.txt
	touch $@

.venv/dev: .venv/run requirements-dev.txt
	$(BIN)/pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	touch $@
