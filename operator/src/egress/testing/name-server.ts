import { createSocket } from "node:dgram";
import { once } from "node:events";

/** The answer for each name: addresses of both families, or a response code (RFC 1035, 4.1.1). */
export type Zone = Readonly<Record<string, readonly string[] | "SERVFAIL" | "silence">>;

export interface NameServer extends AsyncDisposable {
  /** `address:port`, as Node's resolver expects it. */
  readonly server: string;
  /** The questions in order, each such as `A example.com`. */
  readonly questions: readonly string[];
}

const types: Readonly<Record<number, { readonly name: string; readonly family: "ipv4" | "ipv6" }>> = {
  1: { name: "A", family: "ipv4" },
  28: { name: "AAAA", family: "ipv6" },
};

/** Starts a DNS server on a loopback port that serves one zone. Names outside of the zone do not exist (NXDOMAIN). */
export async function startNameServer(zone: Zone): Promise<NameServer> {
  const questions: string[] = [];
  const socket = createSocket("udp4");
  socket.on("message", (query, { port, address }) => {
    const { name, type, end } = questionOf(query);
    questions.push(`${types[type]?.name} ${name}`);
    const known = zone[name];
    if (known === "silence") return;
    socket.send(response(query.subarray(0, end), type, known), port, address);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return {
    server: `127.0.0.1:${socket.address().port}`,
    questions,
    async [Symbol.asyncDispose]() {
      socket.close();
    },
  };
}

/** The first question of a message, and the offset of its end. */
function questionOf(query: Buffer): { name: string; type: number; end: number } {
  const labels: string[] = [];
  let at = 12;
  for (let length = query.readUInt8(at); length > 0; length = query.readUInt8(at)) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += length + 1;
  }
  return { name: labels.join("."), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function response(query: Buffer, type: number, known: Zone[string] | undefined): Buffer {
  const family = types[type]?.family;
  const addresses = Array.isArray(known)
    ? known.filter((one) => one.includes(":") === (family === "ipv6"))
    : [];
  const code = known === undefined ? 3 : known === "SERVFAIL" ? 2 : 0;
  const head = Buffer.from(query);
  head.writeUInt16BE(0x8180 | code, 2);
  head.writeUInt16BE(addresses.length, 6);
  head.writeUInt32BE(0, 8);
  return Buffer.concat([head, ...addresses.map((address) => record(type, address))]);
}

/** A record with TTL 0 about the name of the question, to which 0xC00C points. */
function record(type: number, address: string): Buffer {
  const data = bytesOf(address);
  const head = Buffer.alloc(12);
  head.writeUInt16BE(0xc00c, 0);
  head.writeUInt16BE(type, 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(data.length, 10);
  return Buffer.concat([head, data]);
}

function bytesOf(address: string): Buffer {
  if (!address.includes(":")) return Buffer.from(address.split(".").map(Number));
  const [before = "", after] = address.split("::");
  const groups = (text: string) =>
    text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16));
  const [left, right] = [groups(before), groups(after ?? "")];
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => 0);
  return Buffer.from([...left, ...zeros, ...right].flatMap((group) => [group >> 8, group & 0xff]));
}
