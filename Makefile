# Two commands do everything on a fresh machine: `make demo` and `make test`.
# They need Python >= 3.11, make and the package registries.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
READY := $(VENV)/.ready
# Processes that share the tests: auto is one per core, 0 is this process alone.
WORKERS ?= auto
PICTURES := examples/pictures/house.png examples/pictures/boat.png examples/pictures/tree.png
OUT := out

.PHONY: demo test bench format clean

$(INSTALLED): pyproject.toml
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(READY): $(INSTALLED)
	$(BIN)/python -m pip install --quiet --editable ".[test]"
	touch $@

demo: $(INSTALLED)
	$(BIN)/largespin retrieve $(PICTURES) --out $(OUT)/retrieve-hopfield
	$(BIN)/largespin retrieve $(PICTURES) --model dicke --out $(OUT)/retrieve-dicke
	$(BIN)/largespin reproduce dicke-retrieval --points 61 --out $(OUT)
	$(BIN)/largespin reproduce hopfield-phases --points 48 --out $(OUT)
	$(BIN)/largespin reproduce hopfield-bifurcations --points 8 --out $(OUT)
	$(BIN)/largespin run examples/hopfield-retrieval.toml --points 11 --fresh --out $(OUT)
	$(BIN)/largespin reproduce hopfield-limit-cycle --points 40 --out $(OUT)
	$(BIN)/largespin reproduce hopfield-correlations --points 96 --out $(OUT)
	$(BIN)/largespin reproduce dicke-fluctuations --out $(OUT)
	$(BIN)/largespin reproduce exactness --points 4 --out $(OUT)
	$(BIN)/largespin reproduce finite-size --points 7 --out $(OUT)
	$(BIN)/largespin reproduce time-crystal --points 40 --out $(OUT)
	@echo
	@echo "Look at:"
	@ls $(OUT)/*.png $(OUT)/*/*.png $(OUT)/*/*.gif | sed 's/^/  /'

# Threads of linear algebra on top of one process per core would wait for each other.
test: export OMP_NUM_THREADS = 1
test: export OPENBLAS_NUM_THREADS = 1
test: export MKL_NUM_THREADS = 1
test: export VECLIB_MAXIMUM_THREADS = 1
test: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest --doctest-modules tests src/largespin \
	    --numprocesses $(WORKERS) --maxprocesses 8 --dist loadgroup --no-loadscope-reorder

bench: $(READY)
	$(BIN)/python benchmarks

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) $(OUT) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
