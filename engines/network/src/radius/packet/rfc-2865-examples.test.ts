import { describe, expect, it } from "vitest";
import { checkPassword } from "../authentication/check-password.ts";
import { fromHex } from "../octets/from-hex.ts";
import { lenient, secret } from "../testing/packets.ts";
import { attribute } from "../values/build-attribute.ts";
import { readReply, readRequest } from "./read-packet.ts";

/** RFC 2865 section 7.1; the secret is "xyzzy5461". */
const telnet = {
  request: fromHex(
    `01 00 00 38 0f 40 3f 94 73 97 80 57 bd 83 d5 cb 98 f4 22 7a 01 06 6e 65 6d 6f 02 12 0d be 70 8d 93 d4 13
     ce 31 96 e4 3f 78 2a 0a ee 04 06 c0 a8 01 10 05 06 00 00 00 03`,
  ),
  accept: fromHex(
    `02 00 00 26 86 fe 22 0e 76 24 ba 2a 10 05 f6 bf 9b 55 e0 b2 06 06 00 00 00 01 0f 06 00 00 00 00 0e 06 c0
     a8 01 03`,
  ),
};

/** RFC 2865 section 7.2. */
const chap = {
  request: fromHex(
    `01 01 00 47 2a ee 86 f0 8d 0d 55 96 9c a5 97 8e 0d 33 67 a2 01 08 66 6c 6f 70 73 79 03 13 16 e9 75 57 c3
     16 18 58 95 f2 93 ff 63 44 07 72 75 04 06 c0 a8 01 10 05 06 00 00 00 14 06 06 00 00 00 02 07 06 00 00 00
     01`,
  ),
  accept: fromHex(
    `02 01 00 38 15 ef bc 7d ab 26 cf a3 dc 34 d9 c0 3c 86 01 a4 06 06 00 00 00 02 07 06 00 00 00 01 08 06 ff
     ff ff fe 0a 06 00 00 00 02 0d 06 00 00 00 01 0c 06 00 00 05 dc`,
  ),
};

function readAs(code: "Access-Request", octets: Uint8Array) {
  const received = readRequest(octets, lenient);
  if (received.kind === "refused") throw new Error(received.message);
  return { ...received.packet, code };
}

describe("the example of a login to telnet (RFC 2865 section 7.1)", () => {
  const request = readAs("Access-Request", telnet.request);

  it("is read, and the password decrypted", () => {
    expect(request.identifier).toBe(0);
    expect(request.attributes).toEqual([
      attribute("User-Name", "nemo"),
      attribute("User-Password", "arctangent"),
      attribute("NAS-IP-Address", "192.168.1.16"),
      attribute("NAS-Port", 3),
    ]);
    expect(checkPassword(request, "arctangent")).toEqual({ kind: "right", method: "PAP", reply: [] });
    expect(checkPassword(request, "arctangen")).toEqual({ kind: "wrong", method: "PAP" });
  });

  it("is answered by an accept that the secret proves", () => {
    expect(readReply(telnet.accept, request, lenient)).toMatchObject({
      packet: {
        code: "Access-Accept",
        attributes: [
          attribute("Service-Type", "Login-User"),
          attribute("Login-Service", "Telnet"),
          attribute("Login-IP-Host", "192.168.1.3"),
        ],
      },
    });
  });

  it("is refused without a Message-Authenticator unless the NAS is excepted", () => {
    const refused = { kind: "refused", reason: "missing-message-authenticator" };
    expect(readRequest(telnet.request, { secret })).toMatchObject(refused);
    expect(readReply(telnet.accept, request, { secret })).toEqual({
      ...refused,
      message: "expected a Message-Authenticator; found none",
    });
  });
});

describe("the example of a framed user with CHAP (RFC 2865 section 7.2)", () => {
  const request = readAs("Access-Request", chap.request);

  it("is proved by the password, with the authenticator as the challenge", () => {
    expect(checkPassword(request, "arctangent")).toEqual({ kind: "right", method: "CHAP", reply: [] });
    expect(checkPassword(request, "galaxy")).toEqual({ kind: "wrong", method: "CHAP" });
  });

  it("is answered with the settings of the connection", () => {
    expect(readReply(chap.accept, request, lenient)).toMatchObject({
      packet: {
        attributes: [
          attribute("Service-Type", "Framed-User"),
          attribute("Framed-Protocol", "PPP"),
          attribute("Framed-IP-Address", "255.255.255.254"),
          attribute("Framed-Routing", "Listen"),
          attribute("Framed-Compression", "Van-Jacobson-TCP-IP"),
          attribute("Framed-MTU", 1500),
        ],
      },
    });
  });
});
