import { toHex } from "../../octets/to-hex.ts";
import type { Attribute, GivenValue, ValueType } from "../attributes/attribute.ts";
import { allDefinitions, type Definition, definitionAt } from "../dictionary/definition.ts";
import { attribute } from "../values/build-attribute.ts";

const samples: Readonly<Record<Exclude<ValueType, "tlv">, GivenValue>> = {
  text: "some text",
  octets: Uint8Array.of(1, 2, 254),
  byte: 7,
  short: 777,
  integer: 16_000_003,
  signed: -5,
  integer64: 2n ** 40n + 1n,
  date: 1_700_000_000,
  ipv4: "192.0.2.1",
  ipv6: "2001:db8::1",
  "ipv4-prefix": "192.0.2.0/24",
  "ipv6-prefix": "2001:db8::/48",
  "interface-id": "200:1:2:3",
  ethernet: "00:00:5e:00:53:01",
};

/** One attribute of every number in the dictionaries that stands alone, in batches of one dictionary's vendor. */
export function sampleBatches(): readonly (readonly Attribute[])[] {
  const batches = new Map<string, Attribute[]>();
  allDefinitions()
    .filter((one) => isSampled(one))
    .forEach((definition, index) => {
      const key = `${definition.vendor?.name} ${Math.floor(index / 60)}`;
      batches.set(key, [...(batches.get(key) ?? []), sample(definition)]);
    });
  return [...batches.values()];
}

const apart = [
  /** The attributes that verify a packet or that every packet needs. */
  ...["Message-Authenticator", "EAP-Message", "Acct-Status-Type"],
  /** These need the authenticator of an Access-Request or its accept. Accounting requests have none. */
  ...["User-Password", "CHAP-Password", "MS-CHAP-MPPE-Keys"],
  /** Also printed in the reply. */
  "Proxy-State",
];

/** Only the last name of a number. FreeRADIUS numbers the SIP attributes differently from RFC 5090. */
function isSampled({ name, vendor, path, type }: Definition): boolean {
  const extended = vendor === undefined && (path[0] ?? 0) >= 241;
  const current = definitionAt(vendor?.number, path.join("."))?.name === name;
  const readThere = !apart.includes(name) && !/^(Digest-|SIP-AOR)/.test(name);
  return current && readThere && type !== "tlv" && path.length === (extended ? 2 : 1);
}

function sample({ name, type, tagged, length, labels }: Definition): Attribute {
  if (type === "tlv") throw new Error("a tlv has no sample");
  const named = [...labels.keys()].find((number) => number < 2 ** 24);
  const value = length === undefined ? (named ?? samples[type]) : new Uint8Array(length).fill(9);
  return attribute(name, value, tagged ? 3 : undefined);
}

/** The line that FreeRADIUS 3 prints for an attribute that it read. */
export function printedLine(one: Attribute): string {
  const tag = one.tag === undefined ? "" : `:${one.tag}`;
  return `${one.name}${tag} = ${one.label ?? printedValue(one)}`;
}

function printedValue({ type, value }: Attribute): string {
  if (type === "text") return `"${value}"`;
  if (type === "octets") return `0x${toHex(value)}`;
  if (type === "date") return '"Nov 14 2023 22:13:20 UTC"';
  return String(value);
}
