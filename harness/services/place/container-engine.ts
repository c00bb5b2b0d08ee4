import { networkInterfaces } from "node:os";
import { getContainerRuntimeClient } from "testcontainers";

/** Returns the reason why servers cannot run in containers here; undefined if they can. */
export async function containerObstacle(): Promise<string | undefined> {
  try {
    const { host } = (await getContainerRuntimeClient()).info.containerRuntime;
    // The servers' certificates are for the name `localhost`.
    return host === "localhost"
      ? undefined
      : `containers answer at ${host}, not at localhost; set TESTCONTAINERS_HOST_OVERRIDE=localhost if their ports are on localhost`;
  } catch (error) {
    return `no container engine answers (${error instanceof Error ? error.message : String(error)})`;
  }
}

/**
 * The address of this machine that containers reach by `host-gateway`: the bridge's address if the engine runs in
 * this machine's network, or loopback if it runs in a virtual machine that forwards such connections.
 */
export async function addressForContainers(): Promise<string> {
  const client = await getContainerRuntimeClient();
  const { IPAM } = await client.network.getById("bridge").inspect();
  const gateway: unknown = IPAM?.Config?.[0]?.Gateway;
  const own = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return own.find(({ address }) => address === gateway)?.address ?? "127.0.0.1";
}
