import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { once } from "node:events";
import type { RequestListener } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import type { Authority } from "../authority/authority.ts";
import { certify } from "../authority/certify.ts";
import { type TokenReviewer, vaultAudience } from "../vault/configure-vault.ts";

/** A service account of a cluster. */
export interface Account {
  readonly namespace: string;
  readonly name: string;
}

/** The part of an API server that Vault needs: it identifies the owner of a token. */
export interface TokenReviews extends AsyncDisposable {
  readonly reviewer: TokenReviewer;
  /** Issues a token of that account for Vault, valid until this is disposed. */
  issue(account: Account): string;
}

const path = "/apis/authentication.k8s.io/v1/tokenreviews";
const year = 365 * 24 * 60 * 60;

/** Answers TokenReviews on a loopback port, for its own tokens. */
export async function startTokenReviews(authority: Authority): Promise<TokenReviews> {
  const accounts = new Map<string, Account>();
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const issue = (account: Account) => {
    const token = signed(claimsOf(account), privateKey);
    accounts.set(token, account);
    return token;
  };
  const ownToken = issue({ namespace: "dotmac-system", name: "vault" });
  const { certificate: cert, key } = await certify(authority);
  const server = createServer({ cert, key }, answering(accounts, ownToken));
  await once(server.listen(0, "127.0.0.1").unref(), "listening");
  const { port } = server.address() as AddressInfo;
  return {
    reviewer: { host: `https://localhost:${port}`, ca: authority.certificate, token: ownToken },
    issue,
    async [Symbol.asyncDispose]() {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    },
  };
}

/** A JSON Web Token (RFC 7519), signed with ES256 (RFC 7518, section 3.4). */
function signed(claims: object, key: KeyObject): string {
  const payload = [{ alg: "ES256", typ: "JWT" }, claims].map(encode).join(".");
  const signature = sign("sha256", Buffer.from(payload), { key, dsaEncoding: "ieee-p1363" });
  return `${payload}.${signature.toString("base64url")}`;
}

/** The claims of a projected token (Kubernetes, "ServiceAccount token structure"). */
function claimsOf(account: Account): object {
  const now = Math.floor(Date.now() / 1_000);
  const { namespace, name } = account;
  return {
    iss: "https://kubernetes.default.svc.cluster.local",
    sub: userOf(account),
    aud: [vaultAudience],
    iat: now,
    nbf: now,
    exp: now + year,
    "kubernetes.io": { namespace, serviceaccount: { name, uid: uidOf(account) } },
  };
}

function answering(accounts: ReadonlyMap<string, Account>, ownToken: string): RequestListener {
  return async (request, response) => {
    const isReview = request.method === "POST" && request.url?.split("?")[0] === path;
    if (!isReview) return void response.writeHead(404).end();
    if (request.headers.authorization !== `Bearer ${ownToken}`) return void response.writeHead(401).end();
    const { spec } = (await json(request)) as { spec?: { token?: string } };
    const review = { apiVersion: "authentication.k8s.io/v1", kind: "TokenReview", spec };
    const status = statusOf(accounts.get(spec?.token ?? ""));
    response
      .writeHead(201, { "content-type": "application/json" })
      .end(JSON.stringify({ ...review, status }));
  };
}

function statusOf(account: Account | undefined): object {
  if (account === undefined) return { authenticated: false, error: "this token was not issued here" };
  const groups = [
    "system:serviceaccounts",
    `system:serviceaccounts:${account.namespace}`,
    "system:authenticated",
  ];
  const user = { username: userOf(account), uid: uidOf(account), groups };
  return { authenticated: true, user, audiences: [vaultAudience] };
}

function userOf({ namespace, name }: Account): string {
  return `system:serviceaccount:${namespace}:${name}`;
}

/** Constant per account, so that a kept Vault recognises the account. */
function uidOf(account: Account): string {
  const hash = createHash("sha256").update(userOf(account)).digest("hex");
  return hash.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5");
}

function encode(part: object): string {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}
