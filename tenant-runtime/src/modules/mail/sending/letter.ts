import type { MailLanguage } from "../../../platform/mail/languages.ts";
import type { MailText } from "../../../platform/mail/template.ts";

/** A message in both of its forms. */
export interface Letter {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
}

/** The characters of a subject. Longer ones are cut. */
const longestSubject = 200;

/** Lays a message out as plain text and as HTML, with the name of the ISP below it. All texts are escaped. */
export function letterOf(
  { subject, paragraphs }: MailText,
  language: MailLanguage,
  provider: string,
): Letter {
  const title = oneLine(subject);
  return {
    subject: title,
    text: `${paragraphs.join("\n\n")}\n\n-- \n${oneLine(provider)}\n`,
    html: `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><title>${escaped(title)}</title></head>
<body>
${paragraphs.map((paragraph) => `<p>${escaped(paragraph)}</p>`).join("\n")}
<p>-- <br>${escaped(oneLine(provider))}</p>
</body>
</html>
`,
  };
}

/** A text without control characters, such as the end of a line, which could begin a header. */
export function oneLine(text: string): string {
  return text
    .replaceAll(/[\p{Cc}\u2028\u2029]+/gu, " ")
    .slice(0, longestSubject)
    .trim();
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? character);
}
