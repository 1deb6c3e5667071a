-- Health of a KafkaApiBridge, from the conditions that kstatus reads too. Uses no library: Argo CD offers none to checks of argocd-cm.

local function health(status, message)
  return { status = status, message = message }
end

local status = obj.status or {}
local conditions = {}
for _, condition in ipairs(status.conditions or {}) do
  conditions[condition.type] = condition
end

local annotations = obj.metadata.annotations or {}
if annotations["kafka-api-bridge.dev/pause-reconciliation"] == "true" then
  local paused = conditions.ReconciliationPaused
  return health("Suspended", paused and paused.message or "Annotation kafka-api-bridge.dev/pause-reconciliation asks the operator to change nothing")
end

if status.observedGeneration ~= obj.metadata.generation then
  return health("Progressing", "The operator has not seen this generation yet")
end

local stalled, reconciling, ready = conditions.Stalled, conditions.Reconciling, conditions.Ready

if stalled ~= nil and stalled.status == "True" then
  return health("Degraded", stalled.message)
end
if reconciling ~= nil and reconciling.status == "True" then
  return health("Progressing", reconciling.message)
end
if ready == nil or ready.status == "Unknown" then
  return health("Progressing", ready and ready.message or "The operator has not said yet whether the bridge is ready")
end
if ready.status == "False" then
  return health("Degraded", ready.message)
end
if obj.spec.state == "Paused" or obj.spec.state == "Stopped" then
  return health("Suspended", ready.message)
end
return health("Healthy", ready.message)
