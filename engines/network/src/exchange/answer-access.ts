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

/** Whose password and service a user name stands for. */
export interface Subscriber {
  readonly password: string;
  readonly policy: ServicePolicy;
  /** Where an input has the subscriber: a fault of its policy has a path within. */
  readonly path?: Path | undefined;
}

/** What an answer depends on besides the packet. */
export interface AccessServer {
  readonly shared: SharedSecret;
  readonly nas: Nas;
  /** 0 to 32767, which nobody can predict: hides the keys of an accept. */
  readonly salt: number;
  readonly userNameRules?: UserNameRules | undefined;
  /** The subscriber of an account, as `readUserName` gives it. */
  subscriberOf(account: string): Subscriber | undefined;
}

/** Why the answer is what it is; for the log, because a reject tells nobody. */
export type AccessOutcome =
  | "right"
  | "blocked"
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
      /** The account that asked; undefined for a name that cannot be read, and for a Status-Server. */
      readonly account: string | undefined;
      /** Terms of the policy that the vendor has no attribute for. */
      readonly unsupported: readonly OptionalTerm[];
    };

interface Decision {
  readonly code: "Access-Accept" | "Access-Reject";
  readonly attributes: readonly Attribute[];
  readonly outcome: AccessOutcome;
  readonly account?: string | undefined;
  readonly unsupported?: readonly OptionalTerm[];
}

/**
 * From an Access-Request's octets to those of its answer: proved by the secret, the password checked by the
 * method of the request, the policy written for the NAS. A Status-Server is accepted (RFC 5997 section 3).
 * @throws NetworkFault as `authorize` does, for a policy that this NAS cannot be told.
 */
export function answerAccess(datagram: Uint8Array, server: AccessServer): AccessAnswer {
  const received = readRequest(datagram, server.shared);
  if (received.kind === "refused") return received;
  const { packet } = received;
  const { code } = packet;
  if (code !== "Access-Request" && code !== "Status-Server") {
    return refusal("unexpected-code", "an Access-Request or Status-Server", code);
  }
  const decision = code === "Status-Server" ? alive : decide(packet, server);
  const { attributes, account, unsupported = [], ...rest } = decision;
  const outgoing = { code: decision.code, attributes };
  const reply = writeReply(outgoing, { ...packet, code }, server.shared.secret, server.salt);
  return { kind: "answered", ...rest, account, unsupported, reply };
}

const alive: Decision = { code: "Access-Accept", attributes: [], outcome: "status" };

function decide(packet: Packet, server: AccessServer): Decision {
  const account = accountOf(packet, server.userNameRules ?? defaultUserNameRules);
  const subscriber = account === undefined ? undefined : server.subscriberOf(account);
  if (subscriber === undefined) return rejected("unknown-user", account);
  const check = checkPassword(packet, subscriber.password);
  if (check.kind === "unknown") return rejected("unknown-method", account);
  if (check.kind === "wrong") return rejected("wrong-password", account);
  const { policy, path = [] } = subscriber;
  const answer = located([...path, "policy"], () => authorize(policy, server.nas));
  if (answer.kind === "reject") return { ...rejected("blocked", account), attributes: answer.attributes };
  return {
    ...{ code: "Access-Accept", outcome: "right", account },
    ...{ attributes: [...answer.attributes, ...check.reply], unsupported: answer.unsupported },
  };
}

function rejected(outcome: AccessOutcome, account: string | undefined): Decision {
  return { code: "Access-Reject", attributes: [], outcome, account };
}

/** The account that a User-Name names; undefined for one that is no user's here. */
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
