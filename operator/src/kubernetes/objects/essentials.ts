import type { KubernetesObject } from "./kinds.ts";

/** Characters that are kept of an annotation or a finalizer. */
const longest = 1_024;
const mostEntries = 16;

/**
 * An object with as much of its metadata as a controller needs that never applies it: who it is, in which version, and
 * what begins with `domain`. Its other sections stay as they are.
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

/** A copy: a part of a string keeps the whole one in memory. */
function cut(text: string): string {
  return text.length <= longest ? text : Buffer.from(text.slice(0, longest)).toString();
}
