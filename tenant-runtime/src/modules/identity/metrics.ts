import { counter } from "../../platform/telemetry/meters.ts";

export const sessionMetrics = {
  logins: counter("Logins with an email and a password, by their outcome.", {
    outcome: ["started", "refused", "one_time_password_expired"],
  }),
};
