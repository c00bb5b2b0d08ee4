import { z } from "zod";
import { command } from "../../../../base/cli/command.ts";
import { output } from "../../../../base/cli/schemas/output.ts";
import { list, record } from "../../../../base/cli/schemas/record.ts";
import { trueOrFalse, wholeNumber } from "../../../../base/cli/schemas/scalars.ts";
import { answerAccess } from "../../../src/exchange/answer-access.ts";
import { indexSubscribers } from "../../../src/exchange/index-subscribers.ts";
import { toHex } from "../../../src/octets/to-hex.ts";
import { userNameRules } from "../../schemas/access/identities.ts";
import { nas } from "../../schemas/access/nas.ts";
import { attributeText } from "../../schemas/access/nas-text.ts";
import { policy } from "../../schemas/access/policy.ts";
import { hex, knownPassword, secret } from "../../schemas/access/radius.ts";

export const access = command({
  name: "access",
  summary: "the answer to an Access-Request: packet in, packet out",
  example: {
    packet:
      "0100004a0f403f9473978057bd83d5cb98f4227a50128f16b45f90d3494989a4f14f4421c61801066e656d6f02120dbe708d93d413ce3196e43f782a0aee0406c0a80110050600000003",
    secret: "xyzzy5461",
    nas: { vendor: "mikrotik", shaping: { kind: "rates" } },
    subscribers: [
      {
        account: "nemo",
        password: "arctangent",
        policy: { speed: { down: 50_000_000, up: 10_000_000 } },
      },
    ],
  },
  input: record({
    packet: hex,
    secret,
    requireMessageAuthenticator: trueOrFalse.default(true),
    nas,
    salt: wholeNumber(0, 0x7fff)
      .default(0)
      .meta({ description: "the salt that hides the keys of an accept" }),
    userNameRules,
    subscribers: list(
      record({ account: attributeText("account", "anna@isp.example"), password: knownPassword, policy }),
    ),
  }),
  output: output({
    answered: z.boolean(),
    reason: z.string().optional(),
    message: z.string().optional(),
    code: z.enum(["Access-Accept", "Access-Reject"]).optional(),
    outcome: z.string().optional(),
    account: z.string().optional(),
    unsupported: z.array(z.string()).optional(),
    packet: z.string().optional(),
  }),
  run({ packet, secret, requireMessageAuthenticator, nas, salt, userNameRules, subscribers }) {
    const byAccount = indexSubscribers(subscribers, userNameRules);
    const answer = answerAccess(packet, {
      ...{ shared: { secret, requireMessageAuthenticator }, nas, salt, userNameRules },
      subscriberOf: (account) => byAccount.get(account),
    });
    if (answer.kind === "refused") {
      return { answered: false, reason: answer.reason, message: answer.message };
    }
    const { code, outcome, account, unsupported, reply, fault } = answer;
    if (fault !== undefined) throw fault;
    return { answered: true, code, outcome, account, unsupported, packet: toHex(reply) };
  },
});
