import { z } from "zod";
import type { Transaction } from "../../../platform/database/database.ts";
import type { Mail } from "../../../platform/mail/mail-queue.ts";
import { defineMail } from "../../../platform/mail/template.ts";
import type { IdentityOffers } from "../../identity/offers.ts";

/** The reasons for which the runtime disables an endpoint by itself. */
const noticedReasons = ["gone", "failing"] as const;

export type NoticedReason = (typeof noticedReasons)[number];

/** The administrators who get a notice: the first ones. */
const mostReaders = 20;

/** A notice to administrators. `host`: the receiver's; the rest of its address often holds a token. */
export const endpointDisabledMail = defineMail(
  "webhooks.endpoint_disabled",
  z.strictObject({ host: z.string(), description: z.string().nullable(), reason: z.enum(noticedReasons) }),
  {
    en: ({ host, description, reason }, provider) => ({
      subject: `${provider}: a webhook endpoint was disabled`,
      paragraphs: [
        `The webhook endpoint at ${host}${described(description)} was disabled. It gets no events any more.`,
        {
          gone: "Its server has answered that it accepts no more messages (410).",
          failing: "No message has reached it for five days.",
        }[reason],
        "Enable it again once its server works. The messages that it has missed can then be sent again.",
      ],
    }),
    fr: ({ host, description, reason }, provider) => ({
      subject: `${provider} : un point d’accès webhook a été désactivé`,
      paragraphs: [
        `Le point d’accès webhook à ${host}${described(description)} a été désactivé. Il ne reçoit plus d’événements.`,
        {
          gone: "Son serveur a répondu qu’il n’accepte plus de messages (410).",
          failing: "Aucun message ne lui est parvenu depuis cinq jours.",
        }[reason],
        "Réactivez-le une fois que son serveur fonctionne. Les messages qu’il a manqués pourront alors être renvoyés.",
      ],
    }),
  },
);

function described(description: string | null): string {
  return description === null ? "" : ` (${description})`;
}

/** An endpoint that was disabled. */
export interface Disabled {
  readonly id: string;
  readonly url: string;
  readonly description: string | null;
  readonly reason: NoticedReason;
}

/** Tells the administrators by mail, in the transaction that disables the endpoint. */
export type Notify = (transaction: Transaction, disabled: Disabled) => Promise<void>;

export function createNotify(mail: Mail, users: IdentityOffers): Notify {
  return async (transaction, { id, url, description, reason }) => {
    const values = { host: new URL(url).host, description, reason };
    const cause = { type: "webhook_endpoint.disabled", entity: id };
    for (const to of await users.emailsOfAdministrators(transaction, mostReaders))
      await mail.queue(transaction, { to, template: endpointDisabledMail, values, reason: cause });
  };
}
