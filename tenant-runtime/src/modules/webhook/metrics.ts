import { counter, histogram } from "../../platform/telemetry/meters.ts";

export const webhookMetrics = {
  attempts: counter("Attempts to send a webhook by this pod, by their outcome.", {
    outcome: ["succeeded", "refused", "unanswered", "interrupted"],
  }),
  attemptSeconds: histogram(
    "Time from the request to the end of the answer of a webhook's receiver.",
    [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 15],
  ),
  endpointsDisabled: counter("Webhook endpoints that this pod has disabled, by the reason.", {
    reason: ["gone", "failing"],
  }),
};
