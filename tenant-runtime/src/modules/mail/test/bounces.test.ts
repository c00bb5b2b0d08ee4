import { randomUUID } from "node:crypto";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { testCommand } from "../../../../test/testing/inputs/command.ts";
import { deliveryReport, type ReportParts } from "../../../../test/testing/mail/delivery-report.ts";
import { type MailWorld, openMailWorld } from "../../../../test/testing/mail/mail-world.ts";
import { readReport } from "../bounces/read-report.ts";
import { senderOf } from "../store/sender.ts";

let mail: MailWorld;
beforeAll(async () => {
  mail = await openMailWorld();
});
afterAll(() => mail?.[Symbol.asyncDispose]());
afterEach(() => mail.query("DELETE FROM mail_messages; DELETE FROM mail_suppressions"));

/** A message that was sent, by its id. */
async function sent(): Promise<string> {
  const id = (await mail.queue()) ?? "";
  await mail.query(
    "UPDATE mail_messages SET state = 'sent', finished_at = now(), values_sealed = NULL WHERE id = $1",
    [id],
  );
  return id;
}
const receive = (parts: ReportParts) =>
  mail.bounces.receive(Buffer.from(deliveryReport(parts)), testCommand());
const messageIdOf = (id: string) => `<${id}@north.example>`;
const rowOf = async (id: string) =>
  (
    await mail.query(
      `SELECT state, last_error, last_status, answer_sealed IS NOT NULL AS answered FROM mail_messages WHERE id = $1`,
      [id],
    )
  )[0];
const suppressed = () => mail.query("SELECT reason, message FROM mail_suppressions");

describe("a report of a bounce", () => {
  it.each([
    ["by the Message-ID that it returns", (id: string) => ({ returned: messageIdOf(id) })],
    ["by the sender of its own", (id: string) => ({ to: senderOf("bounces@north.example", id) })],
  ])("finds its message %s, and suppresses the address", async (_how, partsOf) => {
    const id = await sent();
    expect(await receive(partsOf(id))).toEqual({ id, outcome: "bounced", status: "5.1.1" });
    expect(await rowOf(id)).toEqual({
      state: "bounced",
      last_error: "BOUNCED",
      last_status: "5.1.1",
      answered: true,
    });
    expect(await suppressed()).toEqual([{ reason: "bounced", message: id }]);
  });

  it("that comes again changes nothing", async () => {
    const id = await sent();
    await receive({ returned: messageIdOf(id) });
    expect(await receive({ returned: messageIdOf(id) })).toMatchObject({ outcome: "ignored" });
    expect(await suppressed()).toHaveLength(1);
  });

  it.each([
    ["delayed", "4.4.1"],
    ["failed", "4.4.7"],
  ])("with the action %s and the status %s is recorded, and suppresses nothing", async (action, status) => {
    const id = await sent();
    expect(await receive({ returned: messageIdOf(id), action, status })).toMatchObject({
      outcome: "delayed",
      status,
    });
    expect(await rowOf(id)).toMatchObject({ state: "sent", last_error: "DELAYED", last_status: status });
    expect(await suppressed()).toEqual([]);
  });

  it("of a success is ignored", async () => {
    const id = await sent();
    const report = { returned: messageIdOf(id), action: "delivered", status: "2.0.0" };
    expect(await receive(report)).toMatchObject({ outcome: "ignored" });
    expect(await rowOf(id)).toMatchObject({ state: "sent", last_error: null });
  });

  it("about a message that still waits is ignored", async () => {
    const id = (await mail.queue()) ?? "";
    expect(await receive({ returned: messageIdOf(id) })).toMatchObject({ outcome: "ignored" });
    expect(await rowOf(id)).toMatchObject({ state: "waiting" });
    expect(await suppressed()).toEqual([]);
  });

  it("about an unknown message is refused", async () => {
    await expect(receive({ returned: messageIdOf(randomUUID()) })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
  });

  it.each([
    ["that names no message", deliveryReport({})],
    ["without the part about the delivery", deliveryReport({ type: "text/plain", returned: "<x@y>" })],
    ["that is text", "hello"],
    ["that is empty", ""],
  ])("%s is refused with advice", async (_what, text) => {
    await expect(mail.bounces.receive(Buffer.from(text), testCommand())).rejects.toMatchObject({
      code: "VALIDATION_ERROR",
      details: [{ field: "body", message: expect.stringMatching(/RFC 3464/) }],
    });
  });
});

describe("a hostile report of 256 KiB", () => {
  const size = 256 * 1024;
  const part = "--part\r\nContent-Type: message/delivery-status\r\n\r\nAction: failed\r\n\r\n";
  const start = 'To: a@b.example\r\nContent-Type: multipart/report; boundary="part"\r\n\r\n';
  const nested = Array.from({ length: 3_000 }, (_, level) =>
    [`Content-Type: multipart/mixed; boundary="p${level}"`, "", `--p${level}`, ""].join("\r\n"),
  );
  it.each([
    ["of many parts", start + part.repeat(size / part.length)],
    ["of parts within parts", nested.join("")],
    ["of messages within messages", "Content-Type: message/rfc822\r\n\r\n".repeat(size / 32)],
    ["of many headers", "To: a@b.example\r\n".repeat(size / 17)],
    ["of one long header", `To: ${"a".repeat(size)}`],
    [
      "of many groups",
      `${start}--part\r\nContent-Type: message/delivery-status\r\n\r\n${"A: b\r\n\r\n".repeat(size / 8)}`,
    ],
    ["of zero bytes", "\0".repeat(size)],
  ])("%s names no message, and is read in less than a second of processor time", async (_what, text) => {
    const before = process.cpuUsage();
    expect(await readReport(Buffer.from(text.slice(0, size)))).toBeUndefined();
    const { user } = process.cpuUsage(before);
    expect(user / 1_000_000).toBeLessThan(1);
  });
});
