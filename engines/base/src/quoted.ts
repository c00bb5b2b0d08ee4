/** Invisible characters: controls, zero widths, marks of direction and byte order. */
const invisible = /[\u007f-\u00a0\u00ad\u061c\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]/g;

/** A text in quotes with its invisible characters as escapes, for messages. */
export function quoted(text: string): string {
  return visible(JSON.stringify(text));
}

/** A text with its invisible characters as escapes. */
export function visible(text: string): string {
  return text.replace(invisible, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`);
}
