/** The characters that a code adds to the local part of an address: `+` and the id of a message without hyphens. */
const codeLength = 33;

/** The bytes of the local part of an address that leave room for a code (RFC 5321, 4.5.3.1.1). */
export const longestBounceLocalPart = 64 - codeLength;

/** The envelope sender that names its message: `bounces+<id>@example.com` (variable envelope return path). */
export function senderOf(bouncesTo: string, messageId: string): string {
  const at = bouncesTo.lastIndexOf("@");
  return `${bouncesTo.slice(0, at)}+${messageId.replaceAll("-", "")}${bouncesTo.slice(at)}`;
}

/** The id of the message that an address of `senderOf` names. */
export function messageOfSender(address: string): string | undefined {
  const [, ...parts] =
    /\+([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})@/i.exec(address) ?? [];
  return parts.length === 5 ? parts.join("-").toLowerCase() : undefined;
}

/** The id of the message that a Message-ID names. */
export function messageOfMessageId(messageId: string): string | undefined {
  return /^<?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})@/i.exec(messageId.trim())?.[1]?.toLowerCase();
}
