import { defineModule } from "../../module/define-module.ts";
import type { Meters } from "../../platform/telemetry/meters.ts";
import { identity } from "../identity/module.ts";
import { bounceRoute, messageRoutes, serverRoutes, suppressionRoutes } from "./api.ts";
import { type Bounce, createBounceService } from "./bounce-service.ts";
import { mailErrors } from "./errors.ts";
import { createMessageService } from "./message-service.ts";
import { mailMetrics } from "./metrics.ts";
import { MailLoop } from "./sending/mail-loop.ts";
import type { Result } from "./sending/result.ts";
import { createServerService } from "./server-service.ts";
import { messageListing, suppressionListing } from "./store/listing.ts";
import { mailMessage, mailServer, mailSuppression } from "./store/models.ts";
import { createSuppressionService } from "./suppression-service.ts";
import { testMail } from "./templates.ts";

export const mail = defineModule({
  name: "mail",
  permissions: { "mail:read": ["admin"], "mail:manage": ["admin"], "mail:bounces": ["admin"] },
  entities: [mailServer, mailMessage, mailSuppression],
  errors: mailErrors,
  metrics: mailMetrics,
  mails: [testMail],
  needs: [identity],
  uses: [
    "database",
    "cache",
    "encryption",
    "recorder",
    "outbound",
    "mail",
    "mailTemplates",
    "tenant",
    "clock",
    "log",
  ],
  open(world, { meters, needs: [users] }) {
    const messages = messageListing(world);
    const suppressions = suppressionListing(world);
    const { attempted, bounced } = counted(meters);
    return {
      world,
      attempted,
      listings: { messages, suppressions },
      server: createServerService(world),
      messages: createMessageService(world, messages, users),
      suppressions: createSuppressionService(world, suppressions),
      bounces: createBounceService(world, bounced),
    };
  },
  routes: ({ server, messages, suppressions, bounces, listings }) => [
    ...serverRoutes(server, messages),
    ...messageRoutes(messages, listings.messages),
    ...suppressionRoutes(suppressions, listings.suppressions),
    bounceRoute(bounces),
  ],
  loop: ({ world, attempted }, own) => new MailLoop({ ...world, ...own, attempted }),
});

/** Counts attempts and posted bounces. */
function counted(meters: Meters<typeof mailMetrics>) {
  return {
    attempted(result: Result, seconds: number) {
      meters.attempts.add(1, { outcome: result.kind });
      meters.attemptSeconds.observe(seconds);
    },
    bounced: (outcome: Bounce["outcome"]) => meters.bounces.add(1, { outcome }),
  };
}
