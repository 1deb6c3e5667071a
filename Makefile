# Verbs for people; each only calls Maven or a script. `make` alone explains them.
.DEFAULT_GOAL := help
.PHONY: help demo build test unit it node fmt chart deploy images kubernetes clean

help: ## say what can be done here
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)
demo: ## run the main job on the embedded sandbox, with a live view
	scripts/demo
build: ## compile and package everything, no tests
	scripts/mvn -q package -DskipTests
test: ## the tests on real parts that CI runs; all of them by scripts/test --all
	scripts/test
unit: ## the tests that take seconds: no broker, no API server
	scripts/mvn test
it: ## one integration test: make it TEST=FirstLightIT
	scripts/mvn verify -Dtest=None -Dsurefire.failIfNoSpecifiedTests=false -Dit.test=$(TEST) -Dfailsafe.failIfNoSpecifiedTests=false
fmt: ## format the sources
	scripts/mvn -q spotless:apply
chart: ## render the chart into operator/target/install.yaml
	scripts/mvn -q package -pl operator -am -DskipTests
deploy: chart ## install the rendered chart into the current context of kubectl
	kubectl apply --server-side --filename operator/target/install.yaml
	kubectl --namespace kafka-api-bridge rollout status deployment --timeout 180s
images: ## container images of operator and runtime, without a registry
	scripts/images
kubernetes: ## fetch or build a real Kubernetes into the cache
	scripts/kubernetes/binaries --node
clean: ## remove what the build made
	scripts/mvn -q clean
