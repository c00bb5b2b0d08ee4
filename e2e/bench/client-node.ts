import { once } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { CoreV1Api, KubeConfig, makeInformer } from "@kubernetes/client-node";
import { createAuthority } from "../../harness/authority/authority.ts";
import { KubernetesClient } from "../../operator/src/kubernetes/client/client.ts";
import { accessFrom } from "../../operator/src/kubernetes/client/credentials.ts";
import { kinds } from "../../operator/src/kubernetes/objects/kinds.ts";
import { Reflector } from "../../operator/src/kubernetes/watch/reflector.ts";
import { ObjectStore } from "../../operator/src/kubernetes/watch/store.ts";
import { systemClock } from "../../process/clock.ts";

/**
 * Compares client-node with the operator's own client on one small TLS server. It counts connections for 200 lists, and
 * records how an informer reacts to a cut watch and to a failed list. Decision 29 rests on it. Prints one JSON object.
 */
const lists = 200;
const lookedAtMs = 5_000;

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

const authority = await createAuthority("DotMac benchmark");
const { certificate, key } = await authority.issue({ dnsNames: ["localhost"] });
let connections = 0;
let watches: URLSearchParams[] = [];
let answerList: Answer;
let answerWatch: Answer;
const server = createServer({ cert: certificate, key }, (request, response) => {
  const { searchParams } = new URL(request.url ?? "", "https://localhost");
  if (!searchParams.has("watch")) return answerList(request, response);
  watches.push(searchParams);
  response.writeHead(200).flushHeaders();
  answerWatch(request, response);
}).on("secureConnection", () => connections++);
server.listen(0);
await once(server, "listening");

const config = new KubeConfig();
config.loadFromOptions({
  clusters: [
    {
      name: "bench",
      server: `https://localhost:${(server.address() as AddressInfo).port}`,
      caData: Buffer.from(authority.certificate).toString("base64"),
    },
  ],
  users: [{ name: "bench", token: "bench" }],
  contexts: [{ name: "bench", cluster: "bench", user: "bench" }],
  currentContext: "bench",
});
const theirs = config.makeApiClient(CoreV1Api);
const ours = new KubernetesClient({ access: accessFrom(config), userAgent: "bench" });

const empty: Answer = (_, response) => {
  const list = { kind: "PodList", apiVersion: "v1", metadata: { resourceVersion: "1" }, items: [] };
  response.writeHead(200, { "Content-Type": "application/json" }).end(JSON.stringify(list));
};
const failed: Answer = (_, response) => {
  const status = { kind: "Status", apiVersion: "v1", status: "Failure", code: 500, message: "failed" };
  response.writeHead(500, { "Content-Type": "application/json" }).end(JSON.stringify(status));
};
const cut: Answer = (request) => void setTimeout(() => request.socket.destroy(), 20);

answerList = empty;
answerWatch = () => {};
const results = {
  benchmark: "client-node",
  twoHundredLists: {
    clientNode: await measureLists(() => theirs.listPodForAllNamespaces()),
    dotmac: await measureLists(() => ours.listAll(kinds.pod)),
  },
  healthy: await both(empty, () => {}),
  watchIsCut: await both(empty, cut),
  firstListFails: await both(failed, () => {}),
};
console.log(JSON.stringify(results, undefined, 2));
process.exit(0);

async function measureLists(list: () => Promise<unknown>) {
  await list();
  connections = 0;
  const started = performance.now();
  for (let count = 0; count < lists; count++) await list();
  return { connections, milliseconds: Math.round(performance.now() - started) };
}

/**
 * The number of watches and their query within the time, and whether each client continues after the server recovers.
 */
async function both(list: Answer, watch: Answer) {
  const look = async (start: () => () => unknown) => {
    [answerList, answerWatch, watches] = [list, watch, []];
    const stop = start();
    await pause(lookedAtMs / 2);
    [answerList, answerWatch] = [empty, () => {}];
    const before = watches.length;
    await pause(lookedAtMs / 2);
    await stop();
    return { watches: watches.length, afterRepair: watches.length - before, query: String(watches[0] ?? "") };
  };
  return { clientNode: await look(startInformer), dotmac: await look(startReflector) };
}

function startInformer(): () => unknown {
  const informer = makeInformer(config, "/api/v1/pods", () => theirs.listPodForAllNamespaces());
  informer.on("error", () => {});
  void informer.start();
  return () => informer.stop();
}

function startReflector(): () => unknown {
  const reflector = new Reflector({
    client: ours,
    kind: kinds.pod,
    store: new ObjectStore(),
    clock: systemClock,
    random: Math.random,
  });
  reflector.start();
  return () => reflector.stop();
}
