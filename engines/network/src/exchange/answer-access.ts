import { located } from "../../../base/src/located.ts";
import type { Path } from "../../../base/src/path.ts";
import { readUserName } from "../identities/read-user-name.ts";
import { defaultUserNameRules, type UserNameRules } from "../identities/user-name-rules.ts";
import { NetworkFault } from "../network-fault.ts";
import { authorize } from "../policy/authorize.ts";
import type { Nas } from "../policy/nas.ts";
import type { ServicePolicy } from "../policy/service-policy.ts";
import type { OptionalTerm } from "../policy/vendors/vendor.ts";
import type { Attribute } from "../radius/attributes/attribute.ts";
import { nameOf } from "../radius/attributes/name-of.ts";
import { checkPassword } from "../radius/authentication/check-password.ts";
import type { Packet } from "../radius/packet/packet.ts";
import { readRequest } from "../radius/packet/read-packet.ts";
import { type Refusal, refusal } from "../radius/packet/refusal.ts";
import type { SharedSecret } from "../radius/packet/secret.ts";
import { writeReply } from "../radius/packet/write-packet.ts";

/** The password and the service of a user name. */
export interface Subscriber {
  readonly password: string;
  readonly policy: ServicePolicy;
  /** The path of the subscriber in the input. The path of a policy fault begins with it. */
  readonly path?: Path | undefined;
}

/** The inputs of an answer apart from the packet. */
export interface AccessServer {
  readonly shared: SharedSecret;
  readonly nas: Nas;
  /** An unpredictable number from 0 to 32767, which hides the keys of an Access-Accept. */
  readonly salt: number;
  readonly userNameRules?: UserNameRules | undefined;
  /** The subscriber of an account, which is in the form of `readUserName`. */
  subscriberOf(account: string): Subscriber | undefined;
}

/** The reason of the answer, for the log. An Access-Reject does not carry it. */
export type AccessOutcome =
  | "right"
  | "blocked"
  | "unwritable-policy"
  | "wrong-password"
  | "unknown-method"
  | "unknown-user"
  | "status";

export type AccessAnswer =
  /** The packet gets no answer. */
  | Refusal
  | {
      readonly kind: "answered";
      readonly code: "Access-Accept" | "Access-Reject";
      /** The octets to send back. */
      readonly reply: Uint8Array;
      readonly outcome: AccessOutcome;
      /** The account that requested access; undefined for an unreadable name and for a Status-Server. */
      readonly account: string | undefined;
      /** Terms of the policy that the vendor has no attribute for. */
      readonly unsupported: readonly OptionalTerm[];
      /** The fault of a policy that this NAS does not support, or that no packet can hold. */
      readonly fault?: NetworkFault | undefined;
    };

interface Decision {
  readonly code: "Access-Accept" | "Access-Reject";
  readonly attributes: readonly Attribute[];
  readonly outcome: AccessOutcome;
  readonly account?: string | undefined;
  readonly unsupported?: readonly OptionalTerm[];
  readonly fault?: NetworkFault | undefined;
}

/**
 * Answers the octets of an Access-Request with the octets of a reply: verifies the packet with the secret, checks
 * the password by the method of the request, and writes the policy for the NAS. A Status-Server is accepted (RFC
 * 5997 section 3). A policy that this NAS does not support, or whose attributes no packet can hold, is rejected
 * with its fault: an accept with part of the policy would give the customer another service, and without an answer
 * the NAS would try another server. Never throws for a packet or a policy.
 */
export function answerAccess(datagram: Uint8Array, server: AccessServer): AccessAnswer {
  const received = readRequest(datagram, server.shared);
  if (received.kind === "refused") return received;
  const { packet } = received;
  const { code } = packet;
  if (code !== "Access-Request" && code !== "Status-Server") {
    return refusal("unexpected-code", "an Access-Request or Status-Server", code);
  }
  const answerWith = ({ attributes, unsupported = [], account, ...rest }: Decision): AccessAnswer => {
    const outgoing = { code: rest.code, attributes };
    const reply = writeReply(outgoing, { ...packet, code }, server.shared.secret, server.salt);
    return { kind: "answered", ...rest, account, unsupported, reply };
  };
  if (code === "Status-Server") return answerWith(alive);
  const account = accountOf(packet, server.userNameRules ?? defaultUserNameRules);
  const subscriber = account === undefined ? undefined : server.subscriberOf(account);
  try {
    return located(policyPathOf(subscriber), () => answerWith(decide(packet, account, subscriber, server)));
  } catch (fault) {
    if (!(fault instanceof NetworkFault)) throw fault;
    return answerWith({ ...rejected("unwritable-policy", account), fault });
  }
}

function policyPathOf(subscriber: Subscriber | undefined): Path {
  return [...(subscriber?.path ?? []), "policy"];
}

const alive: Decision = { code: "Access-Accept", attributes: [], outcome: "status" };

function decide(
  packet: Packet,
  account: string | undefined,
  subscriber: Subscriber | undefined,
  { nas }: AccessServer,
): Decision {
  if (subscriber === undefined) return rejected("unknown-user", account);
  const check = checkPassword(packet, subscriber.password);
  if (check.kind === "unknown") return rejected("unknown-method", account);
  if (check.kind === "wrong") return rejected("wrong-password", account);
  const answer = authorize(subscriber.policy, nas);
  if (answer.kind === "reject") return { ...rejected("blocked", account), attributes: answer.attributes };
  return {
    ...{ code: "Access-Accept", outcome: "right", account },
    ...{ attributes: [...answer.attributes, ...check.reply], unsupported: answer.unsupported },
  };
}

function rejected(outcome: AccessOutcome, account: string | undefined): Decision {
  return { code: "Access-Reject", attributes: [], outcome, account };
}

/** The account of a User-Name; undefined if the name is not valid here. */
function accountOf({ attributes }: Packet, rules: UserNameRules): string | undefined {
  const name = nameOf(attributes, "User-Name");
  if (name === undefined) return undefined;
  try {
    return readUserName(name, rules).account;
  } catch (fault) {
    if (fault instanceof NetworkFault) return undefined;
    throw fault;
  }
}
