import { describe, expect, it } from "vitest";
import type { Namespace } from "../../kubernetes/objects/kinds.ts";
import { namespaceTerminating } from "./terminating-namespace.ts";

const deletionTimestamp = "2026-05-01T12:00:00Z";
const soon = new Date("2026-05-01T12:05:00Z");
const late = new Date("2026-05-01T12:05:01Z");

describe("a namespace that is being deleted", () => {
  it("is waited for while nothing blocks it", () => {
    expect(namespaceTerminating(namespace(), "", late)).toMatchObject({
      kind: "waiting",
      reason: "NamespaceTerminating",
      message: "The namespace isp-north-k3v7q2mzxa is being deleted.",
    });
  });

  it("reports the cause in Kubernetes' words, and stalls when it lasts", () => {
    const held = namespace([
      { status: "True", message: "Some resources are remaining: configmaps. has 1 resource instances" },
      { status: "False", message: "All content successfully deleted" },
      {
        status: "True",
        message: "Some content in the namespace has finalizers remaining: a/b in 1 instances",
      },
    ]);
    const message =
      "The namespace isp-north-k3v7q2mzxa is being deleted; it comes back: Some resources are remaining: configmaps. " +
      "has 1 resource instances. Some content in the namespace has finalizers remaining: a/b in 1 instances.";
    expect(namespaceTerminating(held, "; it comes back", soon)).toMatchObject({ kind: "waiting", message });
    expect(namespaceTerminating(held, "; it comes back", late)).toMatchObject({ kind: "stalled", message });
  });
});

function namespace(conditions: readonly { status: string; message: string }[] = []): Namespace {
  return {
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "isp-north-k3v7q2mzxa", deletionTimestamp },
    status: { phase: "Terminating", conditions: conditions.map((each) => ({ type: "X", ...each })) },
  } as Namespace;
}
