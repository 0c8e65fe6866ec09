# The two commands that matter are `make book` and `make test`; `make help` lists the rest.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help book pdf slides test lab serve lint format notebooks classroom address bench picture widgets javascript lock clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The environment is made again when what it holds changes; otherwise this costs nothing.
$(READY): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || \
		{ echo "Python 3.10 or newer is needed; say which one with: make PYTHON=python3.12 ..." >&2; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --requirement requirements.txt
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable .
	@touch $@

book: $(READY) ## execute every chapter and write the HTML; prints the page to open
	@$(BIN)/python book/_tools/build.py

pdf: book ## write the print edition, _build/inception-book.pdf (needs Chromium)
	@$(BIN)/python book/_tools/print_book.py

slides: book node_modules/.package-lock.json ## write a deck of slides for every chapter, dist/slides/ (needs Node.js)
	@$(BIN)/python book/_tools/slides.py

test: lint book ## everything that CI runs: lint, the book's build, all tests
	$(BIN)/python -m pytest --numprocesses auto --maxprocesses 8 --dist worksteal

lab: $(READY) ## open the chapters in JupyterLab
	$(BIN)/jupyter lab --notebook-dir chapters

serve: book ## build the book and serve it at http://localhost:8000
	$(BIN)/python -m http.server --directory _build/html --bind localhost 8000

lint: $(READY) ## check code, floors, dependencies, types and notebooks without changing them
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/lint-imports --no-logo
	$(BIN)/deptry .
	$(BIN)/pyright --pythonpath $(BIN)/python
	@$(BIN)/python book/_tools/notebooks.py --check
	@if node -e 'process.exit(Number(parseInt(process.versions.node) < 18))' 2>/dev/null && command -v npm >/dev/null; then \
		$(MAKE) --no-print-directory javascript; \
	elif [ "$$CI" = true ]; then echo "Node.js 18 or newer and npm are needed to check the JavaScript" >&2; exit 1; \
	else echo "JavaScript not checked: that needs Node.js 18 or newer and npm"; fi

javascript: node_modules/.package-lock.json ## check the widgets' front ends (needs Node.js 18 or newer)
	npm run --silent check

format: $(READY) ## rewrite code in the project's style
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .
	@if [ -d node_modules ]; then npm run --silent format; fi

notebooks: $(READY) ## strip the chapters of outputs and machine metadata, and write their first cell
	@$(BIN)/python book/_tools/notebooks.py

classroom: $(READY) ## write dist/student and dist/teacher: make classroom CHAPTERS="2 3 8" COURSE=course.toml
	@$(BIN)/python book/_tools/editions.py $(CHAPTERS) $(if $(COURSE),--course "$(COURSE)")

address: $(READY) ## write the repository's address everywhere: make address URL=https://github.com/you/yours
	@$(BIN)/python book/_tools/address.py $(URL)

bench: $(READY) ## measure the package against its peers, and the book's build; writes the records and the README
	@$(BIN)/python benchmarks/speed.py
	@$(BIN)/python benchmarks/book_times.py

picture: book ## take the pictures of the built book: the README's and the gallery's (needs Chromium)
	@$(BIN)/python book/_tools/picture.py

widgets: node_modules/.package-lock.json ## build the widgets' front ends (needs Node.js 18 or newer)
	npm run --silent build

node_modules/.package-lock.json: package.json package-lock.json
	npm ci --silent --ignore-scripts --no-audit --no-fund
	@touch $@

lock: $(READY) ## choose the versions of requirements.in anew and write them all into requirements.txt
	$(BIN)/uv pip compile --quiet --upgrade --universal --python-version 3.10 --no-annotate --no-emit-package inception-edu \
		--custom-compile-command "make lock" requirements.in --output-file requirements.txt

clean: ## remove everything that was built, the environment kept
	rm -rf _build dist .pytest_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -not -path './$(VENV)/*' -prune -exec rm -rf {} +
