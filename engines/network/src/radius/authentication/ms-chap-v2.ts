import { toHex } from "../../octets/to-hex.ts";
import { sha1 } from "../crypto/digest.ts";
import { md4 } from "../crypto/md4.ts";
import { challengeResponse } from "./challenge-response.ts";

/** The values that both sides of MS-CHAPv2 know in one exchange. */
export interface Exchange {
  /** 16 octets that the peer chose. */
  readonly peerChallenge: Uint8Array;
  /** 16 octets that the authenticator chose. */
  readonly authenticatorChallenge: Uint8Array;
  /** The name as the peer sent it. A domain before a backslash is not used (RFC 2759 section 4). */
  readonly userName: string;
}

const utf8 = new TextEncoder();
/** RFC 2759 section 8.7 and RFC 3079 section 3.4 define these texts as constants. */
const magic = {
  server: utf8.encode("Magic server to client signing constant"),
  iteration: utf8.encode("Pad to make it do more than one iteration"),
  master: utf8.encode("This is the MPPE Master Key"),
  clientSends: utf8.encode(
    "On the client side, this is the send key; on the server side, it is the receive key.",
  ),
  serverSends: utf8.encode(
    "On the client side, this is the receive key; on the server side, it is the send key.",
  ),
};

/** RFC 2759 section 8.2, 8 octets. */
export function challengeHash({ peerChallenge, authenticatorChallenge, userName }: Exchange): Uint8Array {
  const user = utf8.encode(userName.slice(userName.lastIndexOf("\\") + 1));
  return sha1(peerChallenge, authenticatorChallenge, user).subarray(0, 8);
}

/** The peer's response, 24 octets: RFC 2759 section 8.1. `hash` is the password's ntHash. */
export function ntResponse(exchange: Exchange, hash: Uint8Array): Uint8Array {
  return challengeResponse(challengeHash(exchange), hash);
}

/** The text that proves the server to the peer, `S=` and 40 digits: RFC 2759 section 8.7. */
export function authenticatorResponse(exchange: Exchange, hash: Uint8Array, response: Uint8Array): string {
  const digest = sha1(md4(hash), response, magic.server);
  return `S=${toHex(sha1(digest, challengeHash(exchange), magic.iteration)).toUpperCase()}`;
}

/** The server's keys of 128 bits to send and to receive with (RFC 3079 sections 3.3 and 3.4). */
export function mppeKeys(hash: Uint8Array, response: Uint8Array): { send: Uint8Array; receive: Uint8Array } {
  const master = sha1(md4(hash), response, magic.master).subarray(0, 16);
  const [shaPad1, shaPad2] = [new Uint8Array(40), new Uint8Array(40).fill(0xf2)];
  const key = (text: Uint8Array) => sha1(master, shaPad1, text, shaPad2).subarray(0, 16);
  return { send: key(magic.serverSends), receive: key(magic.clientSends) };
}
