import type { ApiServer, Manifest } from "./api-server.ts";
import { untilServed } from "./until-served.ts";

const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

/** Creates a CRD and waits until the API server serves it. */
export async function establish(api: ApiServer, crd: Manifest): Promise<void> {
  const created = await api.send("POST", path, crd);
  if (created.status !== 201)
    throw new Error(`expected ${crd.metadata.name} created, found ${created.body.message}`);
  await untilServed(api, crd.metadata.name);
}
