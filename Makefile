# Two commands do everything on a fresh machine: `make demo` and `make test`.
# They need Python >= 3.11, make and the package registries.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
READY := $(VENV)/.ready
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
	$(BIN)/largespin reproduce hopfield-limit-cycle --points 40 --out $(OUT)
	$(BIN)/largespin reproduce hopfield-correlations --points 96 --out $(OUT)
	$(BIN)/largespin reproduce dicke-fluctuations --out $(OUT)
	$(BIN)/largespin reproduce exactness --points 4 --out $(OUT)
	$(BIN)/largespin reproduce finite-size --points 7 --out $(OUT)
	@echo
	@echo "Look at:"
	@ls $(OUT)/*.png $(OUT)/*/*.png $(OUT)/*/*.gif | sed 's/^/  /'

test: $(READY)
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/pytest tests
	$(BIN)/pytest --doctest-modules src/largespin

bench: $(READY)
	$(BIN)/python benchmarks

format: $(READY)
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

clean:
	rm -rf $(VENV) $(OUT) dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
