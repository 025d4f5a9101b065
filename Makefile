# Every target that needs something installed sets it up first: see scripts/setup.sh.
# CHECK=1 (up)    start, run the contract tests, print one JSON line, stop
# YES=1           install missing system packages without asking
# ARGS=... (test) arguments for jest, such as a folder
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help up test fuzz setup clean

ifeq ($(.FEATURES),)
$(error make is older than 3.81; install GNU make 3.81 or later with apt-get, or with the Xcode command line tools)
endif

# A variable given on make's command line reaches the scripts through the environment.
export YES ARGS

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-8s %s\n", $$1, $$2}' Makefile

up: ## set up, build, and run the local deployment on this machine (CHECK=1: test it, print JSON, stop)
	@./scripts/setup.sh up
	@npm run --silent build 1>&2
	@./bin/tiers up $(if $(filter-out 0,$(CHECK)),--check)

test: ## set up, then type check, lint, build and run every test
	@./scripts/setup.sh test
	@node scripts/test.mjs $(ARGS)

fuzz: ## send the API 20,000 random requests, or REQUESTS=..., and keep what came of it
	@./scripts/setup.sh test
	@FUZZ_REQUESTS=$(or $(REQUESTS),20000) npx jest test/fuzz
	@WRITE_DOCS=1 npx jest test/repository/measured

setup: ## set up only what `make test` needs, run nothing
	@./scripts/setup.sh test

clean: ## remove what was generated; keeps Terraform state, dependencies and whatever is running
	@./scripts/clean.sh
