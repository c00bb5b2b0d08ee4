import { objectNames } from "../../../contract/object-names.ts";
import { kinds, type Secret } from "../kubernetes/objects/kinds.ts";
import type { Reflector } from "../kubernetes/watch/reflector.ts";
import { type WatchContext, type WatchedPart, watchKind } from "../kubernetes/watch/watch-kinds.ts";
import { isMeant } from "./changes.ts";
import type { Owners } from "./owners.ts";
import { ours } from "./selections.ts";

/**
 * The Secrets of a tenant's namespace. One reflector watches each name, because the operator may read no other Secret
 * of the cluster, and RBAC can restrict this only by name.
 */
const secretNames: readonly string[] = [
  objectNames.runtime,
  objectNames.migrator,
  objectNames.runtimeTls,
  objectNames.gatewayTls,
];

/** Watches the Secrets of tenants' namespaces, and the Secrets with the first passwords for platform admins. */
export function watchSecrets(
  context: WatchContext,
  adminNamespace: string,
  owners: Owners,
): Reflector<Secret>[] {
  const isAdmins = ({ metadata }: Secret) => metadata.namespace === adminNamespace;
  return watchKind<Secret>(context, kinds.secret, {
    after: owners.known,
    parts: secretParts(adminNamespace),
    limits: {
      counts: (secret) => {
        if (!isAdmins(secret)) return owners.counts(secret);
        return owners.has(secret.metadata.name) ? "yes" : "later";
      },
      // `counts` allows one admin Secret for each tenant; the others are watched by name.
      mostPerNamespace: Number.POSITIVE_INFINITY,
    },
    onChange: (change) => {
      if (!isMeant(change)) return;
      if (isAdmins(change.object)) owners.enqueueNamed(change.object.metadata.name);
      else owners.enqueueOwnerOf(change.object);
    },
  });
}

function secretParts(adminNamespace: string): WatchedPart<Secret>[] {
  const named = secretNames.map((name) => ({
    selection: { ...ours, fieldSelector: `metadata.name=${name}` },
    scope: ({ metadata }: Secret) => metadata.name === name,
  }));
  const admins = {
    selection: { ...ours, namespace: adminNamespace },
    scope: ({ metadata }: Secret) =>
      metadata.namespace === adminNamespace && !secretNames.includes(metadata.name),
  };
  return [...named, admins];
}
