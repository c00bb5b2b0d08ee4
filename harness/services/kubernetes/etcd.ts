import { cachedBinary } from "../../binaries/cached-binary.ts";
import { answersOk } from "../network/answers-ok.ts";
import { freePort } from "../network/free-port.ts";
import type { Server } from "../process/server.ts";
import { serverDirectory } from "../process/server-directory.ts";
import { startServer } from "../process/start-server.ts";

/** A key-value store for an API server, open to every program on this machine. */
export interface Etcd extends Server {
  readonly url: string;
}

/** Starts a single etcd that does not wait for the disk. */
export async function startEtcd(): Promise<Etcd> {
  const directory = await serverDirectory("etcd");
  const url = `http://127.0.0.1:${await freePort()}`;
  const peerUrl = `http://127.0.0.1:${await freePort()}`;
  const server = await startServer({
    name: "etcd",
    directory,
    command: [
      await cachedBinary("etcd"),
      `--data-dir=${directory}/data`,
      `--listen-client-urls=${url}`,
      `--advertise-client-urls=${url}`,
      `--listen-peer-urls=${peerUrl}`,
      `--initial-advertise-peer-urls=${peerUrl}`,
      `--initial-cluster=default=${peerUrl}`,
      "--unsafe-no-fsync",
    ],
    stopSignal: "KILL",
    ready: () => answersOk(`${url}/health`),
  });
  return { ...server, url };
}
