import { emailAddress, line, someOf } from "../../../module/fields/fields.ts";
import { anyOf, byInstant, defineListing, equal, filter } from "../../../module/table/listing.ts";
import type { EmailAddress } from "../../../platform/contact-data/email-address.ts";
import { mailAddressHash } from "../../../platform/mail/mail-queue.ts";
import type { Encryption } from "../../../platform/secrets/encryption.ts";
import { messageStates, suppressionReasons } from "./models.ts";
import { messagesTable, suppressionsTable } from "./table.ts";

interface Keys {
  readonly encryption: Encryption;
}

/** Messages, found by the whole address of their reader. */
export function messageListing(keys: Keys) {
  return defineListing(messagesTable, {
    sorts: { createdAt: byInstant("created_at") },
    initial: "-createdAt",
    filters: {
      state: anyOf("state", someOf(messageStates)),
      template: equal("template", line("the name of a template", 100)),
      reason: equal("reason_type", line("the type of a reason", 100)),
      recipient: addressFilter(keys, "recipient_exact"),
    },
  });
}

export type MessageListing = ReturnType<typeof messageListing>;
export type MessageQuery = Parameters<MessageListing["page"]>[1];

/** Suppressed addresses, found by the whole address. */
export function suppressionListing(keys: Keys) {
  return defineListing(suppressionsTable, {
    sorts: { createdAt: byInstant("created_at") },
    initial: "-createdAt",
    filters: {
      reason: anyOf("reason", someOf(suppressionReasons)),
      address: addressFilter(keys, "address_exact"),
    },
  });
}

export type SuppressionListing = ReturnType<typeof suppressionListing>;

function addressFilter({ encryption }: Keys, column: string) {
  return filter(
    emailAddress(),
    (address: EmailAddress, parameter) =>
      `${column} = ${parameter(mailAddressHash(encryption.index, address))}`,
  );
}
