import { Agent, fetch } from "undici";

/** How a server is spoken to: the authority it must prove itself with, and who asks. */
export interface Approach {
  readonly ca?: string;
  readonly bearerToken?: string;
  /** For a server that signed its own certificate. */
  readonly unverified?: boolean;
}

/** Rejects unless a GET of `url` is answered 200. */
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
