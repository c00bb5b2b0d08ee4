import type { Command } from "../../base/cli/command.ts";

/** Loads one command of `commands.ts` and nothing of the others, so that it starts sooner. */
export const singleCommand: Readonly<Record<string, () => Promise<Command>>> = {
  periods: async () => (await import("./commands/periods.ts")).periods,
  prorate: async () => (await import("./commands/prorate.ts")).prorate,
  change: async () => (await import("./commands/change.ts")).change,
  credit: async () => (await import("./commands/credit.ts")).credit,
  discount: async () => (await import("./commands/discount.ts")).discount,
  tax: async () => (await import("./commands/tax.ts")).tax,
  usage: async () => (await import("./commands/usage.ts")).usage,
  invoice: async () => (await import("./commands/invoice.ts")).invoice,
  dunning: async () => (await import("./commands/dunning.ts")).dunning,
  allocate: async () => (await import("./commands/allocate.ts")).allocate,
  prepaid: async () => (await import("./commands/prepaid.ts")).prepaid,
};
