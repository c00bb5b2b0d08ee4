import { Agent, fetch } from "undici";

/** The way to connect to a server: its expected authority, and the client's identity. */
export interface Approach {
  readonly ca?: string;
  readonly bearerToken?: string;
  /** For a server with a self-signed certificate. */
  readonly unverified?: boolean;
}

/** Rejects unless a GET of `url` is answered with 200. */
export async function answersOk(url: string, approach: Approach = {}): Promise<void> {
  const { ca, bearerToken, unverified = false } = approach;
  const dispatcher = new Agent({ connect: { rejectUnauthorized: !unverified, ...(ca && { ca }) } });
  try {
    const headers = bearerToken === undefined ? {} : { authorization: `Bearer ${bearerToken}` };
    const response = await fetch(url, { dispatcher, headers });
    const text = await response.text();
    if (response.status !== 200) throw new Error(`${url} answered ${response.status}: ${text}`);
  } finally {
    await dispatcher.close();
  }
}
