import type { z } from "zod";
import type { MailLanguage } from "./languages.ts";

/** The content of one message, as plain text: it becomes text and HTML. */
export interface MailText {
  /** One line. */
  readonly subject: string;
  readonly paragraphs: readonly string[];
}

/** Writes a message in one language. `provider` is the display name of the ISP. */
export type MailWriter<Values> = (values: Values, provider: string) => MailText;

/** A kind of message, written in each language. */
export interface MailTemplate<Schema extends z.ZodType = z.ZodType> {
  /** `webhooks.endpoint_disabled`: the names of the module and of the message. */
  readonly name: string;
  /** The values, which are stored sealed until the message is sent. */
  readonly values: Schema;
  write(language: MailLanguage, values: unknown, provider: string): MailText;
}

/** The templates of all modules, by name. */
export type MailTemplates = ReadonlyMap<string, MailTemplate>;

/** Defines a message. TypeScript requires each language. `write` throws if the values are not those of the schema. */
export function defineMail<Schema extends z.ZodType>(
  name: string,
  values: Schema,
  texts: Readonly<Record<MailLanguage, MailWriter<z.output<Schema>>>>,
): MailTemplate<Schema> {
  return {
    name,
    values,
    write: (language, given, provider) => texts[language](values.parse(given), provider),
  };
}
