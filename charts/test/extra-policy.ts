import { parseAllDocuments } from "yaml";
import type { ApiServer, Manifest } from "../../crds/test/api-server.ts";
import { render } from "./program.ts";

const group = "/apis/admissionregistration.k8s.io/v1";

/**
 * Adds a policy of the chart with other values beside the installed ones, and removes it when disposed. It takes effect
 * a little later: wait until the API server refuses.
 */
export async function extraPolicy(
  admin: ApiServer,
  name: string,
  settings: readonly string[],
): Promise<AsyncDisposable> {
  const all = parseAllDocuments(await render(settings)).map((one) => one.toJS() as Manifest | null);
  const parts = all.filter((one): one is Manifest => one?.metadata.name === name);
  const cleanUp = new AsyncDisposableStack();
  for (const { kind, spec, ...rest } of parts) {
    const binding = kind === "ValidatingAdmissionPolicyBinding";
    const plural = binding ? "validatingadmissionpolicybindings" : "validatingadmissionpolicies";
    const metadata = { name: `extra-${name}` };
    const extra = binding ? { ...(spec as object), policyName: metadata.name } : spec;
    const answer = await admin.send("POST", `${group}/${plural}`, { ...rest, kind, metadata, spec: extra });
    if (answer.status !== 201) throw new Error(`expected ${kind} created, found ${answer.body.message}`);
    cleanUp.defer(async () => void (await admin.send("DELETE", `${group}/${plural}/${metadata.name}`)));
  }
  return cleanUp;
}
