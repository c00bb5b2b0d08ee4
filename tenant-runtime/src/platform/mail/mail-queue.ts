import { randomUUID } from "node:crypto";
import type { z } from "zod";
import type { EmailAddress } from "../contact-data/email-address.ts";
import type { Transaction } from "../database/database.ts";
import type { Encryption } from "../secrets/encryption.ts";
import type { SearchIndex } from "../secrets/search-index.ts";
import { type MailLanguage, mailLanguageOf } from "./languages.ts";
import type { MailTemplate } from "./template.ts";

/** A message for one reader. */
export interface MailRequest<Schema extends z.ZodType = z.ZodType> {
  readonly to: EmailAddress;
  /** BCP 47; undefined if it is not known: then the language of the mail server's settings. */
  readonly language?: string | undefined;
  readonly template: MailTemplate<Schema>;
  readonly values: z.input<Schema>;
  /** The cause: the type of an event or of an action, and the id of its entity. */
  readonly reason: { readonly type: string; readonly entity: string };
}

/** Messages to people, which a module queues in the transaction of the change that causes them. */
export interface Mail {
  /**
   * Queues a message, and returns its id. It never waits for the mail server, and no state of that server refuses the
   * change. While too many messages wait, the message is recorded as failed; while too many of those are recorded, none
   * is, and the result is undefined.
   */
  queue<Schema extends z.ZodType>(
    transaction: Transaction,
    request: MailRequest<Schema>,
  ): Promise<string | undefined>;
}

/** The number of messages that may wait. Transactions at the same time may add one each. */
const mostWaitingMessages = 10_000;

/** The number of messages that are recorded as failed because too many wait. */
const mostLeftOut = 10_000;

/** The code of a message that was not queued, because too many wait. The migration has an index for it. */
const mailBacklogFull = "BACKLOG_FULL";

/** The hash of an address, the same in all tables of mail. */
export function mailAddressHash(index: SearchIndex, { normalised }: EmailAddress): Buffer {
  return index.exact("mail.address", normalised);
}

export function createMail(encryption: Encryption): Mail {
  return {
    async queue(transaction, { to, language, template, values, reason }) {
      const id = randomUUID();
      const seal = (column: string, clear: string) =>
        encryption.seal(Buffer.from(clear), `mail_messages/${id}/${column}`);
      const isQueued = await insertMessage(transaction, {
        id,
        template: template.name,
        language: language === undefined ? null : (mailLanguageOf(language) ?? "en"),
        recipient: seal("recipient_sealed", to.text),
        recipientExact: mailAddressHash(encryption.index, to),
        values: seal("values_sealed", JSON.stringify(values)),
        reason,
      });
      if (isQueued) transaction.announce("jobs");
      return isQueued ? id : undefined;
    },
  };
}

interface NewMessage {
  readonly id: string;
  readonly template: string;
  readonly language: MailLanguage | null;
  readonly recipient: Buffer;
  readonly recipientExact: Buffer;
  readonly values: Buffer;
  readonly reason: MailRequest["reason"];
}

async function insertMessage(transaction: Transaction, message: NewMessage): Promise<boolean> {
  const { id, template, language, recipient, recipientExact, values, reason } = message;
  const { rowCount } = await transaction.query(
    `INSERT INTO mail_messages (id, template, language, recipient_sealed, recipient_exact, reason_type, reason_entity,
                                values_sealed, state, last_error, finished_at)
     SELECT $1, $2, $3, $4, $5, $6, $7, CASE WHEN NOT backlog.reached THEN $8::bytea END,
            CASE WHEN backlog.reached THEN 'failed' ELSE 'waiting' END,
            CASE WHEN backlog.reached THEN '${mailBacklogFull}' END, CASE WHEN backlog.reached THEN now() END
       FROM (SELECT count(*) >= ${mostWaitingMessages} AS reached FROM (
               SELECT FROM mail_messages WHERE state = 'waiting' LIMIT ${mostWaitingMessages}) AS waiting) AS backlog
      WHERE NOT backlog.reached OR ${mostLeftOut} > (SELECT count(*) FROM (
              SELECT FROM mail_messages WHERE last_error = '${mailBacklogFull}' LIMIT ${mostLeftOut}) AS left_out)`,
    [id, template, language, recipient, recipientExact, reason.type, reason.entity, values],
  );
  return rowCount === 1;
}
