import { setTimeout as delay } from "node:timers/promises";
import type { ApiServer, Manifest } from "./api-server.ts";

const path = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

interface Condition {
  readonly type: string;
  readonly status: string;
}

/** Creates a CRD and returns once the API server serves it. */
export async function establish(api: ApiServer, crd: Manifest): Promise<void> {
  const created = await api.send("POST", path, crd);
  if (created.status !== 201)
    throw new Error(`expected ${crd.metadata.name} created, found ${created.body.message}`);
  const { group, versions, names } = crd.spec as {
    group: string;
    versions: { name: string }[];
    names: { plural: string };
  };
  const deadline = Date.now() + 20_000;
  for (;;) {
    const crdNow = await api.send("GET", `${path}/${crd.metadata.name}`);
    const established = crdNow.body.status?.conditions?.some(
      ({ type, status }: Condition) => type === "Established" && status === "True",
    );
    const served = await api.send("GET", `/apis/${group}/${versions[0]?.name}/${names.plural}`);
    if (established && served.status === 200) return;
    if (Date.now() > deadline)
      throw new Error(`expected ${crd.metadata.name} served within 20 s, found ${served.status}`);
    await delay(50);
  }
}
