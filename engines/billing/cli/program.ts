import type { Program } from "../../base/cli/program.ts";
import { commands } from "./commands.ts";

/** What `npm run -s billing` is. */
export const billing: Program = {
  name: "billing",
  notes: 'Amounts, rates and quantities are decimals in strings: "59.90".',
  commands,
};
