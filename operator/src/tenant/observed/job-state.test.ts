import { describe, expect, it } from "vitest";
import type { Job, Pod } from "../../kubernetes/objects/kinds.ts";
import { jobFailure } from "./job-state.ts";

const job = { metadata: { name: "migrate-1", uid: "u" }, spec: {} } as Job;
const podEndedWith = (message: string) =>
  ({
    metadata: { name: "p", ownerReferences: [{ uid: "u" }] },
    status: { containerStatuses: [{ state: { terminated: { exitCode: 1, message } } }] },
  }) as unknown as Pod;

describe("the reason of a failed Job", () => {
  it.each([
    ["the termination message", "no database\n", "no database."],
    [
      "of a log in JSON the message of the last error",
      ["info: begin", "error: no database", "info: end"]
        .map((line) => line.split(": "))
        .map(([level, message]) => JSON.stringify({ level, message }))
        .join("\n"),
      "no database.",
    ],
  ])("is %s", (_what, message, failure) => expect(jobFailure(job, [podEndedWith(message)])).toBe(failure));
});
