import { join } from "node:path";
import { GenericContainer, type StartedTestContainer, Wait } from "testcontainers";
import { hostOfContainers } from "../../authority/certify.ts";
import { freePort } from "../network/free-port.ts";
import { startRelay } from "../network/relay.ts";
import type { Server, ServerStart } from "../process/server.ts";
import { lastLines, untilReady } from "../process/until-ready.ts";
import { addressForContainers } from "./container-engine.ts";
import type { Place } from "./place.ts";
import { platformFiles } from "./platform-files.ts";

/** The properties of a container. */
export interface ContainerKind {
  readonly image: string;
  /** A user of the image or a number, never root. */
  readonly user: string;
  /** The server's arguments follow it. */
  readonly program: readonly string[];
}

const copied = "/dotmac";
const directory = "/tmp/dotmac-server";

/**
 * Makes the copied files private to the server and keeps running after it. The log is then a file that can be read at
 * any time, completely, even after the server has failed.
 */
const script = `
  umask 077
  cp -R ${copied} ${directory} && cd ${directory} || exit
  "$@" >server.log 2>&1
  echo $? >exit-status
  exec tail -f /dev/null`;

/** A place in a container. It ends when it is disposed, or when Testcontainers' reaper misses this process. */
export async function containerPlace(kind: ContainerKind): Promise<Place> {
  const files = new Map<string, string>();
  const port = await freePort();
  const relays = new AsyncDisposableStack();
  return {
    directory,
    address: "0.0.0.0",
    port,
    platformFiles: join(directory, "platform"),
    async write(more) {
      for (const [name, content] of Object.entries(more)) files.set(name, content);
    },
    async reach(target) {
      // Testcontainers' exposeHostPorts is unusable: its tunnel ends this process when a server closes first.
      const relay = relays.use(
        await startRelay({ host: "localhost", port: target }, await addressForContainers()),
      );
      return { host: hostOfContainers, port: relay.port };
    },
    async start(options) {
      try {
        return await serve(await create(kind, port, files, options), options, relays);
      } catch (error) {
        await relays.disposeAsync();
        throw error;
      }
    },
  };
}

async function create(
  { image, user, program }: ContainerKind,
  port: number,
  files: ReadonlyMap<string, string>,
  { name, arguments: args, env = {} }: ServerStart,
): Promise<StartedTestContainer> {
  const contents = [...files].map(([path, content]) => ({
    target: join(copied, path),
    content,
    mode: 0o644,
  }));
  const container = new GenericContainer(image)
    .withEntrypoint(["sh", "-c", script, "sh", ...program, ...args])
    .withCommand([])
    .withUser(user)
    .withEnvironment({ LANG: "C.UTF-8", TZ: "UTC", ...env })
    .withExtraHosts([{ host: hostOfContainers, ipAddress: "host-gateway" }])
    .withExposedPorts({ container: port, host: port })
    .withCopyDirectoriesToContainer([{ source: platformFiles, target: join(copied, "platform") }])
    .withCopyContentToContainer(contents)
    .withWaitStrategy(Wait.forSuccessfulCommand(`test -e ${directory}/server.log`));
  try {
    return await container.start();
  } catch (cause) {
    throw new Error(
      `${name} did not start: no container of the image ${image} could be had: ${String(cause)}\n` +
        "See harness/services/place/images.ts to use another image.",
      { cause },
    );
  }
}

async function serve(
  container: StartedTestContainer,
  { name, ready }: ServerStart,
  relays: AsyncDisposableStack,
): Promise<Server> {
  const read = async (file: string) => (await container.exec(["cat", join(directory, file)])).stdout;
  const stop = async () => {
    await container.stop();
    await relays.disposeAsync();
  };
  try {
    await untilReady({
      seconds: 60,
      ready,
      ended: async () => (await read("exit-status")).trim() || undefined,
    });
  } catch (cause) {
    const log = await read("server.log");
    await stop();
    throw new Error(`${name} did not start: ${String(cause)}\n${lastLines(log)}`, { cause });
  }
  return { directory, log: () => read("server.log"), [Symbol.asyncDispose]: stop };
}
