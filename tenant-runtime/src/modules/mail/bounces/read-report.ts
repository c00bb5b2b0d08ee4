import type { Email } from "postal-mime";
import { shownText } from "../sending/result.ts";
import { messageOfMessageId, messageOfSender } from "../store/sender.ts";

/** A delivery status notification (RFC 3464) about one message. */
export interface Report {
  /** The message of this ISP, by its sender or its Message-ID. */
  readonly message: string;
  /** `failed`: for good; `delayed`: the other server still tries; `other`: delivered, relayed, expanded. */
  readonly action: "failed" | "delayed" | "other";
  /** `5.1.1` */
  readonly status: string | null;
  /** The diagnosis of the other server. */
  readonly text: string | null;
}

/** The parts of a report: more make none. */
const mostDepth = 8;
const longestHeaders = 64 * 1024;

/** Reads a report. Undefined for a message that is none, or that names no message of an ISP. */
export async function readReport(bytes: Uint8Array): Promise<Report | undefined> {
  if (hasMoreLines(bytes, mostLines)) return undefined;
  const email = await parse(bytes);
  const content = email && contentOf(email, "message/delivery-status");
  if (email === undefined || content === undefined) return undefined;
  const message = senderIn(email) ?? (await returnedMessage(email));
  return message === undefined ? undefined : { message, ...(await worstOf(content)) };
}

/** The lines of a report that are read: of usual length they are more bytes than a report may have. */
const mostLines = 10_000;

function hasMoreLines(bytes: Uint8Array, most: number): boolean {
  let lines = 0;
  for (let end = bytes.indexOf(10); end !== -1 && lines <= most; end = bytes.indexOf(10, end + 1)) lines += 1;
  return lines > most;
}

/** The library is loaded with the first report. */
async function parse(bytes: Uint8Array | string): Promise<Email | undefined> {
  const { default: PostalMime } = await import("postal-mime");
  const bounds = { maxNestingDepth: mostDepth, maxHeadersSize: longestHeaders, maxRfc822NestingDepth: 0 };
  return PostalMime.parse(bytes, {
    ...bounds,
    forceRfc822Attachments: true,
    attachmentEncoding: "utf8",
  }).catch(() => undefined);
}

function contentOf({ attachments }: Email, ...types: readonly string[]): string | undefined {
  const found = attachments.find(({ mimeType }) => types.includes(mimeType));
  return typeof found?.content === "string" ? found.content : undefined;
}

/** The message that the address of the report names. */
function senderIn({ headers }: Email): string | undefined {
  const addresses = headers.filter(({ key }) =>
    ["to", "delivered-to", "x-original-to", "envelope-to"].includes(key),
  );
  return addresses.map(({ value }) => messageOfSender(value)).find((message) => message !== undefined);
}

/** The message whose headers the report returns. */
async function returnedMessage(email: Email): Promise<string | undefined> {
  const returned = contentOf(email, "message/rfc822", "message/rfc822-headers", "text/rfc822-headers");
  const original = returned === undefined ? undefined : await parse(returned);
  return original?.messageId === undefined ? undefined : messageOfMessageId(original.messageId);
}

/** The part about the reader: of several, the first that failed. Each group of fields has the form of headers. */
async function worstOf(content: string): Promise<Omit<Report, "message">> {
  const groups = content
    .slice(0, longestStatus)
    .split(/\r?\n\r?\n/)
    .map((group) => group.trim())
    .filter((group) => group !== "")
    .slice(0, mostGroups);
  const reports = await Promise.all(groups.map(async (group) => reportIn(await parse(`${group}\r\n\r\n`))));
  const known = reports.filter((report) => report !== undefined);
  return (
    known.find(({ action }) => action === "failed") ??
    known.find(({ action }) => action === "delayed") ??
    known[0] ?? { action: "other", status: null, text: null }
  );
}

/** The characters and groups of a report that are read. A message of this ISP has one reader. */
const longestStatus = 32_768;
const mostGroups = 20;

function reportIn(fields: Email | undefined): Omit<Report, "message"> | undefined {
  const fieldOf = (name: string) => fields?.headers.find(({ key }) => key === name)?.value;
  const written = fieldOf("action")?.trim().toLowerCase();
  if (written === undefined) return undefined;
  const status = /^\s*([245]\.\d{1,3}\.\d{1,3})\b/.exec(fieldOf("status") ?? "")?.[1] ?? null;
  const diagnosis = fieldOf("diagnostic-code");
  return {
    action: actionOf(written, status),
    status,
    text: diagnosis === undefined ? null : shownText(diagnosis),
  };
}

/** A failure with a status of 4.x.x is one that may pass (RFC 3463, 2.1). */
function actionOf(written: string, status: string | null): Report["action"] {
  if (written === "failed") return status?.startsWith("4.") === true ? "delayed" : "failed";
  return written === "delayed" ? "delayed" : "other";
}
