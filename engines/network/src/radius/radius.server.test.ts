import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Attribute } from "./attributes/attribute.ts";
import { firstValue } from "./attributes/read.ts";
import { checkPassword } from "./authentication/check-password.ts";
import { authenticatorResponse, mppeKeys, ntResponse } from "./authentication/ms-chap-v2.ts";
import { ntHash } from "./authentication/nt-hash.ts";
import { concat } from "./octets/concat.ts";
import { type Received, readReply, readRequest } from "./packet/read-packet.ts";
import type { ReplyCode, RequestCode } from "./packet/request-code.ts";
import { writeReply, writeRequest } from "./packet/write-packet.ts";
import { exchange } from "./testing/exchange.ts";
import { type FreeRadius, known, startFreeRadius } from "./testing/free-radius.ts";
import { lenient, random, secret } from "./testing/packets.ts";
import { printedLine, sampleBatches } from "./testing/printed-attributes.ts";
import { radClient } from "./testing/rad-client.ts";
import { attribute } from "./values/build-attribute.ts";

let server: FreeRadius;
let identifier = 0;

beforeAll(async () => {
  server = await startFreeRadius();
});
afterAll(async () => {
  await server?.stop();
});

async function ask(code: RequestCode, attributes: readonly Attribute[], nas = lenient): Promise<Received> {
  identifier += 1;
  const request = writeRequest({ code, identifier, attributes }, secret, random);
  const port = code === "Accounting-Request" ? server.accountingPort : server.port;
  return readReply(await exchange(request.octets, port), request, nas);
}

const user = attribute("User-Name", "nemo");
const batches = sampleBatches().map(
  (batch) => [batch[0]?.name, batch[0]?.vendor ?? "the IETF", batch] as const,
);
const strict = { secret, requireMessageAuthenticator: true };

describe("FreeRADIUS as the server", () => {
  it("accepts our PAP and answers with attributes that we read, proved by a Message-Authenticator", async () => {
    const received = await ask("Access-Request", [user, attribute("User-Password", known.password)], strict);
    expect(received).toMatchObject({
      packet: {
        code: "Access-Accept",
        attributes: expect.arrayContaining([
          attribute("Framed-IP-Address", "192.0.2.7"),
          attribute("Mikrotik-Rate-Limit", "10M/20M"),
          attribute("Tunnel-Password", "within", 2),
          attribute("Framed-IPv6-Prefix", "2001:db8:7::/48"),
          attribute("MS-CHAP-MPPE-Keys", new Uint8Array(24).fill(9)),
        ]),
      },
    });
  });

  it("is refused without a Message-Authenticator, unless it is excepted", async () => {
    const attributes = [attribute("User-Name", "bare"), attribute("User-Password", known.password)];
    expect(await ask("Access-Request", attributes, strict)).toMatchObject({
      reason: "missing-message-authenticator",
    });
    expect(await ask("Access-Request", attributes)).toMatchObject({ packet: { code: "Access-Accept" } });
  });

  it.each(["arctangen", "arctangent and more than one block"])(
    "rejects our PAP with %j",
    async (password) => {
      const received = await ask("Access-Request", [user, attribute("User-Password", password)], lenient);
      expect(received).toMatchObject({ packet: { code: "Access-Reject" } });
    },
  );

  it("accepts our CHAP", async () => {
    const hash = createHash("md5").update(`\u0005${known.password}`).update(random.authenticator).digest();
    const password = attribute("CHAP-Password", Uint8Array.of(5, ...hash));
    expect(await ask("Access-Request", [user, password])).toMatchObject({
      packet: { code: "Access-Accept" },
    });
  });

  it("accepts our MS-CHAPv2, proves itself and returns the keys that we compute", async () => {
    const peerChallenge = new Uint8Array(16).fill(3);
    const asked = { peerChallenge, authenticatorChallenge: new Uint8Array(16).fill(4), userName: "nemo" };
    const hash = ntHash(known.password);
    const answer = ntResponse(asked, hash);
    const received = await ask("Access-Request", [
      user,
      attribute("MS-CHAP-Challenge", asked.authenticatorChallenge),
      attribute("MS-CHAP2-Response", concat(Uint8Array.of(9, 0), peerChallenge, new Uint8Array(8), answer)),
    ]);
    const attributes = received.kind === "read" ? received.packet.attributes : [];
    const success = firstValue(attributes, "MS-CHAP2-Success", "octets") ?? new Uint8Array();
    expect(success[0]).toBe(9);
    expect(new TextDecoder().decode(success.subarray(1))).toBe(authenticatorResponse(asked, hash, answer));
    const { send, receive } = mppeKeys(hash, answer);
    expect(firstValue(attributes, "MS-MPPE-Send-Key", "octets")).toEqual(send);
    expect(firstValue(attributes, "MS-MPPE-Recv-Key", "octets")).toEqual(receive);
  });

  it("answers our Status-Server", async () => {
    expect(await ask("Status-Server", [])).toMatchObject({ packet: { code: "Access-Accept" } });
  });

  it.each(batches)("reads our attributes from %s on (%s)", async (_, __, batch) => {
    const before = server.printed().length;
    const received = await ask("Accounting-Request", [attribute("Acct-Status-Type", "Start"), ...batch]);
    expect(received).toMatchObject({ packet: { code: "Accounting-Response" } });
    const read = server
      .printed()
      .slice(before)
      .split("\n")
      .map((line) => line.replace(/^\(\d+\) +/, ""));
    expect(batch.map(printedLine).filter((line) => !read.includes(line))).toEqual([]);
  });
});

/** FreeRADIUS lists one long extended attribute, in its own vendor space (dictionary.freeradius.evs5). */
describe("attributes of the extended kinds", () => {
  it.each<[string, Attribute, string]>([
    [
      "extended, of a vendor",
      attribute("Attr-241.26.32473.7", Uint8Array.of(1, 2)),
      "Attr-241.26.32473.7 = 0x0102",
    ],
    [
      "long, in two parts",
      attribute("Attr-245.26.11344.1", new Uint8Array(300).fill(9)),
      `FreeRADIUS-802.1X-Anonce = 0x${"09".repeat(300)}`,
    ],
    ["unknown", attribute("Attr-250", Uint8Array.of(1, 2)), "Attr-250 = 0x0102"],
    ["of an unknown vendor", attribute("Attr-26.32473.9", Uint8Array.of(1, 2)), "Attr-26.32473.9 = 0x0102"],
    [
      "within another",
      attribute("IP-Port-Limit-Info", [attribute("IP-Port-Local-Id", "x")]),
      'IP-Port-Local-Id = "x"',
    ],
    [
      "within a vendor's",
      attribute("ADSL-Forum-DHCP-Vendor-Specific", [attribute("ADSL-Forum-Device-Serial-Number", "x")]),
      'ADSL-Forum-Device-Serial-Number = "x"',
    ],
  ])("are read by FreeRADIUS as we wrote them: %s", async (_, one, line) => {
    const before = server.printed().length;
    await ask("Accounting-Request", [attribute("Acct-Status-Type", "Start"), one]);
    expect(server.printed().slice(before)).toContain(`${line}\n`);
  });
});

/** Answers like a server that knows the password. */
function answerWith(
  code: ReplyCode | "by password",
  attributes: readonly Attribute[],
  seen: Received[] = [],
) {
  return (octets: Uint8Array) => {
    const received = readRequest(octets, lenient);
    seen.push(received);
    if (received.kind === "refused") return undefined;
    const { packet } = received;
    const right = checkPassword(packet, known.password).kind === "right";
    const chosen = code === "by password" ? (right ? "Access-Accept" : "Access-Reject") : code;
    return writeReply(
      { code: chosen, attributes },
      { ...packet, code: packet.code as RequestCode },
      secret,
      11,
    );
  };
}

describe("radclient as the NAS", () => {
  it.each(["User-Password", "CHAP-Password", "MS-CHAP-Password"])("logs in by %s", async (name) => {
    const attributes = [
      'User-Name = "nemo"',
      `${name} = "${known.password}"`,
      "Message-Authenticator = 0x00",
    ];
    const reply = [attribute("Framed-IP-Address", "192.0.2.9"), attribute("Tunnel-Password", "within", 3)];
    const right = await radClient("auth", attributes, answerWith("by password", reply));
    expect(right.printed).toContain("Received Access-Accept");
    expect(right.printed).toContain("Framed-IP-Address = 192.0.2.9");
    expect(right.printed).toContain('Tunnel-Password:3 = "within"');
    const wrong = attributes.map((line) => line.replace(known.password, "wrong"));
    expect((await radClient("auth", wrong, answerWith("by password", []))).printed).toContain(
      "Received Access-Reject",
    );
  });

  it("sends accounting that we read, with 64-bit counters, and accepts our answer", async () => {
    const seen: Received[] = [];
    const sent = [
      "Acct-Status-Type = Stop",
      'Acct-Session-Id = "a"',
      "Acct-Input-Octets = 4294967295",
      "Acct-Input-Gigawords = 3",
      "Framed-IPv6-Prefix = 2001:db8::/48",
      "Event-Timestamp = 1700000000",
    ];
    const { printed, accepted } = await radClient("acct", sent, answerWith("Accounting-Response", [], seen));
    expect(printed).toContain("Received Accounting-Response");
    expect(accepted).toBe(true);
    expect(seen[0]).toMatchObject({
      packet: {
        attributes: [
          attribute("Acct-Status-Type", "Stop"),
          attribute("Acct-Session-Id", "a"),
          attribute("Acct-Input-Octets", 4294967295),
          attribute("Acct-Input-Gigawords", 3),
          attribute("Framed-IPv6-Prefix", "2001:db8::/48"),
          attribute("Event-Timestamp", 1700000000),
        ],
      },
    });
  });

  it.each([
    ["coa", "CoA-ACK"],
    ["coa", "CoA-NAK"],
    ["disconnect", "Disconnect-ACK"],
    ["disconnect", "Disconnect-NAK"],
  ] as const)("sends %s and accepts our %s", async (kind, code) => {
    const seen: Received[] = [];
    const cause = code.endsWith("NAK") ? [attribute("Error-Cause", "Session-Context-Not-Found")] : [];
    const sent = [
      'Acct-Session-Id = "a"',
      'Cisco-AVPair = "subscriber:command=reauthenticate"',
      "Message-Authenticator = 0x00",
    ];
    const { printed, accepted } = await radClient(kind, sent, answerWith(code, cause, seen));
    expect(printed).toContain(`Received ${code}`);
    expect(printed.includes("Error-Cause = Session-Context-Not-Found")).toBe(code.endsWith("NAK"));
    expect(accepted).toBe(code.endsWith("ACK"));
    expect(seen[0]).toMatchObject({
      packet: {
        attributes: expect.arrayContaining([attribute("Cisco-AVPair", "subscriber:command=reauthenticate")]),
      },
    });
  });

  it.each(batches)("writes attributes from %s on (%s) that we read", async (_, __, batch) => {
    const seen: Received[] = [];
    const sent = ["Acct-Status-Type = Start", ...batch.map(printedLine)];
    await radClient("acct", sent, answerWith("Accounting-Response", [], seen));
    const read = seen[0]?.kind === "read" ? seen[0].packet.attributes : [];
    expect(read.slice(1)).toEqual(batch);
  });

  it("writes a long extended attribute that we read", async () => {
    const seen: Received[] = [];
    const sent = ["Acct-Status-Type = Start", `FreeRADIUS-802.1X-Anonce = 0x${"09".repeat(300)}`];
    await radClient("acct", sent, answerWith("Accounting-Response", [], seen));
    const value = new Uint8Array(300).fill(9);
    const long = { name: "Attr-245.26.11344.1", vendor: "11344", type: "octets", value };
    expect(seen[0]).toMatchObject({ packet: { attributes: [{}, long] } });
  });

  it("refuses an answer that another secret proves", async () => {
    const answer = answerWith("CoA-ACK", []);
    const { printed, accepted } = await radClient("coa", ['User-Name = "a"'], (request) => {
      const reply = answer(request);
      reply?.set([0], 4);
      return reply;
    });
    expect(printed).toContain("invalid Response Authenticator");
    expect(accepted).toBe(false);
  });
});
