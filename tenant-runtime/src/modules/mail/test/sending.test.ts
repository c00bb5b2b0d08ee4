import { generateKeyPairSync } from "node:crypto";
import PostalMime from "postal-mime";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { withClient } from "../../../../../harness/services/postgres.ts";
import { type MailReceiver, mailHost, mailLogin } from "../../../../test/testing/mail/mail-receiver.ts";
import { type MailReceivers, startMailReceivers } from "../../../../test/testing/mail/mail-receivers.ts";
import { type MailWorld, openMailWorld } from "../../../../test/testing/mail/mail-world.ts";
import { until } from "../../../../test/testing/process/until.ts";
import type { MailLoop } from "../sending/mail-loop.ts";
import { mostAttempts } from "../sending/retry-delays.ts";

let receivers: MailReceivers;
let mail: MailWorld;
let server: MailReceiver;
let loop: MailLoop & AsyncDisposable;
beforeAll(async () => {
  receivers = await startMailReceivers();
  mail = await openMailWorld(receivers);
  server = receivers.secure;
}, 180_000);
afterAll(async () => {
  await mail?.[Symbol.asyncDispose]();
  await receivers?.[Symbol.asyncDispose]();
});

beforeEach(() => {
  loop = mail.loop();
  for (const each of [receivers.secure, receivers.upgrading, receivers.plain]) each.answer({});
});
afterEach(async () => {
  await loop.stop();
  await mail.query("DELETE FROM mail_messages; DELETE FROM mail_servers; DELETE FROM mail_suppressions");
});

const at = ({ port }: MailReceiver) => ({ host: mailHost, port });
const rows = () =>
  mail.query(
    `SELECT id, state, attempts, last_error AS error, last_reply AS reply, last_status AS status, message_id,
            claim IS NOT NULL AS claimed, values_sealed IS NULL AS erased,
            extract(epoch FROM due_at - now())::float8 AS delay
       FROM mail_messages ORDER BY created_at, id`,
  );
/** Waits until no attempt is in progress and each message was tried so often. */
const tried = (attempts = 1) =>
  until(rows, (found) => found.every((row) => !row.claimed && row.attempts >= attempts));
const serverRow = async () => (await mail.query("SELECT * FROM mail_servers"))[0];
const suppressed = async () =>
  (await mail.query("SELECT reason, message FROM mail_suppressions ORDER BY created_at")) as object[];

/** Makes everything due, in place of the time that passes. */
async function letTimePass(): Promise<void> {
  await mail.query(
    "UPDATE mail_messages SET due_at = now() WHERE state = 'waiting' AND claim IS NULL; UPDATE mail_servers SET paused_until = now() WHERE paused_until > now()",
  );
  loop.wake();
}

/** Queues a message, sends it, and returns its row. */
async function sendOne(): Promise<Awaited<ReturnType<typeof rows>>[0]> {
  await mail.queue();
  loop.wake();
  return (await tried())[0];
}

describe("a message", () => {
  it("reaches its reader as text and HTML, and is recorded without its values", async () => {
    await mail.use(at(server), { fromName: "Facturation «Nord»", replyTo: "help@north.example" });
    const id = await mail.queue({ to: "Ann@Example.com", language: "fr-CA" });
    loop.wake();
    const [row] = await tried();
    expect(row).toMatchObject({ id, state: "sent", attempts: 1, error: null, reply: 250, erased: true });
    const [received] = server.received;
    expect(received).toMatchObject({
      sender: "billing@north.example",
      recipients: ["Ann@example.com"],
      user: mailLogin.user,
      isSecure: true,
    });
    const parsed = await PostalMime.parse(received?.source ?? "");
    expect(parsed).toMatchObject({
      from: { name: "Facturation «Nord»", address: "billing@north.example" },
      to: [{ address: "Ann@example.com" }],
      replyTo: [{ address: "help@north.example" }],
      subject: "Message d’essai de North",
      messageId: `<${id}@north.example>`,
      text: expect.stringContaining("par son serveur de messagerie"),
      html: expect.stringContaining('<html lang="fr">'),
    });
    expect(row.message_id).toBe(parsed.messageId);
    const headers = Object.fromEntries(parsed.headers.map(({ key, value }) => [key, value]));
    expect(headers).toMatchObject({ "auto-submitted": "auto-generated" });
    expect(headers).not.toHaveProperty("x-mailer");
  });

  it("is sent by STARTTLS where the settings ask for it", async () => {
    await mail.use(at(receivers.upgrading), { security: "starttls" });
    expect(await sendOne()).toMatchObject({ state: "sent" });
    expect(receivers.upgrading.received).toMatchObject([{ isSecure: true, user: mailLogin.user }]);
  });

  it("uses the language of the settings for a reader whose language is not known", async () => {
    await mail.use(at(server), { language: "fr" });
    await sendOne();
    expect(server.received[0]?.source).toMatch(/Subject: =\?UTF-8\?Q\?Message_d=E2=80=99essai/i);
  });

  it("carries a DKIM signature of the settings' key", async () => {
    const { privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 2_048,
      privateKeyEncoding: { type: "pkcs8", format: "pem" },
      publicKeyEncoding: { type: "spki", format: "pem" },
    });
    await mail.use(at(server), { dkim: { domain: "north.example", selector: "mail2026", privateKey } });
    expect(await sendOne()).toMatchObject({ state: "sent" });
    expect(server.received[0]?.source).toMatch(
      /^DKIM-Signature: v=1; a=rsa-sha256;[\s\S]*d=north\.example;[\s\S]*s=mail2026;/m,
    );
  });

  it("has a sender of its own where the settings name an address for bounces", async () => {
    await mail.use(at(server), { bouncesTo: "bounces@north.example" });
    const { id } = await sendOne();
    expect(server.received[0]?.sender).toBe(`bounces+${id.replaceAll("-", "")}@north.example`);
  });

  it("is not queued by a change that is undone", async () => {
    const undone = mail.queue({}, async () => {
      throw new Error("undone");
    });
    await expect(undone).rejects.toThrow("undone");
    expect(await rows()).toEqual([]);
  });

  it("is the same at each attempt", async () => {
    await mail.use(at(server));
    server.answer({ data: () => [451, "4.3.0 later"] });
    await sendOne();
    const [first] = server.received;
    server.answer({});
    await letTimePass();
    const [row] = await tried(2);
    expect(row).toMatchObject({ state: "sent", attempts: 2, error: null });
    const idOf = (source = "") => /^Message-ID: (.+)$/im.exec(source)?.[1];
    expect(idOf(first?.source)).toMatch(/^<[0-9a-f-]{36}@north\.example>/);
    expect(idOf(server.received[0]?.source)).toBe(idOf(first?.source));
  });
});

describe("a mail server that refuses", () => {
  it.each([
    [
      "the reader for now",
      { recipient: [450, "4.2.1 full"] },
      { error: "TRY_LATER", reply: 450, status: "4.2.1" },
    ],
    [
      "the content for now",
      { data: [452, "4.3.1 full"] },
      { error: "TRY_LATER", reply: 452, status: "4.3.1" },
    ],
    [
      "to relay",
      { recipient: [554, "5.7.1 relay denied"] },
      { error: "REFUSED_BY_POLICY", reply: 554, status: "5.7.1" },
    ],
  ] as const)(
    "%s has the message tried again, and is no failing server",
    async (_what, refusals, expected) => {
      await mail.use(at(server));
      server.answer(answersOf(refusals));
      const row = await sendOne();
      expect(row).toMatchObject({ state: "waiting", attempts: 1, ...expected });
      expect(row.delay).toBeGreaterThan(40);
      expect(row.delay).toBeLessThan(73);
      expect(await serverRow()).toMatchObject({ failing_since: null, failures: 0 });
      expect(await suppressed()).toEqual([]);
    },
  );

  it("a reader for good has the message bounced and the address suppressed", async () => {
    await mail.use(at(server));
    server.answer({ recipient: () => [550, "5.1.1 No such user"] });
    const row = await sendOne();
    expect(row).toMatchObject({ state: "bounced", error: "RECIPIENT_REFUSED", reply: 550, status: "5.1.1" });
    expect(await suppressed()).toEqual([{ reason: "bounced", message: row.id }]);
    const events = await mail.query(
      "SELECT type, payload FROM outbox_events WHERE type NOT LIKE 'mail_server.%' ORDER BY type",
    );
    expect(events).toMatchObject([
      { type: "mail_message.bounced", payload: { status: "5.1.1" } },
      { type: "mail_suppression.created", payload: { reason: "bounced", message: row.id } },
    ]);
    await mail.queue({ to: "ANN@example.COM" });
    loop.wake();
    const [, next] = await until(rows, ([, second]) => second?.state !== "waiting");
    expect(next).toMatchObject({ state: "suppressed", attempts: 0, error: "SUPPRESSED", erased: true });
    expect(server.received).toEqual([]);
  });

  it("the content for good fails the message, and suppresses nothing", async () => {
    await mail.use(at(server));
    server.answer({ data: () => [554, "5.6.0 no"] });
    expect(await sendOne()).toMatchObject({ state: "failed", error: "MESSAGE_REFUSED", erased: true });
    expect(await suppressed()).toEqual([]);
  });

  it.each([
    ["the login", { login: [535, "5.7.8 wrong"] }, "AUTHENTICATION_REFUSED", 535],
    ["the sender", { sender: [550, "5.7.1 not yours"] }, "SENDER_REFUSED", 550],
  ] as const)("%s shows a fault of the settings, and pauses", async (_what, refusals, error, reply) => {
    await mail.use(at(server));
    server.answer(answersOf(refusals));
    expect(await sendOne()).toMatchObject({ state: "waiting", attempts: 1, error, reply });
    expect(await serverRow()).toMatchObject({ failures: 1, last_error: error });
    expect(await suppressed()).toEqual([]);
  });
});

/** Refusals by their steps. */
function answersOf(refusals: Readonly<Record<string, readonly [number, string]>>) {
  return Object.fromEntries(Object.entries(refusals).map(([step, refusal]) => [step, () => refusal]));
}

describe("a mail server that fails", () => {
  it("is tried by one message after each pause, twice as long each time", async () => {
    await mail.use(at(server));
    let logins = 0;
    server.answer({
      login: () => {
        logins += 1;
        return [535, "5.7.8 wrong"];
      },
    });
    await sendOne();
    for (let count = 0; count < 9; count += 1) await mail.queue();
    loop.wake();
    const pause = async () => {
      const [found] = await mail.query(
        "SELECT failures, extract(epoch FROM paused_until - now())::float8 AS seconds FROM mail_servers",
      );
      return found as { failures: number; seconds: number };
    };
    const first = await pause();
    expect(first.seconds).toBeGreaterThan(20);
    await letTimePass();
    const second = await until(pause, ({ failures }) => failures === 2);
    expect(second.seconds).toBeGreaterThan(44);
    expect(second.seconds).toBeLessThan(73);
    expect(logins).toBe(2);
    server.answer({});
    await letTimePass();
    await until(rows, (found) => found.some(({ state }) => state === "sent"));
    await letTimePass();
    await until(rows, (found) => found.every(({ state }) => state === "sent"));
    expect(await serverRow()).toMatchObject({ failing_since: null, failures: 0, paused_until: null });
    expect(server.received).toHaveLength(10);
  });

  it("is forgotten with other settings: waiting messages are tried at once", async () => {
    await mail.use(at(server), { password: "a wrong password" });
    expect(await sendOne()).toMatchObject({ error: "AUTHENTICATION_REFUSED" });
    await mail.use(at(server));
    expect(await serverRow()).toMatchObject({ failing_since: null, last_error: null, paused_until: null });
    loop.wake();
    expect(await tried(2)).toMatchObject([{ state: "sent" }]);
  });

  it("fails a message after its last attempt", async () => {
    await mail.use(at(server));
    server.answer({ recipient: () => [450, "4.2.1 full"] });
    await mail.queue();
    await mail.query("UPDATE mail_messages SET attempts = $1", [mostAttempts - 1]);
    loop.wake();
    expect(await tried(mostAttempts)).toMatchObject([
      { state: "failed", error: "TRY_LATER", attempts: mostAttempts, erased: true },
    ]);
  });
});

describe("without a mail server", () => {
  it("messages wait, and are sent once there is one", async () => {
    await mail.queue();
    loop.wake();
    expect(await rows()).toMatchObject([{ state: "waiting", attempts: 0 }]);
    await mail.use(at(server));
    loop.wake();
    expect(await tried()).toMatchObject([{ state: "sent" }]);
  });

  it("messages fail after seven days, with a clear code", async () => {
    await mail.queue();
    const young = await mail.queue();
    await mail.query(
      "UPDATE mail_messages SET created_at = now() - interval '7 days 1 minute' WHERE id <> $1",
      [young],
    );
    loop.wake();
    const ended = await until(rows, (found) => found.some(({ state }) => state === "failed"));
    expect(ended).toMatchObject([
      { state: "failed", error: "NO_MAIL_SERVER", attempts: 0, erased: true },
      { id: young, state: "waiting" },
    ]);
  });
});

describe("the queue", () => {
  const fill = (count: number, columns: string, values: string) =>
    mail.query(
      `INSERT INTO mail_messages (id, template, recipient_sealed, recipient_exact, reason_type, reason_entity, ${columns})
       SELECT gen_random_uuid(), 'mail.test', '', '', 'test', '1', ${values} FROM generate_series(1, ${count})`,
    );

  it("that is full records messages as failed, and refuses no change", async () => {
    await fill(10_000, "state, values_sealed, due_at", "'waiting', '', now() + interval '1 day'");
    const id = await mail.queue();
    const [row] = await mail.query("SELECT state, last_error FROM mail_messages WHERE id = $1", [id]);
    expect(row).toEqual({ state: "failed", last_error: "BACKLOG_FULL" });
    await fill(9_999, "state, last_error, finished_at", "'failed', 'BACKLOG_FULL', now()");
    expect(await mail.queue()).toBeUndefined();
  });

  it("sends no more than a thousand messages in an hour", async () => {
    await mail.use(at(server));
    await fill(999, "state, finished_at, last_attempt_at", "'sent', now(), now() - interval '59 minutes'");
    await mail.queue();
    await mail.queue();
    loop.wake();
    const waiting = () => mail.query("SELECT attempts FROM mail_messages WHERE state = 'waiting'");
    await until(waiting, ({ length }) => length === 1);
    loop.wake();
    await mail.query(
      "UPDATE mail_messages SET last_attempt_at = now() - interval '61 minutes' WHERE state = 'sent'",
    );
    loop.wake();
    await until(waiting, ({ length }) => length === 0);
    expect(server.received).toHaveLength(2);
  });

  it("has at most four messages on their way", async () => {
    await mail.use(at(server));
    let open = 0;
    const { promise: go, resolve } = Promise.withResolvers<undefined>();
    server.answer({
      data: () => {
        open += 1;
        return go;
      },
    });
    for (let count = 0; count < 6; count += 1) await mail.queue();
    await using other = mail.loop();
    for (const each of [loop, other]) each.wake();
    await until(
      () => open,
      (count) => count === 4,
    );
    loop.wake();
    other.wake();
    const claimed = () => mail.query("SELECT FROM mail_messages WHERE claim IS NOT NULL");
    expect(await claimed()).toHaveLength(4);
    resolve(undefined);
    await until(
      () => server.received,
      ({ length }) => length === 6,
    );
    expect(open).toBe(6);
  });

  it("removes records after 90 days, and those that are too many", async () => {
    await fill(1, "state, finished_at", "'sent', now() - interval '91 days'");
    await fill(50_001, "state, finished_at", "'sent', now() - interval '1 day'");
    loop.wake();
    const count = async () =>
      (await mail.query("SELECT count(*)::integer AS count FROM mail_messages"))[0].count as number;
    expect(await until(count, (left) => left < 50_002)).toBe(50_000);
  });
});

describe("a loop that stops", () => {
  it("gives a message back that is on its way", async () => {
    await mail.use(at(server));
    let began = false;
    server.answer({
      data: () => {
        began = true;
        return new Promise(() => {});
      },
    });
    await mail.queue();
    loop.wake();
    await until(
      () => began,
      (has) => has,
    );
    await loop.stop();
    expect(await rows()).toMatchObject([{ state: "waiting", attempts: 0, claimed: false }]);
  });

  it("holds no transaction while a mail server is waited for", async () => {
    await mail.use(at(server));
    let began = false;
    server.answer({
      recipient: () => {
        began = true;
        return new Promise(() => {});
      },
    });
    await mail.queue();
    loop.wake();
    await until(
      () => began,
      (has) => has,
    );
    const { rows: open } = await withClient(mail.schema.database.superuser, (client) =>
      client.query("SELECT state FROM pg_stat_activity WHERE usename LIKE $1 AND xact_start IS NOT NULL", [
        `t\\_${mail.schema.id}\\_app%`,
      ]),
    );
    expect(open).toEqual([]);
  });
});
