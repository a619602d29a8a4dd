# Everything runs inside .venv, from locked requirements. `make` alone lists what there is.
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
PORT ?= 8000
ifeq ($(OS),Windows_NT)
BIN := $(VENV)/Scripts
else
BIN := $(VENV)/bin
endif
PY := $(BIN)/python
READY := $(VENV)/.ready
# In a container the user is often root, whom Jupyter refuses unless told.
LAB_OPTIONS ?= $(if $(filter 0,$(shell id -u 2>/dev/null)),--allow-root)

.PHONY: help book course site pdf epub notebooks data release test test-all lab serve check bench bench-models bench-events machine-store addresses lock data-package clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-14s %s\n", $$1, $$2 }' Makefile

# The first interpreter that really starts (version managers leave shims that do not) and is new enough.
$(READY): requirements.lock pyproject.toml
	@found=; for python in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	  if $$python -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; \
	  then found=$$python; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	  echo 'Python 3.11 or later (with venv and pip) is needed, but none was found on the PATH.' >&2; exit 1; fi; \
	echo "Installing the locked environment into $(VENV) with $$($$found --version) ..."; \
	$$found -m venv --clear $(VENV)
	$(PY) -m pip install -qq --disable-pip-version-check --require-hashes -r requirements.lock
	$(PY) -m pip install -qq --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

book: $(READY) ## Run every chapter and build the site into _build/html
	@$(PY) tools/build.py

course: book ## What a lecturer hands out: zips for students and instructors, slides, quizzes, in _build/course
	@$(PY) tools/course.py

site: book ## The site as one zip that opens without a network, in _build/editions
pdf: book ## The book as tagged PDF (needs Chromium)
epub: book ## The book for e-readers
notebooks: $(READY) ## The chapters as notebooks that run in an empty folder
data: $(READY) ## The tables with their description and licence
site pdf epub notebooks data:
	@$(PY) tools/editions.py $@

release: book ## All editions in _build/release, with check sums, manifest, parts and licences
	@$(PY) tools/editions.py release

test: book ## Build the book, then run all tests
	$(PY) -m pytest -n auto --dist loadfile

test-all: book ## The same, and those tests that build whole books (a quarter of an hour more)
	$(PY) -m pytest -n auto --dist loadfile -m "slow or not slow"

lab: $(READY) ## Open the chapters as notebooks in JupyterLab
	JUPYTER_CONFIG_PATH=assets/jupyter JUPYTER_PREFER_ENV_PATH=1 $(PY) -m jupyter lab chapters $(LAB_OPTIONS)

serve: book ## Serve the built book on http://127.0.0.1:8000 (PORT=... for another port)
	@echo "Serving the book on http://127.0.0.1:$(PORT) (Ctrl+C stops)"
	@$(PY) -m http.server --bind 127.0.0.1 --directory _build/html $(PORT)

check: book ## Lint, format check, types, wording, links
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(PY) -m mypy
	$(PY) tools/check_prose.py
	$(PY) tools/check_links.py

bench: book ## Measure page weights, waiting times and build times
	$(PY) tools/bench_reading.py
	$(PY) tools/bench.py

bench-models: $(READY) ## Time the models against their targets
	@for model in balance corridors regimes forecasts; do $(PY) tools/bench_$$model.py || exit 1; done

bench-events: $(READY) ## Time GDELT files of 1, 10 and 30 million rows (12 GB of disk, or MILLIONS="1 10")
	$(PY) -m pip install -qq --disable-pip-version-check --no-build-isolation -e '.[bench]'
	$(PY) tools/bench_events.py $(or $(MILLIONS),1 10 30)

# Running it again reads only what is new.
machine-store: $(READY) ## Read GDELT event files into a store: FILES="downloads/*.zip" STORE=store
	@test -n "$(FILES)" || { echo 'Say which files: make machine-store FILES="downloads/*.zip"' >&2; exit 1; }
	$(PY) -m helpers.machine_store $(or $(STORE),gdelt-store) $(FILES)

addresses: $(READY) ## List the pages that the data cite in _build/addresses.txt, for a link checker
	@mkdir -p _build
	$(PY) tools/check_links.py --addresses > _build/addresses.txt

data-package: $(READY) ## Rewrite data/datapackage.json from the schemas
	$(PY) -m helpers.schemas

lock: $(READY) ## Resolve requirements.lock anew from pyproject.toml
	$(PY) -m uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 \
	  --generate-hashes --upgrade --no-header --no-emit-index-url --no-emit-find-links --quiet \
	  --output-file requirements.lock

clean: ## Delete the built book, its caches and the environment
	rm -rf _build $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis src/*.egg-info
