import { z } from "zod";
import { parseYamlFile } from "../../../process/files/yaml-file.ts";
import { duration, loadConfigFile, port } from "../base/config-file.ts";
import { isForDocumentation } from "./addresses/address-rule.ts";

const range = z.union([z.cidrv4(), z.cidrv6()], {
  error: "write a range of addresses in CIDR notation, such as 198.51.100.0/24",
});
const count = z.int().min(1).max(100_000);

const rate = z.strictObject({ perSecond: count, burst: count });

const schema = z.strictObject({
  port: port.default(3128),
  clusterRanges: z.array(range).default([]),
  standsForInternet: z
    .array(range.refine(isForDocumentation, "write a range for documentation (RFC 5737, 3849, 9637) only"))
    .default([]),
  tunnelsPerTenant: count.default(100),
  connectionsPerAddress: count.default(150),
  /** The limit of new connections, because each costs a TLS handshake. */
  newConnectionsPerAddress: rate.default({ perSecond: 30, burst: 150 }),
  /** The limit of requests with an invalid token, because each different token costs the API server a review. */
  refusalsPerAddress: rate.default({ perSecond: 2, burst: 20 }),
  connectTimeout: duration.default(10_000),
  idleTimeout: duration.default(300_000),
  halfClosedTimeout: duration.default(30_000),
  lameDuck: duration.default(5_000),
  drain: duration.default(30_000),
});

/** The egress proxy's settings, validated at the start. Durations are in milliseconds. */
export type EgressConfig = z.output<typeof schema>;

/**
 * Reads the file named by `DOTMAC_EGRESS_CONFIG`.
 * @throws FileFault
 */
export function loadEgressConfig(environment: NodeJS.ProcessEnv): EgressConfig {
  const path = "/etc/dotmac-egress/config.yaml";
  return loadConfigFile(schema, { path, override: "DOTMAC_EGRESS_CONFIG", environment });
}

/** @throws FileFault */
export function parseEgressConfig(text: string, path: string): EgressConfig {
  return parseYamlFile(schema, text, path);
}
