import { randomBytes } from "node:crypto";
import { getCACertificates, setDefaultCACertificates } from "node:tls";
import { inject } from "vitest";
import type {} from "../../../../harness/services/vitest.ts";
import { systemClock } from "../../../../process/clock.ts";
import { createLogger } from "../../../../process/log.ts";
import { createRecorder } from "../../../src/module/record.ts";
import { type BounceService, createBounceService } from "../../../src/modules/mail/bounce-service.ts";
import type { ServerBody } from "../../../src/modules/mail/schemas.ts";
import { MailLoop, type MailLoopOptions } from "../../../src/modules/mail/sending/mail-loop.ts";
import { createServerService, type ServerService } from "../../../src/modules/mail/server-service.ts";
import { suppressionListing } from "../../../src/modules/mail/store/listing.ts";
import {
  createSuppressionService,
  type SuppressionService,
} from "../../../src/modules/mail/suppression-service.ts";
import { testMail } from "../../../src/modules/mail/templates.ts";
import { parseEmailAddress } from "../../../src/platform/contact-data/email-address.ts";
import type { Transaction } from "../../../src/platform/database/database.ts";
import { createAudit } from "../../../src/platform/events/audit.ts";
import { createMail, type MailRequest } from "../../../src/platform/mail/mail-queue.ts";
import { createOutbound } from "../../../src/platform/outbound/outbound.ts";
import { openEncryption } from "../../../src/platform/secrets/encryption.ts";
import { type MigratedSchema, openMigratedSchema } from "../database/migrated-schema.ts";
import { querySchema } from "../database/query-schema.ts";
import type { TenantEgress } from "../egress/tenant-egress.ts";
import { testCommand } from "../inputs/command.ts";
import { type MailReceiver, mailLogin } from "./mail-receiver.ts";

/** The services of mail in this process, on a schema of their own. */
export interface MailWorld extends AsyncDisposable {
  readonly schema: MigratedSchema["schema"];
  readonly server: ServerService;
  readonly suppressions: SuppressionService;
  readonly bounces: BounceService;
  /** Rows that a superuser gets. */
  query(text: string, values?: readonly unknown[]): ReturnType<typeof querySchema>;
  /** Sets this mail server, with its login. */
  use(receiver: Pick<MailReceiver, "host" | "port">, settings?: Partial<ServerBody>): Promise<void>;
  /** Queues a message, as a command would, and returns its id. */
  queue(
    request?: Partial<Omit<MailRequest, "to">> & { readonly to?: string },
    before?: (transaction: Transaction) => Promise<void>,
  ): Promise<string | undefined>;
  /** A loop that sends until it is stopped or disposed of. */
  loop(options?: Partial<MailLoopOptions>): MailLoop & AsyncDisposable;
}

/** Settings that are complete for a mail server of these tests. */
export function settingsFor(
  { host, port }: Pick<MailReceiver, "host" | "port">,
  settings: Partial<ServerBody> = {},
): ServerBody {
  return {
    ...{ host, port, security: "tls", ...mailLogin, fromName: null, fromAddress: "billing@north.example" },
    ...{ replyTo: null, bouncesTo: null, language: "en", dkim: null },
    ...settings,
  };
}

/** `egress`: the way to mail servers; without it none can be reached. */
export async function openMailWorld(egress?: Pick<TenantEgress, "world" | "settings">): Promise<MailWorld> {
  await using opened = new AsyncDisposableStack();
  if (egress !== undefined)
    setDefaultCACertificates([...getCACertificates("default"), egress.world.authority.certificate]);
  const { schema, database } = opened.use(await openMigratedSchema(inject("postgres18")));
  const outbound = createOutbound(egress?.settings);
  opened.defer(() => outbound.close());
  const keys = { dataKey: randomBytes(32).toString("hex"), indexKey: randomBytes(32).toString("hex") };
  const vault = { unwrap: async (hex: string) => Buffer.from(hex, "hex") };
  const encryption = await openEncryption({ vault, keys });
  const recorder = createRecorder(createAudit(schema.id));
  const parts = { database, encryption, recorder, cache: undefined as never };
  const server = createServerService(parts);
  const mail = createMail(encryption);
  const running = opened.move();
  return {
    schema,
    server,
    suppressions: createSuppressionService(parts, suppressionListing(parts)),
    bounces: createBounceService(parts, () => {}),
    query: (text, values) => querySchema(schema, text, values),
    use: async (receiver, given) => void (await server.replace(settingsFor(receiver, given), testCommand())),
    queue: ({ to = "ann@example.com", ...request } = {}, before = async () => {}) =>
      database.transaction(async (transaction) => {
        const address = parseEmailAddress(to);
        if (address === undefined) throw new Error(`${to} is no address`);
        const reason = { type: "mail_server.test_sent", entity: "1" };
        const id = await mail.queue(transaction, {
          ...{ template: testMail, values: {}, reason, to: address },
          ...request,
        } as MailRequest);
        await before(transaction);
        return id;
      }),
    loop(options = {}) {
      const loop = new MailLoop({
        ...{ database, outbound, encryption, recorder, clock: systemClock, log: createLogger("error") },
        ...{ tenant: { displayName: "North" }, mailTemplates: new Map([[testMail.name, testMail]]) },
        ...{ pollMs: () => 60_000, attempted: () => {} },
        ...options,
      });
      return Object.assign(loop, { [Symbol.asyncDispose]: () => loop.stop() });
    },
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
