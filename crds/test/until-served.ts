import { setTimeout as delay } from "node:timers/promises";
import type { ApiServer } from "./api-server.ts";

const definitions = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";

interface Condition {
  readonly type: string;
  readonly status: string;
}

/** Waits until the API server serves the CRD of that name, including its lists, whose cache is filled last. */
export async function untilServed(api: ApiServer, name: string): Promise<void> {
  const deadline = Date.now() + 20_000;
  for (;;) {
    const { status, spec } = (await api.send("GET", `${definitions}/${name}`)).body;
    const established = status?.conditions?.some(
      (condition: Condition) => condition.type === "Established" && condition.status === "True",
    );
    const list = await api.send("GET", `/apis/${spec.group}/${spec.versions[0].name}/${spec.names.plural}`);
    if (established && list.status === 200) return;
    if (Date.now() > deadline) throw new Error(`expected ${name} served within 20 s, found ${list.status}`);
    await delay(50);
  }
}
