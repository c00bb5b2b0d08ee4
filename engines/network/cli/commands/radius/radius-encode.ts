import { z } from "zod";
import { command } from "../../../../base/cli/command.ts";
import { output } from "../../../../base/cli/schemas/output.ts";
import { oneOf, record } from "../../../../base/cli/schemas/record.ts";
import { wholeNumber } from "../../../../base/cli/schemas/scalars.ts";
import { NetworkFault } from "../../../src/network-fault.ts";
import { toHex } from "../../../src/octets/to-hex.ts";
import { type PacketCode, packetCodes } from "../../../src/radius/packet/packet-code.ts";
import { inspectPacket } from "../../../src/radius/packet/read-packet.ts";
import type { ReplyCode, RequestCode } from "../../../src/radius/packet/request-code.ts";
import { isRequest } from "../../../src/radius/packet/request-code.ts";
import { writeReply, writeRequest } from "../../../src/radius/packet/write-packet.ts";
import { attributes, hex, secret } from "../../schemas/access/radius.ts";
import { refusedPacket } from "../../schemas/access/refused-packet.ts";

const codes = Object.keys(packetCodes) as [PacketCode, ...PacketCode[]];

export const radiusEncode = command({
  name: "radius-encode",
  summary: "a RADIUS packet of attributes, signed with the secret",
  example: {
    code: "Access-Request",
    secret: "xyzzy5461",
    identifier: 0,
    authenticator: "0f403f9473978057bd83d5cb98f4227a",
    attributes: [
      { name: "User-Name", value: "nemo" },
      { name: "User-Password", value: "arctangent" },
      { name: "NAS-IP-Address", value: "192.168.1.16" },
      { name: "NAS-Port", value: 3 },
    ],
  },
  input: record({
    code: oneOf(codes),
    secret,
    identifier: wholeNumber(0, 255).default(0),
    authenticator: hex.default(() => new Uint8Array(16)),
    salt: wholeNumber(0, 0x7fff).default(0),
    request: hex.optional(),
    attributes: attributes.default([]),
  }),
  output: output({ packet: z.string(), octets: z.int() }),
  run({ code, secret, identifier, authenticator, salt, request, attributes }) {
    const random = { authenticator, salt };
    const packet = isRequest(code)
      ? writeRequest({ code, identifier, attributes }, secret, random).octets
      : writeReply({ code: code as ReplyCode, attributes }, requestOf(code, request), secret, salt);
    return { packet: toHex(packet), octets: packet.length };
  },
});

/**
 * The request that a reply answers.
 * @throws NetworkFault PACKET_INVALID at the field "request" if it is absent or not a request.
 */
function requestOf(code: string, octets: Uint8Array | undefined) {
  if (octets === undefined) throw withoutRequest(code).within(["request"]);
  const read = inspectPacket(octets);
  if (read.kind === "refused") throw refusedPacket("the request that is answered", read.message);
  const asked = read.packet.code;
  if (!isRequest(asked)) throw refusedPacket("the request that is answered", `it is of ${asked}`);
  return { ...read.packet, code: asked satisfies RequestCode };
}

/** The fault of a reply without its request, which supplies the identifier and the authenticator to sign with. */
function withoutRequest(code: string): NetworkFault {
  return new NetworkFault(
    "PACKET_INVALID",
    `expected the request that the ${code} answers, whose identifier and authenticator it needs; found none: write its octets, such as the "packet" that radius-encode prints for a request`,
  );
}
