import { plainText } from "../../base/plain-text.ts";
import { type Outcome, stalledFor, waiting } from "../../kubernetes/loop/outcome.ts";
import type { Namespace } from "../../kubernetes/objects/kinds.ts";

/** A namespace with all its objects is deleted within a minute, unless something blocks it. */
const patience = 300_000;

/** The outcome while a namespace is being deleted. It names the remaining objects in the words of Kubernetes. */
export function namespaceTerminating({ metadata, status }: Namespace, then: string, now: Date): Outcome {
  // A namespace has conditions only while something blocks its deletion (kubernetes.io, "Namespaces").
  const words = (status?.conditions ?? [])
    .filter(({ status }) => status === "True")
    .map(({ message }) => message);
  const left = words.length > 0 ? `: ${plainText(words.join(". "), 1_000)}` : "";
  const message = `The namespace ${metadata.name} is being deleted${then}${left}.`;
  const lasting = now.getTime() - Date.parse(metadata.deletionTimestamp ?? "") > patience;
  return lasting && words.length > 0
    ? stalledFor("NamespaceTerminating", message, 30_000)
    : waiting("NamespaceTerminating", message, 2_000);
}
