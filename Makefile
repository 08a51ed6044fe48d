# Everything a newcomer needs: setup, demo, test, lint, bench, docs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
# One more than there are processors: many tests wait for a process they started.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

.PHONY: setup demo test screenshots lint corpus weights bench soak docs clean

$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	touch $@

setup: $(VENV)/.ready

demo: setup
	$(BIN)/disclosure-gate demo

# Compiled once: the tests start many processes, and none of them may have leave to keep what it compiles.
test: setup
	$(BIN)/python -m compileall -q src plugins tests
	$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

screenshots: setup
	SCREENSHOTS=1 $(BIN)/python -m pytest tests/desk/test_browser_desk.py tests/desk/test_public_copies.py tests/column/test_site.py tests/examples

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[bench]'
	$(BIN)/python benchmarks/engine.py --json bench-engine.json
	$(BIN)/python benchmarks/scan.py --json bench-scan.json
	$(BIN)/python benchmarks/plugins.py --json bench-plugins.json
	$(BIN)/python benchmarks/column.py --json bench-column.json
	$(BIN)/python benchmarks/sidecar.py servers --json bench-sidecar-servers.json
	$(BIN)/python benchmarks/sidecar.py deeds --seconds 10 --json bench-sidecar-deeds.json

soak: setup
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[bench]'
	$(BIN)/python benchmarks/engine.py --quick --memory 1000000
	LINEAR_SMALL=16000 $(BIN)/python -m pytest tests/detect/test_linear.py
	FUZZ_FILES=400 $(BIN)/python -m pytest tests/redact/test_hiding_places.py -k mutated
	FUZZ_EXAMPLES=300 FUZZ_BODIES=10000 $(BIN)/python -m pytest tests/service/test_fuzz.py
	$(BIN)/python benchmarks/sidecar.py memory --json bench-sidecar-memory.json
	$(BIN)/python benchmarks/sidecar.py reloads --json bench-sidecar-reloads.json
	$(BIN)/python tests/crash.py --database sqlite --kills 500
	$(BIN)/python tests/crash.py --database postgresql --kills 200

weights: setup
	$(BIN)/python tests/corpus/fit.py --report

corpus: setup
	$(BIN)/python tests/corpus/corpus.py --errors

docs: setup
	$(BIN)/python docs/make.py

clean:
	rm -rf $(VENV) demo-out bench-*.json .pytest_cache .mypy_cache .ruff_cache .hypothesis
