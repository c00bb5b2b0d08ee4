import type { ExpectedVersion } from "../../../src/platform/base/expected-version.ts";
import { noMark } from "../../../src/platform/database/idempotency.ts";
import type { Command } from "../../../src/platform/events/command.ts";

/** A command of one user, without an Idempotency-Key. */
export function testCommand(expected?: ExpectedVersion): Command {
  return { actor: { id: "user-1", requestId: "request-1" }, expected, mark: noMark };
}
