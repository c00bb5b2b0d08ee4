import type { Command } from "../../base/cli/command.ts";

/** Loads one command of `commands.ts` without the others, for a faster start. */
export const singleCommand: Readonly<Record<string, () => Promise<Command>>> = {
  free: async () => (await import("./commands/ipam/free.ts")).free,
  next: async () => (await import("./commands/ipam/next.ts")).next,
  usable: async () => (await import("./commands/ipam/usable.ts")).usable,
  "radius-encode": async () => (await import("./commands/radius-encode.ts")).radiusEncode,
  "radius-decode": async () => (await import("./commands/radius-decode.ts")).radiusDecode,
  access: async () => (await import("./commands/access.ts")).access,
  accounting: async () => (await import("./commands/accounting.ts")).accounting,
  policy: async () => (await import("./commands/policy.ts")).policy,
  identity: async () => (await import("./commands/identity.ts")).identity,
  plan: async () => (await import("./commands/ipam/plan.ts")).plan,
  reverse: async () => (await import("./commands/ipam/reverse.ts")).reverse,
  cgnat: async () => (await import("./commands/ipam/cgnat.ts")).cgnat,
  alerts: async () => (await import("./commands/alerts.ts")).alerts,
  availability: async () => (await import("./commands/availability.ts")).availability,
  rates: async () => (await import("./commands/rates.ts")).rates,
  sessions: async () => (await import("./commands/sessions.ts")).sessions,
  quota: async () => (await import("./commands/quota.ts")).quota,
  percentile: async () => (await import("./commands/percentile.ts")).percentile,
};
