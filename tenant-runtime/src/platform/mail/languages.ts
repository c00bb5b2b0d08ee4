/** The languages that every template has. */
export const mailLanguages = ["en", "fr"] as const;

export type MailLanguage = (typeof mailLanguages)[number];

/** The language of messages for a reader of this language (BCP 47): `fr-CA` reads `fr`. Undefined for one that no template has. */
export function mailLanguageOf(tag: string): MailLanguage | undefined {
  const [language] = tag.toLowerCase().split("-", 1);
  return mailLanguages.find((each) => each === language);
}
