import type { KubernetesObject } from "./kinds.ts";

/** Number of characters kept of an annotation or a finalizer. */
const longest = 1_024;
const mostEntries = 16;

/**
 * An object with the metadata that a controller needs if it never applies the object: its identity, its version, and
 * keys that begin with `domain`. Its other sections stay unchanged.
 */
export function essentials<T extends KubernetesObject>(object: T, domain: string): T {
  const { name, namespace, uid, resourceVersion, generation, creationTimestamp, deletionTimestamp } =
    object.metadata;
  const { labels, annotations, finalizers } = object.metadata;
  const identity = {
    name,
    namespace,
    uid,
    resourceVersion,
    generation,
    creationTimestamp,
    deletionTimestamp,
  };
  const ours = {
    labels: labels && within(labels, domain),
    annotations: annotations && within(annotations, domain),
    finalizers: finalizers
      ?.filter((finalizer) => finalizer.startsWith(domain))
      .slice(0, mostEntries)
      .map(cut),
  };
  const metadata = Object.entries({ ...identity, ...ours }).filter(([, value]) => value !== undefined);
  return { ...object, metadata: Object.fromEntries(metadata) };
}

function within(entries: Readonly<Record<string, string>>, domain: string): Record<string, string> {
  const kept = Object.entries(entries).filter(([key]) => key.startsWith(domain));
  return Object.fromEntries(kept.slice(0, mostEntries).map(([key, value]) => [key, cut(value)]));
}

/** Copies the text, because a substring keeps the whole string in memory. */
function cut(text: string): string {
  return text.length <= longest ? text : Buffer.from(text.slice(0, longest)).toString();
}
