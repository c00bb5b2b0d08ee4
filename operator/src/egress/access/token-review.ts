import type { KubernetesClient } from "../../kubernetes/client/client.ts";
import { defineKind, type KubernetesObject } from "../../kubernetes/objects/kinds.ts";

/** The audience of tokens for the proxy. Tokens for other services are refused. */
export const audience = "egress";

/** `authentication.k8s.io/v1`, the fields in use. */
export interface TokenReview extends KubernetesObject {
  spec: { token: string; audiences: readonly string[] };
  status?: {
    authenticated?: boolean;
    user?: { username?: string };
    audiences?: readonly string[];
    error?: string;
  };
}

const tokenReviewKind = defineKind<TokenReview>(
  "authentication.k8s.io/v1",
  "TokenReview",
  "tokenreviews",
  "cluster",
);

/** Returns the owner of a token, `system:serviceaccount:<namespace>:<name>`, or undefined for an invalid token. */
export type ReviewToken = (token: string) => Promise<string | undefined>;

/**
 * Asks the API server, which also checks that the pod and the account of the token still exist.
 * @throws KubernetesError when it does not answer
 */
export function reviewBy(client: KubernetesClient): ReviewToken {
  return async (token) => {
    const { apiVersion, kind } = tokenReviewKind;
    const request = { apiVersion, kind, metadata: { name: "" }, spec: { token, audiences: [audience] } };
    const { status } = await client.create(tokenReviewKind, request, { fieldManager: "dotmac-egress-proxy" });
    // An authenticator without support for audiences omits the field and may accept any audience (KEP-1205).
    const isForUs = status?.authenticated === true && status.audiences?.includes(audience) === true;
    return isForUs ? status.user?.username : undefined;
  };
}
