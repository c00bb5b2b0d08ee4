import type { ModuleWorld } from "../../module/world.ts";
import { AppError } from "../../platform/base/errors.ts";
import { type Command, carryOut } from "../../platform/events/command.ts";
import type { IdentityOffers } from "../identity/offers.ts";
import { mailErrors } from "./errors.ts";
import type { MessageListing, MessageQuery } from "./store/listing.ts";
import { type MailMessage, mailServer } from "./store/models.ts";
import { openMessage } from "./store/sealing.ts";
import { readServer } from "./store/server-rows.ts";
import { type MessageRow, messagesTable } from "./store/table.ts";
import { testMail } from "./templates.ts";

/** The queries on messages, and the test message. Each is one transaction. */
export type MessageService = ReturnType<typeof createMessageService>;

export function createMessageService(
  {
    database,
    recorder,
    encryption,
    mail,
  }: Pick<ModuleWorld, "database" | "recorder" | "encryption" | "mail">,
  listing: MessageListing,
  users: IdentityOffers,
) {
  const open = (row: MessageRow | undefined): MailMessage => {
    if (row === undefined) throw new AppError("NOT_FOUND");
    return openMessage(encryption, row);
  };

  return {
    async list(query: MessageQuery) {
      const { items, next } = await database.transaction((transaction) => listing.page(transaction, query));
      return { items: items.map(open), next };
    },

    /** Throws NOT_FOUND. */
    retrieve: (id: string): Promise<MailMessage> =>
      database.transaction(async (transaction) => open(await messagesTable.find(transaction, id))),

    /** Queues a test message to the user who asks for it. Throws MAIL_SERVER_MISSING or MAIL_BACKLOG_FULL. */
    sendTest: (command: Command): Promise<MailMessage> =>
      carryOut(database, command, async (transaction) => {
        const server = await readServer(transaction);
        if (server === undefined) throw new AppError(mailErrors.MAIL_SERVER_MISSING);
        const { actor } = command;
        const to = await users.emailOf(transaction, actor.id);
        if (to === undefined) throw new AppError("NOT_FOUND");
        const reason = { type: "mail_server.test_sent", entity: server.id };
        const id = await mail.queue(transaction, { to, template: testMail, values: {}, reason });
        const row = id === undefined ? undefined : await messagesTable.find(transaction, id);
        if (row?.state !== "waiting") throw new AppError(mailErrors.MAIL_BACKLOG_FULL);
        await recorder.note(transaction, mailServer, {
          verb: "test_sent",
          id: server.id,
          actor,
          details: { message: row.id },
        });
        return open(row);
      }),
  };
}
