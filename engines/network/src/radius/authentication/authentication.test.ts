import { describe, expect, it } from "vitest";
import { toHex } from "../../octets/to-hex.ts";
import type { Attribute } from "../attributes/attribute.ts";
import { des } from "../crypto/des.ts";
import { md5 } from "../crypto/digest.ts";
import { md4 } from "../crypto/md4.ts";
import { concat } from "../octets/concat.ts";
import { fromHex } from "../octets/from-hex.ts";
import type { Packet } from "../packet/packet.ts";
import { random } from "../testing/packets.ts";
import { attribute } from "../values/build-attribute.ts";
import { challengeResponse } from "./challenge-response.ts";
import { checkPassword } from "./check-password.ts";
import { authenticatorResponse, challengeHash, mppeKeys, ntResponse } from "./ms-chap-v2.ts";
import { ntHash } from "./nt-hash.ts";

const utf8 = new TextEncoder();

/** RFC 2759 section 9.2. */
const exchange = {
  userName: "User",
  authenticatorChallenge: fromHex("5B5D7C7D7B3F2F3E3C2C602132262628"),
  peerChallenge: fromHex("21402324255E262A28295F2B3A337C7E"),
};
const answer = fromHex("82309ECD8D708B5EA08FAA3981CD83544233114A3D85D6DF");
const proof = "S=407A5589115FD0D6209F510FE9C04566932CDA56";

function request(...attributes: Packet["attributes"]): Packet {
  return { code: "Access-Request", identifier: 7, authenticator: random.authenticator, attributes };
}

describe("MD4", () => {
  /** RFC 1320 appendix A.5. */
  it.each([
    ["", "31d6cfe0d16ae931b73c59d7e0c089c0"],
    ["a", "bde52cb31de33e46245e05fbdbd6fb24"],
    ["abc", "a448017aaf21d8525fc10ae87aa6729d"],
    ["message digest", "d9130a8164549fe818874806e1c7014b"],
    ["abcdefghijklmnopqrstuvwxyz", "d79e1c308aa5bbcdeea8ed63df412da9"],
    ["ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789", "043f8582f241db351ce627e153e7f0e4"],
    ["1234567890".repeat(8), "e33b4ddc9c38f2199c3e7b164fcc0536"],
  ])("of %j is the value of RFC 1320", (message, digest) => {
    expect(toHex(md4(utf8.encode(message)))).toBe(digest);
  });
});

describe("DES", () => {
  it("takes the bits of a key without those for parity (FIPS 81 appendix B)", () => {
    /** 0123456789abcdef without its lowest bits, packed. */
    const key = fromHex("00451338957377");
    expect(toHex(des(fromHex("4e6f772069732074"), key))).toBe("3fa40e8a984d4815");
  });
});

describe("MS-CHAPv2", () => {
  const hash = ntHash("clientPass");

  it("computes the example of RFC 2759 section 9.2", () => {
    expect(toHex(hash)).toBe("44ebba8d5312b8d611474411f56989ae");
    expect(toHex(challengeHash(exchange))).toBe("d02e4386bce91226");
    expect(ntResponse(exchange, hash)).toEqual(answer);
    expect(authenticatorResponse(exchange, hash, answer)).toBe(proof);
  });

  it("computes the server's key of RFC 3079 section 3.5.3, and another for receiving", () => {
    const { send, receive } = mppeKeys(hash, answer);
    expect(toHex(send)).toBe("8b7cdc149b993a1ba118cb153f56dccb");
    expect(toHex(receive)).toBe("d5f0e9521e3ea9589645e86051c82226");
  });

  it("removes a domain from the user's name (RFC 2759 section 4)", () => {
    expect(challengeHash({ ...exchange, userName: "BIGCO\\User" })).toEqual(challengeHash(exchange));
  });

  const response = concat(fromHex("2a00"), exchange.peerChallenge, new Uint8Array(8), answer);
  const asked = [
    attribute("User-Name", "User"),
    attribute("MS-CHAP-Challenge", exchange.authenticatorChallenge),
    attribute("MS-CHAP2-Response", response),
  ];

  it("accepts the right password with the server's proof and its keys", () => {
    const { send, receive } = mppeKeys(hash, answer);
    expect(checkPassword(request(...asked), "clientPass")).toEqual({
      kind: "right",
      method: "MS-CHAPv2",
      reply: [
        attribute("MS-CHAP2-Success", concat(fromHex("2a"), utf8.encode(proof))),
        attribute("MS-MPPE-Send-Key", send),
        attribute("MS-MPPE-Recv-Key", receive),
      ],
    });
  });

  it("refuses another password", () => {
    expect(checkPassword(request(...asked), "ClientPass")).toEqual({ kind: "wrong", method: "MS-CHAPv2" });
  });

  it.each([0, 1, 2])("is not recognized when attribute %i of it is missing", (missing) => {
    const rest = asked.filter((_, index) => index !== missing);
    expect(checkPassword(request(...rest), "clientPass")).toEqual({ kind: "unknown" });
  });
});

describe("MS-CHAP", () => {
  /** The password and challenge of RFC 2433 appendix B.2, whose answer RFC 2433 gives too. */
  const challenge = fromHex("102DB5DF085D3041");
  const answer = fromHex("4E9D3C8F9CFD385D5BF4D3246791956CA4C351AB409A3D61");
  const response = concat(fromHex("0001"), new Uint8Array(24), answer);
  const asked = request(attribute("MS-CHAP-Challenge", challenge), attribute("MS-CHAP-Response", response));

  it("computes the example of RFC 2433 appendix B.2", () => {
    expect(challengeResponse(challenge, ntHash("MyPw"))).toEqual(answer);
    expect(checkPassword(asked, "MyPw")).toEqual({ kind: "right", method: "MS-CHAP", reply: [] });
  });

  it("refuses another password", () => {
    expect(checkPassword(asked, "mypw")).toEqual({ kind: "wrong", method: "MS-CHAP" });
  });

  it("needs a challenge of 8 octets", () => {
    const long = attribute("MS-CHAP-Challenge", new Uint8Array(16));
    const answered = request(long, attribute("MS-CHAP-Response", response));
    expect(checkPassword(answered, "MyPw")).toEqual({ kind: "unknown" });
  });
});

describe("PAP", () => {
  const pap = (value: Uint8Array): Attribute => ({
    ...{ name: "User-Password", malformed: "expected UTF-8 text", type: "octets", value },
  });

  it("does not accept octets that are not UTF-8 as a text, or as each other", () => {
    for (const known of ["m\u{fffd}", "m\u{fc}", "0x6dfc", ""]) {
      const wrong = { kind: "wrong", method: "PAP" };
      expect(checkPassword(request(pap(Uint8Array.of(0x6d, 0xfc))), known)).toEqual(wrong);
    }
    expect(
      checkPassword(request(pap(utf8.encode("right"))), "right").kind,
      "not hidden in whole blocks",
    ).toBe("wrong");
  });

  it("has no valid answer for a password with half of a surrogate pair", () => {
    const given = request(attribute("User-Password", "m\u{fffd}"));
    expect(checkPassword(given, "m\u{fffd}")).toMatchObject({ kind: "right" });
    expect(checkPassword(given, "m\ud800")).toEqual({ kind: "wrong", method: "PAP" });
    const hash = md5(Uint8Array.of(1), utf8.encode("m\u{fffd}"), random.authenticator);
    const chap = request(attribute("CHAP-Password", concat(Uint8Array.of(1), hash)));
    expect(checkPassword(chap, "m\u{fffd}")).toMatchObject({ kind: "right" });
    expect(checkPassword(chap, "m\ud800")).toEqual({ kind: "wrong", method: "CHAP" });
  });
});

describe("CHAP", () => {
  it("takes CHAP-Challenge as the challenge when it is there (RFC 2865 section 5.40)", () => {
    /** MD5 over 1, "secret" and 16 octets of "c", by md5sum. */
    const password = attribute("CHAP-Password", fromHex("01957013042cff5e203055938405e2308f"));
    const challenge = attribute("CHAP-Challenge", utf8.encode("c".repeat(16)));
    const asked = request(challenge, password);
    expect(checkPassword(asked, "secret")).toEqual({ kind: "right", method: "CHAP", reply: [] });
    expect(checkPassword(request(password), "secret")).toEqual({ kind: "wrong", method: "CHAP" });
  });
});

describe("a request without a method", () => {
  it("is not judged", () => {
    expect(checkPassword(request(attribute("User-Name", "nemo")), "x")).toEqual({ kind: "unknown" });
  });
});
