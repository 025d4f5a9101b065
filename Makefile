# Every target that needs something installed sets it up first: see scripts/setup.sh.
# CHECK=1 (up)    start, run the contract tests, print one JSON line, stop
# YES=1           install missing system packages without asking
# ARGS=... (test) arguments for jest, such as a folder
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help up test contract fuzz setup clean

ifeq ($(.FEATURES),)
$(error make is older than 3.81; install GNU make 3.81 or later with apt-get, or with the Xcode command line tools)
endif

# A variable given on make's command line reaches the scripts through the environment.
export YES ARGS

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-9s %s\n", $$1, $$2}' Makefile

up: ## set up, build, and run the local deployment on this machine (CHECK=1: test it, print JSON, stop)
	@./scripts/setup.sh up
	@npm run --silent build 1>&2
	@./bin/tiers up $(if $(filter-out 0,$(CHECK)),--check)

test: ## set up, then type check, lint, build and run every test
	@./scripts/setup.sh test
	@node scripts/test.mjs $(ARGS)

contract: ## run the contract tests against BASE_URL=https://... (a certificate of your own: CONTRACT_CA_FILE=...)
	@test -n "$(BASE_URL)" || { echo 'make contract: BASE_URL is not set; give the address of a running service, such as BASE_URL=https://api.example.com' >&2; exit 2; }
	@./scripts/setup.sh test
	@BASE_URL=$(BASE_URL) npx jest --config jest.contract.config.js

fuzz: ## send the API 20,000 random requests, or REQUESTS=..., and keep what came of it
	@./scripts/setup.sh test
	@FUZZ_REQUESTS=$(or $(REQUESTS),20000) npx jest test/fuzz
	@WRITE_DOCS=1 npx jest test/repository/measured

setup: ## set up only what `make test` needs, run nothing
	@./scripts/setup.sh test

clean: ## remove what was generated; keeps Terraform state, dependencies and whatever is running
	@./scripts/clean.sh
