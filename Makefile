# `make lab` opens the course; `make help` lists the rest.
# The environment lives in .venv; tools/environment.py creates it, notices when it is out of date, and mends it.

PYTHON ?=
LAB ?=
PYTEST ?=

RUN = .venv/bin/python
LOCK = uv pip compile --quiet --universal --python-version 3.11 --fork-strategy fewest --no-annotate \
	--no-emit-package nnlib --custom-compile-command "make lock" pyproject.toml --extra lab
NBVAL = --nbval --nbval-current-env --nbval-cell-timeout=120
PARALLEL = -n auto --dist loadfile
NOTEBOOKS = $(wildcard chapters/*.ipynb solutions/*.ipynb)

unexport PYTHONPATH PYTHONHOME MPLBACKEND

.PHONY: help lab test lint bench notebooks exercises table runs lock clean course-environment test-environment

help:
	@echo "make lab        open the course in JupyterLab      (LAB='--port=9999' passes options on)"
	@echo "make test       run every test                     (PYTEST='-k gates' passes options on)"
	@echo "make lint       check style, structure of pages and links"
	@echo "make notebooks  execute chapters and solutions and store their outputs"
	@echo "make exercises  make the exercise notebooks from the solutions"
	@echo "make table      measure the chapters for the table in README.md"
	@echo "make runs       make the stored long runs anew where they are out of date (an hour at most)"
	@echo "make bench      measure the library side by side with its peers"
	@echo "make lock       pin all requirements anew from pyproject.toml"
	@echo "make clean      delete .venv and caches, keep your notebooks and progress"
	@echo "PYTHON=/path/to/python3 with any of them chooses the Python for .venv."

lab: course-environment
	@$(RUN) tools/lab.py $(LAB)

# Under CI the notebooks run a second time, on another processor's arithmetic: stored digits must not depend on it.
test: test-environment
	@status=0; \
	if [ "$$CI" = true ]; then \
		OPENBLAS_CORETYPE=Prescott $(RUN) -m pytest $(NOTEBOOKS) $(NBVAL) $(PARALLEL) || status=$$?; \
	fi; \
	$(RUN) -m pytest tests nnlib $(NOTEBOOKS) --doctest-modules $(NBVAL) $(PARALLEL) $(PYTEST) || status=$$?; \
	exit $$status

lint: test-environment
	@$(RUN) -m ruff check .
	@$(RUN) tools/lint_pages.py

bench: test-environment
	@$(RUN) -m benchmarks

notebooks: test-environment
	@$(RUN) tools/run_notebooks.py

exercises: test-environment
	@$(RUN) tools/make_exercises.py

table: test-environment
	@$(RUN) tools/chapter_table.py --measure

runs: test-environment
	@nice -n 10 $(RUN) tools/long_runs.py

lock:
	@python=$$(/bin/sh tools/find_python.sh "$(PYTHON)") && folder=$$(mktemp -d) && trap 'rm -rf "$$folder"' EXIT && \
	"$$python" -m venv "$$folder" && "$$folder/bin/python" -m pip install -qq uv && \
	"$$folder/bin/"$(LOCK) -o requirements.txt && echo "-e ." >> requirements.txt && \
	"$$folder/bin/"$(LOCK) --extra test -o requirements-test.txt && echo "-e ." >> requirements-test.txt

clean:
	rm -rf .venv .venv-discarded .pytest_cache .ruff_cache .hypothesis build nnlib.egg-info
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

course-environment:
	@python=$$(/bin/sh tools/find_python.sh "$(PYTHON)") && "$$python" tools/environment.py requirements.txt

test-environment:
	@python=$$(/bin/sh tools/find_python.sh "$(PYTHON)") && "$$python" tools/environment.py requirements-test.txt
