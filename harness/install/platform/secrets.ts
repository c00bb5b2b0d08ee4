import type { Kubectl } from "../../kubernetes/kubectl.ts";
import { platformNamespace } from "../namespace.ts";

/** A Secret of the platform's namespace, with decoded values. */
export interface Secret {
  readonly name: string;
  readonly type?: "Opaque" | "kubernetes.io/tls";
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly data: Readonly<Record<string, string>>;
}

interface SecretObject {
  readonly metadata: { name: string; annotations?: Record<string, string> };
  readonly data?: Record<string, string>;
}

/** The existing Secrets by name, read with one request. */
export async function readSecrets(kubectl: Kubectl): Promise<ReadonlyMap<string, Secret>> {
  const list = JSON.parse(await kubectl(["get", "secrets", "-n", platformNamespace, "-o", "json"]));
  return new Map((list.items as SecretObject[]).map((item) => [item.metadata.name, decode(item)]));
}

function decode({ metadata, data = {} }: SecretObject): Secret {
  const values = Object.entries(data).map(([key, value]) => [key, Buffer.from(value, "base64").toString()]);
  return { name: metadata.name, annotations: metadata.annotations ?? {}, data: Object.fromEntries(values) };
}

/** The object in the form for kubectl. */
export function secretObject({ name, type = "Opaque", labels, annotations, data }: Secret) {
  const metadata = { name, namespace: platformNamespace, labels, annotations };
  return { apiVersion: "v1", kind: "Secret", metadata, type, stringData: data };
}
