# Every script of this repository is a target with one line of help; `make` alone prints them.

# Node.js, npm and Go, where this machine had none that is new enough.
TOOLS := $(or $(XDG_CACHE_HOME),$(HOME)/.cache)/dotmac/tools
OUTER_PATH := $(TOOLS)/node/bin:$(TOOLS)/go/bin:$(PATH)
export PATH := $(CURDIR)/node_modules/.bin:$(OUTER_PATH)
NODE := node --disable-warning=ExperimentalWarning
HARNESS := $(NODE) harness/main.ts

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z%-]+:.*## / { printf "  make %-20s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)
	@echo 'CLUSTER=native, kind or existing chooses where the cluster comes from; by itself: kind, else native.'

.PHONY: up
up: node_modules/.installed ## Bring up a cluster with the platform, the operator and two sample ISPs; show them at work
	@$(HARNESS) up

.PHONY: down
down: node_modules/.installed ## Take the cluster down and leave nothing behind but caches
	@$(HARNESS) down

.PHONY: check-down
check-down: node_modules/.installed ## Prove on this machine that `make down` leaves nothing: up, down, compare
	@$(HARNESS) check-down

.PHONY: dev
dev: node_modules/.installed ## Serve one ISP without a cluster, anew after each save; PORT=<port>, DATA=<folder that keeps its data>
	@$(NODE) harness/dev/main.ts

.PHONY: status
status: node_modules/.installed ## Print the running parts and their addresses
	@$(HARNESS) status

.PHONY: env
env: node_modules/.installed ## Print the commands that put KUBECONFIG and the cluster's tools into a shell, for eval
	@$(HARNESS) env

.PHONY: demo
demo: node_modules/.installed ## Repeat the demonstration on the running cluster
	@$(HARNESS) demo

.PHONY: images
images: node_modules/.installed ## Build every image of this checkout and make the cluster's nodes have it
	@$(HARNESS) images

.PHONY: test
test: node_modules/.installed ## Run all tests, with coverage, the cluster's last; PARTS="operator charts" runs only these
	@npm run --silent test -- $(PARTS)

.PHONY: test-fast
test-fast: node_modules/.installed ## Run the tests that need no cluster
	@npm run --silent test:fast

.PHONY: test-attacks
test-attacks: node_modules/.installed ## Attack as one tenant all that tenants share: every file *.attack.test.ts; `make test` runs them too
	@$(HARNESS) up
	@npm run --silent test:attacks

.PHONY: test-random
test-random: node_modules/.installed ## Test the engines with new random cases, SHARE=4 times as many as `make test`; SEED=<number> repeats a run
	@seed=$(or $(SEED),$$(date +%s)); echo "SEED=$$seed" >&2; \
	ENGINE_TEST_SEED=$$seed ENGINE_TEST_SHARE=$(or $(SHARE),4) vitest run --project billing --project network --project support --testTimeout 1800000

.PHONY: lint
lint: node_modules/.installed ## Check format, lint rules, the direction of imports, and types
	@npm run --silent lint
	@npm run --silent typecheck

.PHONY: generate
generate: node_modules/.installed ## Write again the files generated from the resources' definitions
	@npm run --silent generate

.PHONY: verify
verify: node_modules/.installed ## Fail when a generated file differs from its source
	@npm run --silent verify

.PHONY: scan
scan: node_modules/.installed ## Look for known vulnerabilities in all Go programs and npm packages; fail on those without a review
	@$(NODE) harness/scan/main.ts scan

.PHONY: sbom
sbom: node_modules/.installed ## Write the contents of each image that the charts name as CycloneDX into dist/sbom
	@$(NODE) harness/scan/main.ts sbom

.PHONY: clean
clean: down ## Take the cluster down and delete the caches: programs, images, Debian packages
	rm -rf "$${XDG_CACHE_HOME:-$$HOME/.cache}/dotmac"

.PHONY: format
format: node_modules/.installed ## Format every file
	@npm run --silent format

bench-billing-engine: node_modules/.installed ## Measure invoices per second of the billing engine; needs no cluster
	@$(NODE) --expose-gc engines/billing/bench/main.ts

bench-network-engine: node_modules/.installed ## Measure RADIUS packets and free-space queries per second of one core; needs no cluster
	@$(NODE) --expose-gc engines/network/bench/main.ts

bench-databases: node_modules/.installed ## Measure a database per tenant against a schema per tenant, up to 1,000 of each; about 15 minutes, needs no cluster
	@$(NODE) e2e/bench/databases.ts

bench-client-node: node_modules/.installed ## Measure client-node's informer and requests against the operator's own; half a minute, needs no cluster
	@$(NODE) e2e/bench/client-node.ts

bench-jobs: node_modules/.installed ## Measure the SQL queries of 50 idle tenants and the time until a job starts; 6 minutes, needs no cluster
	@$(NODE) e2e/bench/jobs.ts

bench-routes: node_modules/.installed ## Measure how long a route takes to be admitted with up to 5,000 HostClaims; 2 to 5 minutes, needs no cluster
	@$(NODE) e2e/bench/routes.ts

.PHONY: fuzz-radius
fuzz-radius: node_modules/.installed ## Read 1,000,000 broken RADIUS packets: no crash, no over-read; half a minute
	@$(NODE) engines/network/fuzz/radius.ts

mutation-%: node_modules/.installed ## Break the engine of billing, network or support on purpose, one place at a time; MUTATED=<folder> narrows it
	@stryker run engines/$*/stryker.config.*

bench-%: node_modules/.installed ## Run the benchmark e2e/bench/<name>.ts on the running cluster
	@test -f e2e/bench/$*.ts || { echo "There is no benchmark $*; there are: $$(cd e2e/bench 2>/dev/null && ls *.ts | sed 's/\.ts$$//' | xargs)" >&2; exit 1; }
	@$(NODE) e2e/bench/$*.ts

# Exactly the packages of package-lock.json. The mark is a copy of the lock file that was installed: a checkout that only
# touches the lock file installs nothing.
node_modules/.installed: package-lock.json | bootstrap
	@cmp -s $< $@ || { echo "Installing npm packages, about a minute" >&2; PATH="$(OUTER_PATH)" npm ci --no-audit --no-fund --no-update-notifier --loglevel=error >&2 || { echo "npm could not install the packages. Check the network, https_proxy, npm's registry and the free disk, then try again." >&2; exit 1; }; }
	@cp $< $@

.PHONY: bootstrap
bootstrap: ## Fetch Node.js and npm into the cache where this machine has none that is new enough
	@PATH="$(OUTER_PATH)" sh harness/bootstrap.sh "$(TOOLS)/node"
