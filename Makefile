# What there is to do here. `make` alone lists it; every target sets up what it needs.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= python3
# Some machines forbid compiled bytecode: every start would then compile pandas and matplotlib again.
unexport PYTHONDONTWRITEBYTECODE
export UV_COMPILE_BYTECODE := 1
export UV_NO_PROGRESS := 1

UV := .venv-uv/bin/uv
RUN := .venv/.ready
DEV := .venv-dev/.ready
BIN := .venv-dev/bin
AUTHORITY ?= worcestershire-demo
QUARTER ?= 2017-18 Q3

CASES ?= 10000
KILLS ?= 500

.PHONY: help briefings test lab git bench published fuzz torture sbom check fix lock demo clean

help: ## list what there is to do
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

briefings: $(RUN) .venv/.pango demo ## make the demonstration quarter's papers, public and officers' copies
	@.venv/bin/quarterdeck build "$(AUTHORITY)" "$(QUARTER)"

demo: $(RUN) # a demonstration authority's returns, where they are not there yet
	@.venv/bin/quarterdeck demo --if-absent $(if $(filter %-demo,$(AUTHORITY)),--authority $(AUTHORITY))

test: $(DEV) .venv-dev/.system .venv-dev/.pango ## run every test
	@$(BIN)/python -m pytest -n 2 --dist loadgroup

lab: $(DEV) demo ## open the notebooks in JupyterLab
	@JUPYTER_PATH=lib/quarterdeck/publish/warm/jupyter $(BIN)/jupyter lab --notebook-dir=. notebooks/performance_monitoring.ipynb

git: $(DEV) ## have git keep notebooks without outputs, show their changes cell by cell, and look at what is committed
	@git config filter.nbstripout.clean '"$(abspath $(BIN))/nbstripout" --keep-id'
	@git config filter.nbstripout.smudge cat
	@git config filter.nbstripout.required true
	@git config filter.nbstripout.extrakeys "$(OF_THE_EDITOR)"
	@git config diff.jupyternotebook.command '"$(abspath $(BIN))/git-nbdiffdriver" diff --ignore-outputs'
	@git config merge.jupyternotebook.driver '"$(abspath $(BIN))/git-nbmergedriver" merge %O %A %B %L %P'
	@$(BIN)/pre-commit install

# What JupyterLab writes into a notebook that is no part of it.
OF_THE_EDITOR := $(addprefix metadata.language_info.,codemirror_mode file_extension mimetype nbconvert_exporter pygments_lexer version)

bench: $(DEV) demo ## time the papers against the tools that others use
	@$(BIN)/python -m tests.bench

published: $(DEV) ## lay DfE's published figures of both demonstration authorities against the measures
	@for county in worcestershire-demo tameside-demo; do $(BIN)/quarterdeck demo --if-absent --authority $$county || exit; done
	@$(BIN)/python -m tests.published.dfe

fuzz: $(DEV) ## spoil files of every format at random and read them, CASES=10000 times
	@$(BIN)/python -m tests.faults.fuzz $(CASES) $(SEED)

torture: $(DEV) ## kill builds at KILLS=500 random instants, and fill their disk: what is published stays whole
	@OPENBLAS_NUM_THREADS=1 $(BIN)/python -m tests.faults.torture $(KILLS) $(SEED)

sbom: $(RUN) ## write the bill of materials of what builds papers, CycloneDX, to outputs/sbom.json
	@.venv/bin/python -m quarterdeck.proof.sbom requirements-run.lock > outputs/sbom.json
	@echo "Wrote outputs/sbom.json."

check: $(DEV) ## lint, format and types
	@$(BIN)/ruff check lib tests notebooks
	@$(BIN)/ruff format --check lib tests notebooks
	@$(BIN)/pyright

fix: $(DEV) ## let ruff mend what it can
	@$(BIN)/ruff check --fix lib tests notebooks
	@$(BIN)/ruff format lib tests notebooks

lock: $(UV) ## resolve the dependencies anew into the lock files
	@$(UV) pip compile pyproject.toml --extra lab --extra test $(LOCKING) --upgrade -o requirements.lock
	@$(UV) pip compile pyproject.toml $(LOCKING) -c requirements.lock -o requirements-run.lock

LOCKING := --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --quiet

$(UV): requirements-uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Quarterdeck needs Python 3.11 or later: make PYTHON=python3.11 ...")'
	@$(PYTHON) -m venv --clear .venv-uv
	@.venv-uv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.lock
	@touch $@

# The environment that builds papers holds no JupyterLab: it would double the time of every notebook's start.
$(RUN): requirements-run.lock pyproject.toml $(UV)
	@echo "Setting up .venv (once) ..."
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) .venv
	@$(UV) pip sync --quiet --python .venv/bin/python --require-hashes requirements-run.lock
	@$(UV) pip install --quiet --python .venv/bin/python --no-deps --editable .
	@touch $@

# The environment of analysts and developers: the same lock, with JupyterLab and the test tools.
$(DEV): requirements.lock pyproject.toml $(UV)
	@echo "Setting up .venv-dev (once) ..."
	@$(UV) venv --quiet --allow-existing --python $(PYTHON) .venv-dev
	@$(UV) pip sync --quiet --python .venv-dev/bin/python --require-hashes requirements.lock
	@$(UV) pip install --quiet --python .venv-dev/bin/python --no-deps --editable .
	@touch $@

# The browser tests drive the system's Chromium, the markup check runs in Java, the database tests have a PostgreSQL
# server of their own, and the tests of the schedule a cron daemon.
.venv-dev/.system: $(DEV)
	@command -v chromium chromium-browser google-chrome >/dev/null || $(INSTALL) chromium fonts-liberation >/dev/null; } || \
	  echo "No Chromium here: the browser tests will be skipped and say so."
	@command -v java >/dev/null || $(INSTALL) default-jre-headless >/dev/null; } || \
	  echo "No Java here: the check of the pages' markup will be skipped and say so."
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || $(INSTALL) postgresql >/dev/null; } || \
	  echo "No PostgreSQL here: the tests of a real one will be skipped and say so."
	@command -v cron >/dev/null || $(INSTALL) cron >/dev/null; } || \
	  echo "No cron here: the test of a real one will be skipped and say so."
	@touch $@

# PDF and large print are laid out by Pango, in Liberation's letters.
.venv/.pango: $(RUN)
.venv-dev/.pango: $(DEV)
.venv/.pango .venv-dev/.pango:
	@$(@D)/bin/python -c 'import weasyprint' 2>/dev/null || $(INSTALL) $(PANGO) fonts-liberation >/dev/null; } || \
	  echo "No Pango here: PDF and large print cannot be made; every other format can."
	@touch $@

PANGO := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0
INSTALL := { [ "$$(id -u)" = 0 ] && apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq

clean: ## remove the environments and everything that was built
	@rm -rf .venv .venv-dev .venv-uv outputs/[!R]* outputs/.[!.]*
