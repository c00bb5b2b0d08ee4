import type { Command } from "../../base/cli/command.ts";
import { access } from "./commands/access.ts";
import { accounting } from "./commands/accounting.ts";
import { alerts } from "./commands/alerts.ts";
import { availability } from "./commands/availability.ts";
import { identity } from "./commands/identity.ts";
import { cgnat } from "./commands/ipam/cgnat.ts";
import { free } from "./commands/ipam/free.ts";
import { next } from "./commands/ipam/next.ts";
import { plan } from "./commands/ipam/plan.ts";
import { reverse } from "./commands/ipam/reverse.ts";
import { usable } from "./commands/ipam/usable.ts";
import { percentile } from "./commands/percentile.ts";
import { policy } from "./commands/policy.ts";
import { quota } from "./commands/quota.ts";
import { radiusDecode } from "./commands/radius-decode.ts";
import { radiusEncode } from "./commands/radius-encode.ts";
import { rates } from "./commands/rates.ts";
import { sessions } from "./commands/sessions.ts";

/** Every calculation that `npm run -s network -- <command>` offers. */
export const commands: readonly Command[] = [
  free,
  next,
  usable,
  radiusEncode,
  radiusDecode,
  access,
  accounting,
  policy,
  identity,
  plan,
  reverse,
  cgnat,
  alerts,
  availability,
  rates,
  sessions,
  quota,
  percentile,
];
