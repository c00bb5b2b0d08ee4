import { createHash, createHmac } from "node:crypto";
import type { Attribute } from "../src/radius/attributes/attribute.ts";
import { readRequest } from "../src/radius/packet/read-packet.ts";
import { writeRequest } from "../src/radius/packet/write-packet.ts";
import { attribute } from "../src/radius/values/build-attribute.ts";

const goal = 20_000;
const rounds = 9;
const packets = 20_000;
const secret = new TextEncoder().encode("xyzzy5461");
const random = { authenticator: new Uint8Array(16).fill(7), salt: 0 };

/** The attributes that MikroTik's PPPoE server sends about a session every few minutes, and at its login. */
const interim = [
  attribute("Service-Type", "Framed-User"),
  attribute("Framed-Protocol", "PPP"),
  attribute("NAS-Port", 15_728_641),
  attribute("NAS-Port-Type", "Ethernet"),
  attribute("User-Name", "customer-4711"),
  attribute("Calling-Station-Id", "00:00:5E:00:53:01"),
  attribute("Called-Station-Id", "pppoe-1"),
  attribute("NAS-Port-Id", "vlan-100"),
  attribute("Acct-Session-Id", "8100000a"),
  attribute("Framed-IP-Address", "192.0.2.17"),
  attribute("Delegated-IPv6-Prefix", "2001:db8:47::/56"),
  attribute("Acct-Status-Type", "Interim-Update"),
  attribute("Event-Timestamp", 1_700_000_000),
  attribute("Acct-Session-Time", 3600),
  attribute("Acct-Input-Octets", 123_456_789),
  attribute("Acct-Input-Gigawords", 1),
  attribute("Acct-Output-Octets", 3_123_456_789),
  attribute("Acct-Output-Gigawords", 12),
  attribute("NAS-Identifier", "bras-1"),
  attribute("NAS-IP-Address", "192.0.2.1"),
];
const login = [...interim.slice(0, 8), attribute("User-Password", "arctangent"), ...interim.slice(18)];

/** Packets per second of one core: decoding with verification, and the hashes alone. */
export function measureRadius() {
  const accounting = measure("Accounting-Request", interim, (octets) => {
    createHash("md5").update(octets).update(secret).digest();
  });
  const access = measure("Access-Request", login, (octets) => {
    createHmac("md5", secret).update(octets).digest();
    createHash("md5").update(secret).update(random.authenticator).digest();
  });
  const reached = Math.min(accounting.packetsPerSecond, access.packetsPerSecond) >= goal;
  return { accounting, access, goal, reached };
}

type Code = "Accounting-Request" | "Access-Request";

function measure(code: Code, attributes: readonly Attribute[], hash: (octets: Uint8Array) => void) {
  const { octets } = writeRequest({ code, identifier: 1, attributes }, secret, random);
  const all = Array.from({ length: packets }, () => Uint8Array.from(octets));
  const read = (packet: Uint8Array) => {
    const received = readRequest(packet, { secret });
    if (received.kind === "refused") throw new Error(received.message);
  };
  const rates = Array.from({ length: rounds }, () => [rate(all, read), rate(all, hash)] as const).slice(2);
  return {
    octets: octets.length,
    attributes: attributes.length,
    packetsPerSecond: middle(rates.map(([reading]) => reading)),
    slowestPass: Math.min(...rates.map(([reading]) => reading)),
    baselineHashesPerSecond: middle(rates.map(([, hashing]) => hashing)),
  };
}

/** The rate per second of the process's processor time, which other programs do not affect. */
function rate(all: readonly Uint8Array[], each: (packet: Uint8Array) => void): number {
  const used = process.cpuUsage();
  for (const packet of all) each(packet);
  const { user, system } = process.cpuUsage(used);
  return Math.round(all.length / ((user + system) / 1e6));
}

function middle(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0;
}
