# `make` lists the targets. All tools come from .venv, which the first target that needs them makes (requirements/dev.txt).
.DEFAULT_GOAL := help
.PHONY: help setup venv demo test bench bench-quick lint format sanity molecule docs-check ansible-lint build lock clean

# Byte code saves seconds on each start of Ansible
unexport PYTHONDONTWRITEBYTECODE
# The tools come first on PATH, by their real path: .venv can be a link
RUN := PATH="$$(cd .venv/bin && pwd -P):$$PATH"
PYTEST_ARGS ?= -n auto

help: ## this list
	@sed -n 's/^\([a-z-]*\):.*## /make \1|/p' Makefile | while IFS='|' read -r target text; do printf '  %-18s %s\n' "$$target" "$$text"; done

venv:
	@bash tests/setup

setup: venv ## make .venv with the locked tools (PYTHON=... chooses the interpreter)
	@$(RUN) && printf 'Ready: %s, ansible-core %s. Next: make demo, make test\n' \
		"$$(python --version)" "$$(python -c 'import ansible.release; print(ansible.release.__version__)')"

demo: venv ## audit, apply and audit again against the local API
	@$(RUN) && python tests/demo/demo.py

test: lint ## lint, then all tests with coverage
	@$(RUN) && python -m pytest $(PYTEST_ARGS) --cov --cov-report=term tests/unit tests/integration

bench: venv ## run all benchmarks on a quiet machine and write docs/performance.md (20 minutes)
	@$(RUN) && python tests/benchmarks --write

bench-quick: venv ## a small part of the benchmarks (a minute); prints only
	@$(RUN) && python tests/benchmarks --quick

lint: venv ## ruff (rules and format) and mypy
	@$(RUN) && ruff check --quiet . && ruff format --quiet --check . && mypy --no-error-summary

format: venv ## rewrite the sources as ruff formats them
	@$(RUN) && ruff check --quiet --fix . && ruff format --quiet .

sanity: venv ## ansible-test sanity for all Pythons that are here (SANITY_ARGS=...)
	@tests/run sanity --local --color no $(SANITY_ARGS)

ansible-lint: venv ## ansible-lint, production profile
	@$(RUN) && ansible-lint --offline --strict

molecule: venv ## molecule scenarios against the local API
	@$(RUN) && state="$$(mktemp -d)" && trap 'rm -rf "$$state"' EXIT && \
		MOLECULE_EPHEMERAL_DIRECTORY="$$state" ANSIBLE_COLLECTIONS_PATH="$$PWD/.collections" molecule \
		--base-config .config/molecule/config.yml test --all --report

docs-check: venv ## check the documentation of modules and plugins, and the changelog
	@$(RUN) && antsibull-docs lint-collection-docs --plugin-docs --skip-rstcheck --validate-collection-refs self . && \
		antsibull-changelog lint

build: venv ## build the collection into dist/
	@$(RUN) && ansible-galaxy collection build --force --output-path dist .

lock: venv ## compile requirements/dev.in to requirements/dev.txt anew (needs uv)
	@uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes --no-header \
		--output-file requirements/dev.txt requirements/dev.in

clean: ## remove all that was made here
	@if [ -L .venv ]; then rm -rf "$$(readlink .venv)"; fi
	@rm -rf .venv .collections .cache .ansible .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage .coverage.* \
		dist htmlcov coverage.xml tests/output changelogs/.plugin-cache.yaml
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
