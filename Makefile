# `make run` starts the dashboard, `make test` runs every test, `make lint` reads the code.
PYTHON ?= python3
PORT ?= 8501
BIN := .venv/bin

.PHONY: run test lint format bench clean

run: .venv/run
	$(BIN)/streamlit run streamlit_app.py --server.port $(PORT)

test: .venv/dev
	$(BIN)/python -m pytest -n 2

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
