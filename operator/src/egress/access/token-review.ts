import type { KubernetesClient } from "../../kubernetes/client/client.ts";
import { defineKind, type KubernetesObject } from "../../kubernetes/objects/kinds.ts";

/** What tokens for the proxy are issued for; a token for another service is of no use here. */
export const audience = "egress";

/** `authentication.k8s.io/v1`, as far as it is used. */
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

/** The owner of a token, as `system:serviceaccount:<namespace>:<name>`; undefined when the token is not valid here. */
export type ReviewToken = (token: string) => Promise<string | undefined>;

/**
 * Asks the API server, which also knows whether the pod and the account of the token still exist.
 * @throws KubernetesError when it does not answer
 */
export function reviewBy(client: KubernetesClient): ReviewToken {
  return async (token) => {
    const { apiVersion, kind } = tokenReviewKind;
    const request = { apiVersion, kind, metadata: { name: "" }, spec: { token, audiences: [audience] } };
    const { status } = await client.create(tokenReviewKind, request, { fieldManager: "dotmac-egress-proxy" });
    // An authenticator that knows no audiences leaves the field out and may have accepted any (KEP-1205).
    const isForUs = status?.authenticated === true && status.audiences?.includes(audience) === true;
    return isForUs ? status.user?.username : undefined;
  };
}
