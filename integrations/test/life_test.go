// Package integrations asks other people's tools what they make of a bridge at each stage of its life: kstatus (Flux, Helm, kpt) by its own
// library, Argo CD by the runtime that runs its scripts. The stages are the golden files of the operator's tests.
package integrations

import (
	"os"
	"path/filepath"
	"testing"

	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"sigs.k8s.io/cli-utils/pkg/kstatus/status"
	"sigs.k8s.io/yaml"
)

const life = "../../operator/src/test/resources/life"

// What each tool says, and whose words it repeats.
var stages = map[string]struct {
	kstatus status.Status
	argocd  string
	words   string
}{
	"created":                 {status.InProgressStatus, "Progressing", "Reconciling"},
	"starting":                {status.InProgressStatus, "Progressing", "Reconciling"},
	"running":                 {status.CurrentStatus, "Healthy", "Ready"},
	"rolling-out":             {status.InProgressStatus, "Progressing", "Reconciling"},
	"scaling-up":              {status.InProgressStatus, "Progressing", "Reconciling"},
	"scaled-to-zero":          {status.CurrentStatus, "Healthy", "Ready"},
	"asleep":                  {status.CurrentStatus, "Healthy", "Ready"},
	"asleep-and-blind":        {status.InProgressStatus, "Degraded", "Ready"},
	"secret-missing":          {status.InProgressStatus, "Progressing", "Reconciling"},
	"secret-missing-for-long": {status.FailedStatus, "Degraded", "Stalled"},
	"bad-image":               {status.FailedStatus, "Degraded", "Stalled"},
	"crash-loop":              {status.InProgressStatus, "Progressing", "Reconciling"},
	"quota":                   {status.FailedStatus, "Degraded", "Stalled"},
	"spec-refused":            {status.FailedStatus, "Degraded", "Stalled"},
	"name-taken":              {status.FailedStatus, "Degraded", "Stalled"},
	"kafka-away":              {status.InProgressStatus, "Degraded", "Ready"},
	"api-down":                {status.CurrentStatus, "Healthy", "Ready"},
	"credentials-refused":     {status.InProgressStatus, "Degraded", "Ready"},
	"rate-limited":            {status.CurrentStatus, "Healthy", "Ready"},
	"throttled":               {status.CurrentStatus, "Healthy", "Ready"},
	"api-bound":               {status.CurrentStatus, "Healthy", "Ready"},
	"blocked":                 {status.CurrentStatus, "Healthy", "Ready"},
	"dead-letters-fail":       {status.InProgressStatus, "Degraded", "Ready"},
	"paused":                  {status.CurrentStatus, "Suspended", "Ready"},
	"stopped":                 {status.CurrentStatus, "Suspended", "Ready"},
	"reconciliation-paused":   {status.CurrentStatus, "Suspended", "ReconciliationPaused"},
	"operator-fails":          {status.InProgressStatus, "Progressing", "Reconciling"},
}

func TestEveryStageIsAskedAbout(t *testing.T) {
	folders, err := os.ReadDir(life)
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range folders {
		if _, known := stages[folder.Name()]; !known {
			t.Errorf("no expectation for %s", folder.Name())
		}
	}
	if len(folders) != len(stages) {
		t.Errorf("%d folders, %d expectations", len(folders), len(stages))
	}
}

func TestKstatus(t *testing.T) {
	for name, stage := range stages {
		t.Run(name, func(t *testing.T) {
			bridge := bridge(t, name)
			result, err := status.Compute(bridge)
			if err != nil {
				t.Fatal(err)
			}
			if result.Status != stage.kstatus {
				t.Errorf("kstatus says %s (%s), expected %s", result.Status, result.Message, stage.kstatus)
			}
			// Of what is current kstatus has nothing to tell.
			if stage.kstatus != status.CurrentStatus && result.Message != message(t, bridge, stage.words) {
				t.Errorf("kstatus tells %q", result.Message)
			}
		})
	}
}

func TestKstatusWaitsForAnOperatorThatHasNotSeenTheNewestSpec(t *testing.T) {
	bridge := bridge(t, "running")
	bridge.SetGeneration(bridge.GetGeneration() + 1)
	expectKstatus(t, bridge, status.InProgressStatus)

	// What the schema writes into a new object.
	bridge.Object["status"] = map[string]any{"observedGeneration": int64(-1)}
	bridge.SetGeneration(1)
	expectKstatus(t, bridge, status.InProgressStatus)
}

func TestKstatusKnowsADeletion(t *testing.T) {
	bridge := bridge(t, "running")
	if err := unstructured.SetNestedField(bridge.Object, "2026-11-25T12:00:00Z", "metadata", "deletionTimestamp"); err != nil {
		t.Fatal(err)
	}
	expectKstatus(t, bridge, status.TerminatingStatus)
}

func expectKstatus(t *testing.T, bridge *unstructured.Unstructured, expected status.Status) {
	t.Helper()
	result, err := status.Compute(bridge)
	if err != nil {
		t.Fatal(err)
	}
	if result.Status != expected {
		t.Errorf("kstatus says %s (%s), expected %s", result.Status, result.Message, expected)
	}
}

func bridge(t *testing.T, stage string) *unstructured.Unstructured {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(life, stage, "bridge.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	tree, err := yaml.YAMLToJSON(text)
	if err != nil {
		t.Fatal(err)
	}
	object := &unstructured.Unstructured{}
	if err := object.UnmarshalJSON(tree); err != nil {
		t.Fatal(err)
	}
	return object
}

func message(t *testing.T, bridge *unstructured.Unstructured, condition string) string {
	t.Helper()
	conditions, _, err := unstructured.NestedSlice(bridge.Object, "status", "conditions")
	if err != nil {
		t.Fatal(err)
	}
	for _, each := range conditions {
		if one := each.(map[string]any); one["type"] == condition {
			return one["message"].(string)
		}
	}
	t.Fatalf("there is no condition %s", condition)
	return ""
}
