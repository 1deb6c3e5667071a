local state = obj.spec.state or "Running"
return {
  pause = { disabled = state ~= "Running" },
  resume = { disabled = state == "Running" },
  restart = { disabled = state == "Stopped" },
}
