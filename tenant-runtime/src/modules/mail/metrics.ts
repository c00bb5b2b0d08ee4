import { counter, histogram } from "../../platform/telemetry/meters.ts";

export const mailMetrics = {
  attempts: counter("Attempts to send a message by this pod, by their outcome.", {
    outcome: ["sent", "bounced", "refused", "postponed", "server_failed", "interrupted"],
  }),
  attemptSeconds: histogram(
    "Time from the connection to the mail server to the end of its answer.",
    [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 45],
  ),
  bounces: counter("Reports of bounces that were posted, by their outcome.", {
    outcome: ["bounced", "delayed", "ignored"],
  }),
};
