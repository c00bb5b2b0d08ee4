import { z } from "zod";
import { FileFault } from "../../../process/files/file-fault.ts";
import { parseYamlFile } from "../../../process/files/yaml-file.ts";
import { bytes, duration, loadConfigFile, port } from "../base/config-file.ts";

const count = z.int().min(1).max(1_000_000);
/** Default for the burst: five times the amount per second. */
const rate = z
  .strictObject({ perSecond: count, burst: count.optional() })
  .transform(({ perSecond, burst }) => ({ perSecond, burst: burst ?? 5 * perSecond }));
const flow = z.strictObject({ perSecond: bytes, burst: bytes });

const schema = z
  .strictObject({
    port,
    server: z.strictObject({
      port,
      proxyProtocol: z.boolean().default(false),
      /**
       * Whether the front's readiness reports if the server accepts connections, for a server without its own probe.
       */
      reportsReadiness: z.boolean().default(false),
    }),
    connections: count,
    connectionsPerSource: count,
    newConnections: rate,
    toServer: flow,
    toClient: flow,
    firstByteTimeout: duration.default(5_000),
    connectTimeout: duration.default(5_000),
    idleTimeout: duration.default(300_000),
    halfClosedTimeout: duration.default(30_000),
  })
  .refine(({ connections, connectionsPerSource }) => connectionsPerSource <= connections / 4, {
    path: ["connectionsPerSource"],
    message: "write at most a quarter of connections: one source must leave room for others",
  });

/** A front's settings, validated at the start. Durations are in milliseconds, amounts in bytes. */
export type FrontConfig = z.output<typeof schema>;

/**
 * Reads the file named by `DOTMAC_FRONT_CONFIG`.
 * @throws FileFault
 */
export function loadFrontConfig(environment: NodeJS.ProcessEnv): FrontConfig {
  const path = "/etc/dotmac-front/config.yaml";
  return loadConfigFile(schema, { path, override: "DOTMAC_FRONT_CONFIG", environment });
}

/** @throws FileFault */
export function parseFrontConfig(text: string, path: string): FrontConfig {
  return parseYamlFile(schema, text, path);
}

/**
 * The pod's own addresses, on which a front listens. The server behind it listens on the same port of the loopback
 * address.
 * @throws FileFault
 */
export function loadAddresses({ POD_IPS = "" }: NodeJS.ProcessEnv): string[] {
  const addresses = POD_IPS.split(",").filter(Boolean);
  if (addresses.length > 0) return addresses;
  throw new FileFault("set POD_IPS to the pod's own addresses (downward API: status.podIPs)");
}
