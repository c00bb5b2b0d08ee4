import { InputChecks } from "../../../base/src/input-checks.ts";
import { located } from "../../../base/src/located.ts";
import { readUserName } from "../identities/read-user-name.ts";
import type { UserNameRules } from "../identities/user-name-rules.ts";
import type { Subscriber } from "./answer-access.ts";

/** A subscriber in a list. */
export interface ListedSubscriber extends Subscriber {
  /** The account from `readUserName`, or any User-Name of the same customer. */
  readonly account: string;
}

/**
 * Subscribers by account, each with its path.
 * @throws NetworkFault IDENTITY_INVALID for an account that no User-Name can have, FactsFault for two subscribers
 *   of one account, with the paths of both.
 */
export function indexSubscribers(
  subscribers: readonly ListedSubscriber[],
  rules: UserNameRules,
): ReadonlyMap<string, Subscriber> {
  const accounts = subscribers.map(({ account }, index) =>
    located(["subscribers", index, "account"], () => readAccount(account, rules)),
  );
  const checks = new InputChecks();
  checks.distinct(["subscribers"], accounts, (account) => account, ["account"]);
  checks.done();
  return new Map(
    subscribers.map((one, index) => [accounts[index] ?? "", { ...one, path: ["subscribers", index] }]),
  );
}

/** Reads a listed account. Its realm follows an "@", also if User-Names have the realm elsewhere. */
function readAccount(text: string, rules: UserNameRules): string {
  const separator = rules.realmPlace === "before-backslash" ? "\\" : "/";
  const isAccount = text.includes("@") && !text.includes(separator);
  return readUserName(text, isAccount ? { ...rules, realmPlace: "after-at" } : rules).account;
}
