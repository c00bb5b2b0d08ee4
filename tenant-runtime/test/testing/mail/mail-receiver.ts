import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { SMTPServer, type SMTPServerSession } from "smtp-server";
import type { Authority } from "../../../../harness/authority/authority.ts";

/** A message as a mail server got it. */
export interface ReceivedMail {
  readonly sender: string;
  readonly recipients: readonly string[];
  /** The user that has logged in. */
  readonly user: string | undefined;
  readonly isSecure: boolean;
  readonly source: string;
}

type Step = "login" | "sender" | "recipient" | "data";

/** A refusal with the code and the text of a reply: `[550, "5.1.1 No such user"]`. */
export type Refusal = readonly [code: number, text: string];

/** The answer to a step: nothing accepts it, and a promise that never ends leaves the client waiting. */
export type Answers = Partial<Record<Step, (value: string) => Refusal | undefined | Promise<undefined>>>;

/** A real mail server that keeps each message. */
export interface MailReceiver extends AsyncDisposable {
  readonly host: string;
  readonly port: number;
  readonly received: readonly ReceivedMail[];
  /** Answers from now on so. It forgets earlier messages. */
  answer(how: Answers): void;
}

export const mailHost = "smtp.example.com";
export const mailLogin = { user: "north", password: "a secret of north" };

/** Starts a mail server on the internet of these tests, with TLS from the first byte or by STARTTLS, and a login. */
export async function startMailReceiver(
  authority: Authority,
  { secure = true, name = mailHost, hides = [] as string[] } = {},
): Promise<MailReceiver> {
  const { certificate: cert, key } = await authority.issue({ dnsNames: [name] });
  const received: ReceivedMail[] = [];
  let answers: Answers = {};
  const respond = async (step: Step, value: string, done: (error?: Error | null) => void) => {
    const refusal = await answers[step]?.(value);
    done(refusal && Object.assign(new Error(refusal[1]), { responseCode: refusal[0] }));
  };
  const server = new SMTPServer({
    ...{ secure, cert, key, authOptional: false, disableReverseLookup: true, closeTimeout: 10 },
    // The server adds its own texts to errors otherwise.
    ...{ logger: false, disabledCommands: hides, authMethods: ["PLAIN", "LOGIN"] },
    onAuth: ({ username = "", password = "" }, _session, done) =>
      void respond("login", username, (error) => {
        const isKnown = username === mailLogin.user && password === mailLogin.password;
        if (error != null || !isKnown) done(error ?? Object.assign(new Error("no"), { responseCode: 535 }));
        else done(null, { user: username });
      }),
    onMailFrom: ({ address }, _session, done) => void respond("sender", address, done),
    onRcptTo: ({ address }, _session, done) => void respond("recipient", address, done),
    onData(stream, session, done) {
      const parts: Buffer[] = [];
      stream.on("data", (part: Buffer) => parts.push(part));
      stream.on("end", () => {
        const source = Buffer.concat(parts).toString();
        received.push(mailOf(session, source));
        void respond("data", source, done);
      });
    },
  });
  server.on("error", () => {});
  const listener = server.listen(0, "127.0.0.2");
  await once(listener, "listening");
  const { port } = listener.address() as AddressInfo;
  return {
    host: name,
    port,
    received,
    answer(how) {
      answers = how;
      received.length = 0;
    },
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

function mailOf({ envelope, user, secure }: SMTPServerSession, source: string): ReceivedMail {
  return {
    sender: envelope.mailFrom === false ? "" : envelope.mailFrom.address,
    recipients: envelope.rcptTo.map(({ address }) => address),
    user: user as string | undefined,
    isSecure: secure,
    source,
  };
}
