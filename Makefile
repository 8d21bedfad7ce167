# nvit's commands. `make` alone lists them.
#
# Everything is built once, in release configuration: `swift test` alone would compile each module a second time, with
# testability on, which our tests do without. So tests are built by `swift build` and run with --skip-build.

SWIFT ?= $(shell scripts/find-swift)
BUILD = "$(SWIFT)" build --configuration release --explicit-target-dependency-import-check error
NVIT = .build/release/nvit
SOURCES = Package.swift Sources Tests

# Seed of `make parity`'s fixtures, and models to try in timm.
SEED ?= 2
WEIGHTS ?=
# The study that the notebooks read; an absolute path, or one from here.
NVIT_STUDY ?= outputs/reference
export NVIT_STUDY
# How often `make kill-test` kills a run of each kind.
KILLS ?= 50
# Inputs that `make fuzz` tries with each reader, and which readers (none means all).
RUNS ?= 100000
READERS ?=
# Which faults `make mutants` makes, and after how many minutes it stops; it goes on where it stopped.
MUTANTS ?= 1
MINUTES ?=
# How long `make soak` goes on.
SECONDS ?= 3600
# The study whose report's charts `make charts` draws, and as what.
FORMAT ?= svg
# What `make bench-pytorch` measures: rounds, and models of `nvit bench models` (none means all).
ROUNDS ?= 9
TO ?= outputs/benchmarks
ROWS ?=

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help quickstart reference paper test build build-tests setup setup-tests setup-python vega-bundle charts instructions \
	sanitize kill-test noise-test lint graph format notebooks parity bench-pytorch bench-samplers bench-drawing fuzz mutants soak \
	clean

help: ## list the targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1|\2/p' Makefile | awk -F'|' '{ printf "make %-14s %s\n", $$1, $$2 }'

quickstart: build ## install what is missing, build, and search on Fashion-MNIST for a few minutes
	$(NVIT) explore search-spaces/quickstart.yaml --overwrite

reference: build ## search twelve-block transformers on Fashion-MNIST, most of an hour, into outputs/reference
	$(NVIT) explore search-spaces/fashion-mnist.yaml --to outputs/reference --overwrite

paper: build ## prune, finetune, retrain and mine a DeiT on Fashion-MNIST, with evidence, into outputs/paper
	$(NVIT) paper search-spaces/deit-fashion.yaml --to outputs/paper

test: setup-tests lint vega-bundle build-tests ## install what is missing, check the format, build, and run every test
	"$(SWIFT)" test --configuration release --skip-build
	@for level in portable avx2; do \
		NVIT_KERNELS=$$level $(NVIT) info >/dev/null 2>&1 || continue; \
		echo "The engine at the kernel level $$level"; \
		NVIT_KERNELS=$$level "$(SWIFT)" test --configuration release --skip-build \
			--filter 'PyTorch|ViTTrainingTests|ViTKernelsTests' || exit; \
	done
	scripts/count-instructions

build: setup vega-bundle ## build nvit into .build/release
	$(BUILD) --product nvit

build-tests: setup
	$(BUILD) --build-tests

setup:
	@scripts/setup

setup-tests:
	@scripts/setup --tests

setup-python:
	@scripts/setup --python

# Needs the network once. Without it, reports have still pictures in place of charts.
vega-bundle: setup
	@scripts/vega-bundle || echo "note: reports will have still pictures in place of charts; make vega-bundle tries again" >&2

lint: setup ## check the format of every Swift file, that no import points up, and what the documents name
	"$(SWIFT)" format lint --strict --parallel --recursive $(SOURCES)
	scripts/import-graph
	scripts/check-docs

graph: ## draw the modules as they import each other, into docs/modules.svg
	@scripts/setup --graph
	scripts/import-graph --write

format: setup ## format every Swift file
	"$(SWIFT)" format --in-place --parallel --recursive $(SOURCES)

notebooks: setup-python ## run the notebooks on NVIT_STUDY, results into outputs/notebooks
	python=$$(scripts/python-environment notebooks) && "$$python" -m nbconvert --to notebook --execute \
		--output-dir outputs/notebooks notebooks/*.ipynb

charts: setup-python ## draw the charts beside NVIT_STUDY's report as FORMAT: svg, png or pdf
	scripts/render-charts "$(NVIT_STUDY)/charts" $(FORMAT)

parity: setup-python build build-tests ## compare the engine with PyTorch, on fixtures of another SEED and WEIGHTS in timm
	scripts/parity --seed $(SEED) $(WEIGHTS)

bench-pytorch: setup-python build ## time nvit beside PyTorch, ROUNDS and ROWS to shorten, into outputs/benchmarks
	python=$$(scripts/python-environment pytorch) && \
		"$$python" -B Benchmarks/pytorch/compare.py --nvit $(NVIT) --to $(TO) --rounds $(ROUNDS) --rows "$(ROWS)"

bench-samplers: setup-python build ## hypervolume of nvit's samplers beside pymoo's and Optuna's, into outputs/benchmarks
	python=$$(scripts/python-environment samplers) && \
		"$$python" -B Benchmarks/samplers/compare.py --nvit $(NVIT) --to $(TO)

bench-drawing: setup-python build ## candidates drawn and costed in a second beside Optuna, into outputs/benchmarks
	python=$$(scripts/python-environment samplers) && \
		"$$python" -B Benchmarks/samplers/drawing.py --nvit $(NVIT) --to $(TO)

noise-test: build ## latencies measured while another process keeps a core busy, into outputs/benchmarks; start it on a quiet machine
	python3 -B Benchmarks/noise/noise.py --nvit $(NVIT) --to $(TO)

instructions: setup-tests ## count the instructions of the kernels in a training step, and write the new figures
	scripts/count-instructions --update

# The C kernels with address and undefined-behaviour checks, on every shape that the kernel tests try. Leaks are not
# looked for: the Swift runtime keeps memory on purpose.
sanitize: setup ## run the kernels' tests under the address and undefined-behaviour sanitizers
	"$(SWIFT)" build --configuration release --scratch-path .build/sanitize --build-tests --sanitize address \
		-Xcc -fsanitize=undefined -Xcc -fno-sanitize-recover=undefined -Xlinker -lubsan
	ASAN_OPTIONS=detect_leaks=0 "$(SWIFT)" test --configuration release --scratch-path .build/sanitize --skip-build --sanitize address \
		--filter 'ViTKernelsTests|PyTorch'

kill-test: build-tests ## kill a run of each kind at KILLS random moments, and compare what it leaves with one that was left alone
	NVIT_KILLS=$(KILLS) "$(SWIFT)" test --configuration release --skip-build --filter KillTests

fuzz: setup ## try every reader of files with RUNS made-up inputs, guided by coverage, into outputs/fuzz
	scripts/fuzz --runs $(RUNS) $(READERS)

mutants: setup-tests ## make faults by rule, each switched on alone, and list what no test notices, into outputs/mutants
	scripts/mutants --seed $(MUTANTS) $(if $(MINUTES),--minutes $(MINUTES))

# Without the threads' caches of small blocks, which fill slowly and would count as memory in use.
soak: setup ## studies, prunings, stops, resumes and reports for SECONDS in one process; its memory, files and threads into outputs/soak
	$(BUILD) --product soak
	GLIBC_TUNABLES=glibc.malloc.tcache_count=0 .build/release/soak --seconds $(SECONDS) --to outputs/soak

clean: ## remove what was built, the Python environments and the charts' bundle; studies stay
	rm -rf .build .venv share
