import type { Command } from "../../base/cli/command.ts";

/** Loads one command of `commands.ts` without the others, for a faster start. */
export const singleCommand: Readonly<Record<string, () => Promise<Command>>> = {
  free: async () => (await import("./commands/ipam/free.ts")).free,
  next: async () => (await import("./commands/ipam/next.ts")).next,
  usable: async () => (await import("./commands/ipam/usable.ts")).usable,
  "radius-encode": async () => (await import("./commands/radius/radius-encode.ts")).radiusEncode,
  "radius-decode": async () => (await import("./commands/radius/radius-decode.ts")).radiusDecode,
  access: async () => (await import("./commands/radius/access.ts")).access,
  accounting: async () => (await import("./commands/radius/accounting.ts")).accounting,
  policy: async () => (await import("./commands/radius/policy.ts")).policy,
  identity: async () => (await import("./commands/radius/identity.ts")).identity,
  plan: async () => (await import("./commands/ipam/plan.ts")).plan,
  reverse: async () => (await import("./commands/ipam/reverse.ts")).reverse,
  cgnat: async () => (await import("./commands/ipam/cgnat.ts")).cgnat,
  alerts: async () => (await import("./commands/monitoring/alerts.ts")).alerts,
  availability: async () => (await import("./commands/monitoring/availability.ts")).availability,
  rates: async () => (await import("./commands/radius/rates.ts")).rates,
  sessions: async () => (await import("./commands/usage/sessions.ts")).sessions,
  quota: async () => (await import("./commands/usage/quota.ts")).quota,
  percentile: async () => (await import("./commands/usage/percentile.ts")).percentile,
};
