import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import type { Clock, Milliseconds } from "../../../../process/clock.ts";
import { Refusal } from "../request/refusal.ts";
import { audience, type ReviewToken } from "./token-review.ts";

/** The runtime of a tenant, identified by its ServiceAccount. */
export interface Caller {
  readonly namespace: string;
}

/** Identifies the sender of a `Proxy-Authorization` header. */
export type Authenticate = (header: string | undefined) => Promise<Caller | Refusal>;

export interface AuthenticationOptions {
  readonly review: ReviewToken;
  readonly clock: Clock;
  /** Receives the result of each question to the API server, for metrics. */
  readonly observe?: (result: "accepted" | "refused" | "failed") => void;
  readonly onFailure?: (error: unknown) => void;
}

/** Time before an accepted token is checked again. A token can stay valid this long after the end of its pod. */
const acceptedFor: Milliseconds = 30_000;
const refusedFor: Milliseconds = 5_000;
/** Time for which the last answer counts while the API server does not answer. */
const countsWithoutAnswerFor: Milliseconds = 10 * 60_000;
/** Two tokens for each pod of a large platform: before and after the kubelet's renewal. */
const remembered = 10_000;

const bearer = /^Bearer +(?<token>[-A-Za-z0-9_=]+\.[-A-Za-z0-9_=]+\.[-A-Za-z0-9_=]+)$/i;
const runtime = /^system:serviceaccount:(?<namespace>[^:]+):runtime$/;

interface Answer {
  readonly username: string | undefined;
  readonly at: Milliseconds;
}

/** Identifies runtimes by their projected tokens. It keeps only the hashes of tokens. */
export function authentication(options: AuthenticationOptions): Authenticate {
  const answers = rememberedAnswers(options);
  return async (header) => {
    const { token } = bearer.exec(header ?? "")?.groups ?? {};
    if (token === undefined || token.length > 8_192) return unauthenticated;
    const answer = await answers.fetch(hashOf(token), { context: token }).catch(() => undefined);
    return answer === undefined ? unchecked : callerOf(answer.username);
  };
}

function rememberedAnswers({ review, clock, observe, onFailure }: AuthenticationOptions) {
  return new LRUCache<string, Answer, string>({
    max: remembered,
    ttl: acceptedFor,
    ttlResolution: 0,
    perf: { now: () => clock.monotonic() },
    async fetchMethod(_hash, stale, { options, context: token }) {
      try {
        const username = await review(token);
        observe?.(username === undefined ? "refused" : "accepted");
        if (username === undefined) options.ttl = refusedFor;
        return { username, at: clock.monotonic() };
      } catch (error) {
        observe?.("failed");
        onFailure?.(error);
        if (stale === undefined || clock.monotonic() - stale.at > countsWithoutAnswerFor) throw error;
        options.ttl = refusedFor;
        return stale;
      }
    },
  });
}

function callerOf(username: string | undefined): Caller | Refusal {
  if (username === undefined) return unauthenticated;
  const { namespace } = runtime.exec(username)?.groups ?? {};
  if (namespace !== undefined) return { namespace };
  return new Refusal(
    "not-a-runtime",
    `${username} is no tenant's runtime: only pods of the ServiceAccount "runtime" reach others through this proxy`,
  );
}

const unauthenticated = new Refusal(
  "unauthenticated",
  `send Proxy-Authorization: Bearer with the pod's projected service account token of the audience "${audience}"`,
);
const unchecked = new Refusal(
  "cannot-check-token",
  "the Kubernetes API server does not answer, so the token cannot be checked: try again shortly",
);

function hashOf(token: string): string {
  return createHash("sha256").update(token).digest("base64");
}
