package integrations

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	lua "github.com/yuin/gopher-lua"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/yaml"
)

const argocd = "../argocd"

func TestArgoCDHealth(t *testing.T) {
	for name, stage := range stages {
		t.Run(name, func(t *testing.T) {
			bridge := bridge(t, name)
			expectHealth(t, bridge, stage.argocd, message(t, bridge, stage.words))
		})
	}
}

func TestArgoCDHealthOfWhatIsNotInTheStages(t *testing.T) {
	unseen := bridge(t, "running")
	unseen.SetGeneration(unseen.GetGeneration() + 1)
	expectHealth(t, unseen, "Progressing", "The operator has not seen this generation yet")

	delete(unseen.Object, "status")
	expectHealth(t, unseen, "Progressing", "The operator has not seen this generation yet")

	for _, state := range []string{"Paused", "Stopped"} {
		resting := bridge(t, "running")
		resting.Object["spec"].(map[string]any)["state"] = state
		expectHealth(t, resting, "Suspended", message(t, resting, "Ready"))
	}

	handsOff := bridge(t, "kafka-away")
	handsOff.SetAnnotations(map[string]string{"kafka-api-bridge.dev/pause-reconciliation": "true"})
	expectHealth(t, handsOff, "Suspended", "Annotation kafka-api-bridge.dev/pause-reconciliation asks the operator to change nothing")
}

func TestArgoCDActions(t *testing.T) {
	running := bridge(t, "running")
	paused := act(t, running, "pause")
	if state, _, _ := unstructured.NestedString(paused, "spec", "state"); state != "Paused" {
		t.Errorf("pause leaves spec.state %q", state)
	}
	resumed := act(t, &unstructured.Unstructured{Object: paused}, "resume")
	if state, _, _ := unstructured.NestedString(resumed, "spec", "state"); state != "Running" {
		t.Errorf("resume leaves spec.state %q", state)
	}

	restarted := act(t, running, "restart")
	at, _, _ := unstructured.NestedString(restarted, "metadata", "annotations", "kafka-api-bridge.dev/restarted-at")
	if time, err := time.Parse(time.RFC3339, at); err != nil || !isRecent(time) {
		t.Errorf("restart writes %q", at)
	}
	unstructured.RemoveNestedField(restarted, "metadata", "annotations")
	if !reflect.DeepEqual(restarted["spec"], numbersAsLuaHasThem(running.Object["spec"])) {
		t.Error("restart changes the spec")
	}
}

func TestArgoCDOffersWhatMakesSense(t *testing.T) {
	for state, disabled := range map[string]map[string]bool{
		"":        {"pause": false, "resume": true, "restart": false},
		"Running": {"pause": false, "resume": true, "restart": false},
		"Paused":  {"pause": true, "resume": false, "restart": false},
		"Stopped": {"pause": true, "resume": false, "restart": true},
	} {
		bridge := bridge(t, "running")
		if state != "" {
			bridge.Object["spec"].(map[string]any)["state"] = state
		}
		offered := run(t, script(t, "actions/discovery.lua"), bridge.Object)
		for action, expected := range disabled {
			if got := offered[action].(map[string]any)["disabled"]; got != expected {
				t.Errorf("%s of a bridge that is %q: disabled is %v", action, state, got)
			}
		}
		if len(offered) != len(disabled) {
			t.Errorf("offered are %v", offered)
		}
	}
}

// What people copy into argocd-cm is what was tested here.
func TestTheConfigMapHasTheScripts(t *testing.T) {
	var configMap struct{ Data map[string]string }
	if err := yaml.UnmarshalStrict([]byte(script(t, "argocd-cm.yaml")), &configMap); err != nil {
		t.Fatal(err)
	}
	const kind = ".kafka-api-bridge.dev_KafkaApiBridge"
	if configMap.Data["resource.customizations.health"+kind] != script(t, "health.lua") {
		t.Error("argocd-cm.yaml has another health.lua")
	}
	var actions struct {
		Discovery   string `json:"discovery.lua"`
		Definitions []struct {
			Name   string
			Action string `json:"action.lua"`
		}
	}
	if err := yaml.UnmarshalStrict([]byte(configMap.Data["resource.customizations.actions"+kind]), &actions); err != nil {
		t.Fatal(err)
	}
	if actions.Discovery != script(t, "actions/discovery.lua") {
		t.Error("argocd-cm.yaml has another discovery.lua")
	}
	if len(actions.Definitions) != 3 {
		t.Errorf("argocd-cm.yaml has %d actions", len(actions.Definitions))
	}
	for _, action := range actions.Definitions {
		if action.Action != script(t, filepath.Join("actions", action.Name, "action.lua")) {
			t.Errorf("argocd-cm.yaml has another action %s", action.Name)
		}
	}
}

func expectHealth(t *testing.T, bridge *unstructured.Unstructured, status string, message string) {
	t.Helper()
	health := run(t, script(t, "health.lua"), bridge.Object)
	if health["status"] != status || health["message"] != message {
		t.Errorf("Argo CD says %v, expected %s: %s", health, status, message)
	}
}

func act(t *testing.T, bridge *unstructured.Unstructured, action string) map[string]any {
	t.Helper()
	return run(t, script(t, filepath.Join("actions", action, "action.lua")), bridge.Object)
}

func script(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(argocd, path))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func isRecent(instant time.Time) bool {
	return time.Since(instant).Abs() < time.Minute
}

func numbersAsLuaHasThem(value any) any {
	state := lua.NewState()
	defer state.Close()
	return fromLua(toLua(state, value))
}
