import { createHmac, hkdfSync } from "node:crypto";

/**
 * Finds sealed values without their clear text. Each field has its own key, so equal values in two fields have
 * different hashes. A reader of the database learns only which rows share a value or its beginning.
 */
export interface SearchIndex {
  /** 16 bytes for comparison with `=`. `value` must be normalised. */
  exact(field: string, value: string): Buffer;
  /** The element of `prefixes` for a value that starts with `start`: 8 bytes. */
  prefix(field: string, start: string): Buffer;
  /** One hash for each start of `value` between `shortest` and `longest` characters. */
  prefixes(field: string, value: string, lengths: PrefixLengths): Buffer[];
}

export interface PrefixLengths {
  readonly shortest: number;
  readonly longest: number;
}

const exactLength = 16;
const prefixLength = 8;

/** HMAC-SHA-256, truncated, under keys that HKDF derives from the tenant's index key. */
export function createSearchIndex(indexKey: Buffer): SearchIndex {
  const keys = new Map<string, Buffer>();
  const hash = (purpose: "exact" | "prefix", field: string, value: string): Buffer => {
    const info = `dotmac search index v1 ${purpose} ${field}`;
    const key = keys.get(info) ?? Buffer.from(hkdfSync("sha256", indexKey, "", info, 32));
    keys.set(info, key);
    return createHmac("sha256", key).update(value).digest();
  };
  const prefix = (field: string, start: string) => hash("prefix", field, start).subarray(0, prefixLength);
  return {
    exact: (field, value) => hash("exact", field, value).subarray(0, exactLength),
    prefix,
    prefixes: (field, value, lengths) => startsOf(value, lengths).map((start) => prefix(field, start)),
  };
}

function startsOf(value: string, { shortest, longest }: PrefixLengths): string[] {
  const characters = Array.from(value);
  const last = Math.min(characters.length, longest);
  const lengths = Array.from({ length: Math.max(0, last - shortest + 1) }, (_, index) => shortest + index);
  return lengths.map((length) => characters.slice(0, length).join(""));
}
