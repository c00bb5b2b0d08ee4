import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { expect, it } from "vitest";
import { createLogger, type Logger } from "./log.ts";

async function linesOf(
  level: string | undefined,
  write: (log: Logger) => void,
): Promise<Record<string, unknown>[]> {
  const stream = new PassThrough();
  write(createLogger(level, stream));
  setImmediate(() => stream.end());
  const lines = (await text(stream)).split("\n").filter((line) => line !== "");
  return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
}

it("writes one JSON object a line, with the fields of its parents", async () => {
  const lines = await linesOf("info", (log) =>
    log.child({ tenant: "north" }).info("applied", { kind: "Service" }),
  );
  expect(lines).toEqual([
    {
      level: "info",
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      message: "applied",
      tenant: "north",
      kind: "Service",
    },
  ]);
});

it("writes no secret, at any depth and in any list", async () => {
  const [line] = await linesOf("info", (log) =>
    log.info("x", {
      password: "hunter2",
      nested: [{ token: "hunter2", Authorization: "Bearer hunter2", object: { data: { a: "hunter2" } } }],
    }),
  );
  expect(JSON.stringify(line)).not.toContain("hunter2");
  expect(line).toMatchObject({ password: "[redacted]" });
});

it("shows an error with its causes, but not its other properties", async () => {
  const error = Object.assign(new Error("outer", { cause: new TypeError("inner") }), {
    code: 409,
    request: { body: "hunter2" },
  });
  const [line] = await linesOf("info", (log) => log.error("failed", { error }));
  expect(line?.error).toMatchObject({
    name: "Error",
    message: "outer",
    code: 409,
    cause: { message: "inner" },
  });
  expect(JSON.stringify(line)).not.toContain("hunter2");
});

it("keeps to its level, and replaces an unknown level by info with a warning", async () => {
  const levels = (lines: Record<string, unknown>[]) => lines.map(({ level }) => level);
  const write = (log: Logger) => {
    log.debug("d");
    log.info("i");
    log.warn("w");
    log.error("e");
  };
  expect(levels(await linesOf("warn", write))).toEqual(["warn", "error"]);
  expect(levels(await linesOf("debug", write))).toEqual(["debug", "info", "warn", "error"]);
  const lines = await linesOf("loud", write);
  expect(lines[0]?.message).toBe('LOG_LEVEL is "loud": write one of debug, info, warn, error; info is used');
  expect(levels(lines)).toEqual(["warn", "info", "warn", "error"]);
});

it("shows the stack only of an error without a name of its own", async () => {
  class Unreachable extends Error {
    override readonly name = "Unreachable";
  }
  const [named, defect] = await linesOf("info", (log) => {
    log.warn("x", { error: new Unreachable("no answer") });
    log.warn("x", { error: new TypeError("undefined is not a function") });
  });
  expect(named?.error).toEqual({ name: "Unreachable", message: "no answer" });
  expect(defect?.error).toMatchObject({ stack: expect.stringContaining("log.test.ts") });
});

it("has fields in snake_case, which the compiler checks", async () => {
  const [line] = await linesOf("info", (log) => {
    log.info("x", { retry_in_seconds: 5 });
    // @ts-expect-error: another form
    log.info("x", { retryInSeconds: 5 });
    // @ts-expect-error: another form
    log.child({ requestId: "a" });
  });
  expect(line).toMatchObject({ retry_in_seconds: 5 });
});
