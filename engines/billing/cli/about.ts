import type { Program } from "../../base/cli/program.ts";

/** The program of `npm run -s billing`, without its commands. */
export const about: Omit<Program, "commands"> = {
  name: "billing",
  notes: 'Amounts, rates and quantities are decimals in strings: "59.90".',
};
