import type { Command } from "../../base/cli/command.ts";
import { cgnat } from "./commands/ipam/cgnat.ts";
import { free } from "./commands/ipam/free.ts";
import { next } from "./commands/ipam/next.ts";
import { plan } from "./commands/ipam/plan.ts";
import { reverse } from "./commands/ipam/reverse.ts";
import { usable } from "./commands/ipam/usable.ts";
import { alerts } from "./commands/monitoring/alerts.ts";
import { availability } from "./commands/monitoring/availability.ts";
import { access } from "./commands/radius/access.ts";
import { accounting } from "./commands/radius/accounting.ts";
import { identity } from "./commands/radius/identity.ts";
import { policy } from "./commands/radius/policy.ts";
import { radiusDecode } from "./commands/radius/radius-decode.ts";
import { radiusEncode } from "./commands/radius/radius-encode.ts";
import { rates } from "./commands/radius/rates.ts";
import { percentile } from "./commands/usage/percentile.ts";
import { quota } from "./commands/usage/quota.ts";
import { sessions } from "./commands/usage/sessions.ts";

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
