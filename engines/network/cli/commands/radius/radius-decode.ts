import { z } from "zod";
import { command } from "../../../../base/cli/command.ts";
import { output } from "../../../../base/cli/schemas/output.ts";
import { record } from "../../../../base/cli/schemas/record.ts";
import { trueOrFalse } from "../../../../base/cli/schemas/scalars.ts";
import { toHex } from "../../../src/octets/to-hex.ts";
import { countersOf } from "../../../src/radius/attributes/counters.ts";
import { checkPassword } from "../../../src/radius/authentication/check-password.ts";
import type { Packet } from "../../../src/radius/packet/packet.ts";
import {
  inspectPacket,
  type Received,
  readReply,
  readRequest,
} from "../../../src/radius/packet/read-packet.ts";
import { isRequest } from "../../../src/radius/packet/request-code.ts";
import {
  hex,
  knownPassword,
  printAttribute,
  printedAttributes,
  secret,
} from "../../schemas/access/radius.ts";
import { refusedPacket } from "../../schemas/access/refused-packet.ts";

export const radiusDecode = command({
  name: "radius-decode",
  summary: "the contents of a RADIUS packet, and whether the secret verifies it",
  example: {
    packet:
      "010000380f403f9473978057bd83d5cb98f4227a01066e656d6f02120dbe708d93d413ce3196e43f782a0aee0406c0a80110050600000003",
    secret: "xyzzy5461",
    requireMessageAuthenticator: false,
    password: "arctangent",
  },
  input: record({
    packet: hex,
    secret: secret.optional(),
    requireMessageAuthenticator: trueOrFalse.default(true),
    request: hex.optional(),
    password: knownPassword.optional(),
  }),
  output: output({
    accepted: z.boolean(),
    reason: z.string().optional(),
    message: z.string().optional(),
    code: z.string().optional(),
    identifier: z.int().optional(),
    authenticator: z.string().optional(),
    attributes: printedAttributes.optional(),
    counters: output({ input: z.string().optional(), output: z.string().optional() }).optional(),
    password: z.enum(["right", "wrong", "unknown"]).optional(),
  }),
  run({ packet, secret, requireMessageAuthenticator, request, password }) {
    const received = read(packet, request, secret && { secret, requireMessageAuthenticator });
    if (received.kind === "refused") {
      return { accepted: false, reason: received.reason, message: received.message };
    }
    return { accepted: true, ...printed(received.packet), ...judged(received.packet, password) };
  },
});

type Nas = Parameters<typeof readRequest>[1];

/** Reads a packet. With the NAS's secret, also verifies its authenticator. */
function read(octets: Uint8Array, request: Uint8Array | undefined, nas: Nas | undefined): Received {
  if (nas === undefined) return inspectPacket(octets);
  if (request === undefined) return readRequest(octets, nas);
  const asked = inspectPacket(request);
  if (asked.kind === "refused") throw refusedPacket("the request that was answered", asked.message);
  const { code } = asked.packet;
  if (!isRequest(code)) throw refusedPacket("the request that was answered", `it is of ${code}`);
  return readReply(octets, { ...asked.packet, code }, nas);
}

function printed({ code, identifier, authenticator, attributes }: Packet) {
  const counters = countersOf(attributes);
  return {
    code,
    identifier,
    authenticator: toHex(authenticator),
    attributes: attributes.map(printAttribute),
    ...(counters && { counters: { input: counters.input?.toString(), output: counters.output?.toString() } }),
  };
}

function judged(packet: Packet, password: string | undefined) {
  return password === undefined ? {} : { password: checkPassword(packet, password).kind };
}
