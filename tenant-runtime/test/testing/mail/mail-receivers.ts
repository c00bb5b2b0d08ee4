import { startTenantEgress, type TenantEgress } from "../egress/tenant-egress.ts";
import { type MailReceiver, mailHost, startMailReceiver } from "./mail-receiver.ts";

/** Mail servers that a tenant reaches through an egress proxy. */
export interface MailReceivers extends TenantEgress {
  /** With TLS from the first byte. */
  readonly secure: MailReceiver;
  /** With STARTTLS. */
  readonly upgrading: MailReceiver;
  /** Without any TLS. */
  readonly plain: MailReceiver;
  /** With the certificate of another host. */
  readonly impostor: MailReceiver;
  /** Not in the Tenant's spec. */
  readonly unlisted: MailReceiver;
}

/** Starts an API server, an egress proxy, and mail servers at `smtp.example.com`. `others`: further ports to list. */
export async function startMailReceivers(others: readonly number[] = []): Promise<MailReceivers> {
  await using opened = new AsyncDisposableStack();
  const kinds = { secure: {}, upgrading: { secure: false }, plain: { secure: false, hides: ["STARTTLS"] } };
  const more = { impostor: { name: "other.example.com" }, unlisted: {} };
  const servers: Record<string, MailReceiver> = {};
  const egress = await startTenantEgress(mailHost, async ({ authority }) => {
    for (const [kind, options] of Object.entries({ ...kinds, ...more }))
      servers[kind] = opened.use(await startMailReceiver(authority, options));
    const { unlisted: _, ...listed } = servers;
    return [...Object.values(listed).map(({ port }) => port), ...others].map((port) => ({
      host: mailHost,
      port,
    }));
  });
  opened.use(egress);
  const running = opened.move();
  return {
    ...egress,
    ...(servers as Omit<MailReceivers, keyof TenantEgress>),
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}
