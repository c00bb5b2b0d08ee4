import type { Command } from "../../base/cli/command.ts";
import { allocate } from "./commands/allocate.ts";
import { change } from "./commands/change.ts";
import { credit } from "./commands/credit.ts";
import { discount } from "./commands/discount.ts";
import { dunning } from "./commands/dunning.ts";
import { invoice } from "./commands/invoice.ts";
import { periods } from "./commands/periods.ts";
import { prepaid } from "./commands/prepaid.ts";
import { prorate } from "./commands/prorate.ts";
import { tax } from "./commands/tax.ts";
import { usage } from "./commands/usage.ts";

/** Every calculation that `npm run -s billing -- <command>` offers. */
export const commands: readonly Command[] = [
  periods,
  prorate,
  change,
  credit,
  discount,
  tax,
  usage,
  invoice,
  dunning,
  allocate,
  prepaid,
];
