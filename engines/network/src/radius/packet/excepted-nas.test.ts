import { describe, expect, it } from "vitest";
import { fromHex } from "../octets/from-hex.ts";
import { datagram, lenient, secret, written } from "../testing/packets.ts";
import { attribute } from "../values/build-attribute.ts";
import { readRequest } from "./read-packet.ts";

const user = "010361";
const state = "2106 01020304";
const missing = { kind: "refused", reason: "missing-message-authenticator" };

describe("a NAS that is excepted from Message-Authenticator", () => {
  it("sends an Access-Request without one", () => {
    expect(readRequest(datagram(1, fromHex(user)), lenient)).toMatchObject({ kind: "read" });
  });

  it("sends no Status-Server without one (RFC 5997 section 3)", () => {
    expect(readRequest(datagram(12, fromHex("")), lenient)).toMatchObject(missing);
    expect(readRequest(datagram(12, fromHex(user)), lenient)).toMatchObject(missing);
    expect(readRequest(written("Status-Server", []).octets, lenient)).toMatchObject({ kind: "read" });
  });

  it("sends no Proxy-State without one, which could turn a reject into an accept", () => {
    for (const attributes of [state, `${user} ${state}`, `${user} 2102`, `${state} ${user} ${state}`]) {
      expect(readRequest(datagram(1, fromHex(attributes)), lenient)).toMatchObject(missing);
    }
  });

  it("sends Proxy-State with one, and in accounting, which its authenticator proves", () => {
    const attributes = [attribute("User-Name", "a"), attribute("Proxy-State", Uint8Array.of(1))];
    for (const code of ["Access-Request", "Accounting-Request"] as const) {
      expect(readRequest(written(code, attributes).octets, lenient)).toMatchObject({ kind: "read" });
    }
    const accounting = written("Accounting-Request", attributes).octets;
    expect(readRequest(accounting, { secret })).toMatchObject({ kind: "read" });
  });
});
