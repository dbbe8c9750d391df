.PHONY: help run cluster soak image-test volume-test test check format bench bench-redis clean

help: ## Show what there is
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## Set up, build a release, start Redis and one worker over data/, print how to connect
	@scripts/run

cluster: ## Redis, three workers and nginx on this machine, as docker-compose.yml has them
	@scripts/cluster

soak: ## Many clients while workers and Redis are killed (SOAK_SECONDS=180), then users beside attackers
	@scripts/soak --seconds $(or $(SOAK_SECONDS),180)
	@scripts/soak --fairness

image-test: ## Carry the Dockerfiles out without a container engine and try the servers in them (as root)
	@scripts/image-test

volume-test: ## Workers on machines of their own over NFS, GlusterFS and sshfs (as root, fifteen minutes)
	@scripts/volume-test

test: ## Set up, then run every test
	@scripts/test

check: ## Lint, imports, build and Swift tests
	@scripts/check

format: ## Format all Swift files
	@swift format -i --configuration .swift-format -r Sources Tests Benchmarks Package.swift

bench: ## Measure one worker against a bare route (release build, takes some minutes)
	@Benchmarks/run

bench-redis: ## Measure admissions beside what Redis itself can do
	@Benchmarks/redis

clean: ## Remove what was built; notes in data/ stay
	rm -rf .build .build-resp3 .venv-test .venv-legacy
