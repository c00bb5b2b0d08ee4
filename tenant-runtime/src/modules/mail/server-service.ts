import { randomUUID } from "node:crypto";
import { changedFields } from "../../module/fields/changed-fields.ts";
import type { ModuleWorld } from "../../module/world.ts";
import { AppError } from "../../platform/base/errors.ts";
import { requireVersion } from "../../platform/base/expected-version.ts";
import { invalidField } from "../../platform/base/invalid-field.ts";
import { parseEmailAddress } from "../../platform/contact-data/email-address.ts";
import type { Transaction } from "../../platform/database/database.ts";
import { type Command, carryOut } from "../../platform/events/command.ts";
import type { ServerBody } from "./schemas.ts";
import { type MailServer, mailServer, type ServerSettings } from "./store/models.ts";
import { openServer, sealedServer } from "./store/sealing.ts";
import { lockServer, readServer, retryWaiting } from "./store/server-rows.ts";
import { type ServerRow, serversTable } from "./store/table.ts";

/** The commands and queries on the mail server. Each is one transaction. */
export type ServerService = ReturnType<typeof createServerService>;

export function createServerService(world: Pick<ModuleWorld, "database" | "recorder" | "encryption">) {
  const { database, recorder, encryption } = world;

  return {
    /** Throws NOT_FOUND. */
    retrieve: (): Promise<MailServer> =>
      database.transaction(async (transaction) =>
        openServer(encryption, existing(await readServer(transaction))),
      ),

    /** Creates the settings or replaces them all. Throws PRECONDITION_FAILED or VALIDATION_ERROR. */
    replace: (body: ServerBody, command: Command): Promise<{ server: MailServer; isNew: boolean }> =>
      carryOut(database, command, async (transaction) => {
        const row = await lockServer(transaction);
        if (row === undefined) await create(transaction, body, command);
        else await change(transaction, row, body, command);
        transaction.announce("jobs");
        return {
          server: openServer(encryption, existing(await readServer(transaction))),
          isNew: row === undefined,
        };
      }),

    /** Messages wait until there is another server. Throws NOT_FOUND or PRECONDITION_FAILED. */
    remove: (command: Command): Promise<void> =>
      carryOut(database, command, async (transaction) => {
        const { id, version } = existing(await lockServer(transaction));
        requireVersion(command.expected, version);
        await transaction.query("DELETE FROM mail_servers WHERE id = $1", [id]);
        await record(transaction, command, { id, verb: "deleted", details: {} });
      }),
  };

  async function create(transaction: Transaction, body: ServerBody, command: Command): Promise<void> {
    if (command.expected === "any" || typeof command.expected === "object") throw notThere();
    requireSecrets(undefined, undefined, body);
    const id = randomUUID();
    await serversTable
      .insert(transaction, { id, ...columnsOf(id, body), failures: 0 })
      .catch((error: unknown) => {
        throw isDuplicate(error) ? notThere() : error;
      });
    await record(transaction, command, { id, verb: "created", details: { host: body.host } });
  }

  async function change(transaction: Transaction, row: ServerRow, body: ServerBody, command: Command) {
    requireVersion(command.expected, row.version);
    const present = openServer(encryption, row);
    requireSecrets(row, present, body);
    const fields = [...changedFields(settingsOf(present), settingsOf(body)), ...secretsIn(body)];
    if (fields.length === 0) return;
    await serversTable.update(transaction, row.id, {
      ...columnsOf(row.id, body),
      ...{ failing_since: null, failures: 0, last_error: null, paused_until: null },
    });
    await retryWaiting(transaction);
    await record(transaction, command, { id: row.id, verb: "updated", details: { fields } });
  }

  /** The columns of the settings. A secret that is left out is not written. */
  function columnsOf(id: string, body: ServerBody) {
    const { seal } = sealedServer(encryption, id);
    const { dkim, user, password } = body;
    return {
      revision: randomUUID(),
      host: body.host,
      port: body.port,
      security: body.security,
      user_sealed: seal("user_sealed", user),
      ...(user === null && { password_sealed: null }),
      ...(password !== undefined && { password_sealed: seal("password_sealed", password) }),
      from_name: body.fromName,
      from_sealed: seal("from_sealed", body.fromAddress),
      from_domain: domainOf(body.fromAddress),
      reply_to_sealed: seal("reply_to_sealed", body.replyTo),
      bounces_to_sealed: seal("bounces_to_sealed", body.bouncesTo),
      language: body.language,
      dkim_domain: dkim?.domain ?? null,
      dkim_selector: dkim?.selector ?? null,
      ...(dkim === null && { dkim_key_sealed: null }),
      ...(dkim?.privateKey !== undefined && { dkim_key_sealed: seal("dkim_key_sealed", dkim.privateKey) }),
    };
  }

  function record(
    transaction: Transaction,
    { actor }: Command,
    happening: {
      readonly id: string;
      readonly verb: (typeof mailServer)["events"][number];
      readonly details: Readonly<Record<string, string | readonly string[]>>;
    },
  ): Promise<void> {
    return recorder.change(transaction, mailServer, { ...happening, actor });
  }
}

/** The secrets that stay are those of the same server and user: another server must not get them. */
function requireSecrets(row: ServerRow | undefined, present: MailServer | undefined, body: ServerBody): void {
  const isSame = present?.host === body.host && present.port === body.port && present.user === body.user;
  if (body.user !== null && body.password === undefined && !isSame)
    throw invalidField("password", "write the password: the server or the user is another one");
  const { dkim } = body;
  if (dkim === null || dkim.privateKey !== undefined) return;
  if (row?.dkim_domain !== dkim.domain || row.dkim_selector !== dkim.selector)
    throw invalidField("dkim.privateKey", "write the private key: the domain or the selector is another one");
}

function settingsOf(settings: ServerSettings): ServerSettings {
  const { host, port, security, user, fromName, fromAddress, replyTo, bouncesTo, language, dkim } = settings;
  const key = dkim && { domain: dkim.domain, selector: dkim.selector };
  return { host, port, security, user, fromName, fromAddress, replyTo, bouncesTo, language, dkim: key };
}

function secretsIn({ password, dkim }: ServerBody): string[] {
  return [
    ...(password === undefined ? [] : ["password"]),
    ...(dkim?.privateKey === undefined ? [] : ["dkim.privateKey"]),
  ];
}

function domainOf(address: string): string {
  return parseEmailAddress(address)?.normalised.split("@")[1] ?? "";
}

/** Another command was faster, or the version that the caller expects is not there. */
function notThere(): AppError {
  return new AppError("PRECONDITION_FAILED");
}

function isDuplicate(error: unknown): boolean {
  return (error as { readonly code?: unknown }).code === "23505";
}

function existing(row: ServerRow | undefined): ServerRow {
  if (row === undefined) throw new AppError("NOT_FOUND");
  return row;
}
