import type { MailLanguage } from "../../../platform/mail/languages.ts";
import type { MailTemplates } from "../../../platform/mail/template.ts";
import type { Encryption } from "../../../platform/secrets/encryption.ts";
import type { MailServer } from "../store/models.ts";
import { openServer, sealedMessage, sealedServer } from "../store/sealing.ts";
import { senderOf } from "../store/sender.ts";
import type { ServerRow } from "../store/table.ts";
import type { Claimed } from "./claim.ts";
import { type Letter, letterOf, oneLine } from "./letter.ts";
import type { Envelope, OpenServer } from "./send-mail.ts";

export interface Composing {
  readonly encryption: Encryption;
  readonly mailTemplates: MailTemplates;
  readonly tenant: { readonly displayName: string };
}

/** Writes a claimed message by its template, and opens the server's secrets. Throws if this version does not know the template. */
export function composeMail(
  world: Composing,
  row: ServerRow,
  claimed: Claimed,
): { readonly server: OpenServer; readonly envelope: Envelope } {
  const settings = openServer(world.encryption, row);
  return {
    server: openSecrets(world.encryption, row, settings),
    envelope: envelopeOf(world, settings, claimed),
  };
}

function openSecrets(encryption: Encryption, row: ServerRow, settings: MailServer): OpenServer {
  const { open } = sealedServer(encryption, row.id);
  const { host, port, security, user, dkim } = settings;
  const password = open("password_sealed", row.password_sealed);
  const privateKey = open("dkim_key_sealed", row.dkim_key_sealed);
  return {
    host,
    port,
    security,
    login: user === null || password === null ? undefined : { user, password },
    dkim: dkim === null || privateKey === null ? undefined : { ...dkim, privateKey },
    clientName: row.from_domain,
  };
}

function envelopeOf(world: Composing, settings: MailServer, claimed: Claimed): Envelope {
  const { open } = sealedMessage(world.encryption, claimed.id);
  const { fromName, fromAddress, replyTo, bouncesTo, language } = settings;
  const values: unknown = JSON.parse(open("values_sealed", claimed.valuesSealed));
  return {
    letter: letter(world, claimed, (claimed.language as MailLanguage | null) ?? language, values),
    from: { name: oneLine(fromName ?? world.tenant.displayName), address: fromAddress },
    sender: bouncesTo === null ? fromAddress : senderOf(bouncesTo, claimed.id),
    to: open("recipient_sealed", claimed.recipientSealed),
    replyTo,
    messageId: claimed.messageId,
  };
}

function letter(
  { mailTemplates, tenant: { displayName } }: Composing,
  { template }: Claimed,
  language: MailLanguage,
  values: unknown,
): Letter {
  const found = mailTemplates.get(template);
  if (found === undefined)
    throw new Error(`there is no template ${template}: an image that has it sends the message`);
  return letterOf(found.write(language, values, displayName), language, displayName);
}
