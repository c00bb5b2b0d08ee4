import type { Answer, ApiServer, Manifest } from "./api-server.ts";

const plurals: Readonly<Record<string, string>> = {
  Tenant: "tenants",
  TenantPlan: "tenantplans",
  HostClaim: "hostclaims",
  RetainedTenant: "retainedtenants",
};

/** The path of a custom resource's collection. */
function collectionOf({ apiVersion, kind }: Manifest): string {
  const plural = plurals[kind];
  if (plural === undefined)
    throw new Error(`expected one of ${Object.keys(plurals).join(", ")}, found ${kind}`);
  return `/apis/${apiVersion}/${plural}`;
}

/** Sends a dry run of the creation. Unknown fields are errors, as with kubectl. */
export function tryToCreate(api: ApiServer, manifest: Manifest): Promise<Answer> {
  return api.send("POST", `${collectionOf(manifest)}?dryRun=All&fieldValidation=Strict`, manifest);
}

/** Creates `before`, tries as a dry run to replace it by `after`, and removes it. */
export async function tryToReplace(api: ApiServer, before: Manifest, after: Manifest): Promise<Answer> {
  const created = await api.send("POST", collectionOf(before), before);
  if (created.status !== 201)
    throw new Error(`expected the first document created, found ${created.body.message}`);
  const path = `${collectionOf(before)}/${before.metadata.name}`;
  try {
    const { resourceVersion } = created.body.metadata;
    const replacement = { ...after, metadata: { ...after.metadata, resourceVersion } };
    return await api.send("PUT", `${path}?dryRun=All&fieldValidation=Strict`, replacement);
  } finally {
    await api.send("DELETE", path);
  }
}

interface Cause {
  readonly field?: string;
  readonly message: string;
}

/** The faults in the API server's answer, without its note that it stopped there. */
export function faultsOf({ body }: Answer): string[] {
  const causes: Cause[] = body.details?.causes ?? [];
  return causes.filter(({ field }) => field !== "<nil>").map(({ field, message }) => `${field}: ${message}`);
}
