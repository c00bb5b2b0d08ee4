import { z } from "zod";
import { emailAddress, line, oneOf, orNull } from "../../module/fields/fields.ts";
import { text } from "../../platform/base/text.ts";
import { mailLanguages } from "../../platform/mail/languages.ts";
import { dkimKeyFault } from "./dkim-key.ts";
import { hostName } from "./host-name.ts";
import { messageStates, securities, suppressionReasons } from "./store/models.ts";
import { longestBounceLocalPart } from "./store/sender.ts";

const aPort = "write the number of a port, such as 465 or 587";
const aSelector = "write a selector such as mail2026: letters, digits and hyphens";
const noPassword = "write the password too, or leave out the user";

const secret = (what: string, longest: number) =>
  text(longest, `write ${what}`)
    .min(1, `write ${what}`)
    .regex(/^\P{Cc}*$/u, "write it on one line, without control characters");

const address = emailAddress().transform((email) => email.text);

/** `privateKey` may be left out while domain and selector stay the same. */
const dkim = z.strictObject({
  domain: hostName(),
  selector: text(63, aSelector)
    .regex(/^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/, aSelector)
    .meta({ examples: ["mail2026"] }),
  privateKey: text(8_192, "write a private key in PEM")
    .superRefine((pem, context) => {
      const fault = dkimKeyFault(pem);
      if (fault !== undefined) context.addIssue({ code: "custom", message: fault });
    })
    .optional()
    .describe("RSA, in PEM, never shown; left out: the key before stays"),
});

/** The settings of the mail server. A secret that is left out stays as it is, if the settings that it belongs to do. */
export const serverBody = z
  .strictObject({
    host: hostName(),
    port: z
      .int(aPort)
      .min(1, aPort)
      .max(65_535, aPort)
      .meta({ examples: [465] }),
    security: oneOf(securities).describe("tls: from the first byte; starttls: required before the login"),
    ...orNull({ user: secret("the user's name", 254) }),
    password: secret("the password", 500)
      .optional()
      .describe("Never shown; left out: the one before stays, unless host, port or user are others"),
    ...orNull({
      fromName: line("the name that readers see", 100).describe(
        "By default the display name of the provider",
      ),
    }),
    fromAddress: address,
    ...orNull({ replyTo: address, bouncesTo: bounceAddress() }),
    language: oneOf(mailLanguages)
      .default("en")
      .describe("Of messages to readers whose language is not known"),
    ...orNull({ dkim }),
  })
  .superRefine(({ user, password }, context) => {
    if (user !== null || password === undefined) return;
    context.addIssue({ code: "custom", path: ["user"], message: noPassword });
  });

export type ServerBody = z.output<typeof serverBody>;

function bounceAddress() {
  const message = `write an address with at most ${longestBounceLocalPart} bytes before the @`;
  return emailAddress()
    .refine(({ localPart }) => Buffer.byteLength(localPart) <= longestBounceLocalPart, message)
    .transform((email) => email.text)
    .describe(
      "Gets the reports of bounces: each message then has a sender of its own there, name+code@domain",
    );
}

export const suppressionBody = z.strictObject({ address: emailAddress() });

const instant = z.iso.datetime();

/** The mail server as the API shows it: without password and private key. */
export const serverAttributes = z.object({
  host: z.string(),
  port: z.int(),
  security: z.enum(securities),
  user: z.string().nullable(),
  fromName: z.string().nullable(),
  fromAddress: z.string(),
  replyTo: z.string().nullable(),
  bouncesTo: z.string().nullable(),
  language: z.enum(mailLanguages),
  dkim: z.object({ domain: z.string(), selector: z.string() }).nullable(),
  failingSince: instant.nullable().describe("The first failure of the server since its last success"),
  lastError: z.string().nullable().describe("A code, while it fails"),
  pausedUntil: instant.nullable().describe("Until then nothing is sent; null unless it fails"),
  createdAt: instant,
  updatedAt: instant,
});

/** A message as the API shows it. */
export const messageAttributes = z.object({
  template: z.string(),
  language: z.enum(mailLanguages).nullable().describe("null: that of the mail server's settings"),
  recipient: z.string(),
  reason: z
    .object({ type: z.string(), entity: z.string() })
    .describe("The event or action that caused it, and the id of its entity"),
  state: z.enum(messageStates),
  attempts: z.int().describe("The number of attempts that have begun"),
  lastError: z.string().nullable().describe("A code, unless the last attempt succeeded"),
  lastReply: z.int().nullable().describe("The last reply code of the mail server, such as 250"),
  lastStatus: z
    .string()
    .nullable()
    .describe("The enhanced status of the last reply or of a bounce, such as 5.1.1"),
  answer: z.string().nullable().describe("The text of the last reply or of a bounce"),
  messageId: z
    .string()
    .nullable()
    .describe("The Message-ID, the same at each attempt; null before the first"),
  createdAt: instant,
  lastAttemptAt: instant.nullable(),
  nextAttemptAt: instant.nullable().describe("When the next attempt may begin; null after the end"),
  finishedAt: instant.nullable(),
});

/** A suppressed address as the API shows it. */
export const suppressionAttributes = z.object({
  address: z.string(),
  reason: z.enum(suppressionReasons),
  messageId: z.uuid().nullable().describe("The message that bounced"),
  createdAt: instant,
});

/** The result of a posted bounce. */
export const bounceAttributes = z.object({
  outcome: z
    .enum(["bounced", "delayed", "ignored"])
    .describe("ignored: a success, or a message that has bounced before"),
  status: z.string().nullable().describe("The enhanced status in the report, such as 5.1.1"),
});
