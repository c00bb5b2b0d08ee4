import { z } from "zod";
import { namesOnServers, tenantIdPattern } from "./tenant-ids.ts";
import { isTimeZone } from "./values/time-zone.ts";

/** The name of the file in the ConfigMap `runtime`. */
export const tenantFileName = "tenant.json";

const port = z.int("write a port from 1 to 65535").min(1, "write a port from 1 to 65535").max(65_535);
// 0 takes any free port, for tests.
const listeningPort = z
  .int("write a port from 1 to 65535")
  .min(0, "write a port from 1 to 65535")
  .max(65_535);
const host = z.string().min(1, "write a host name");
const origin = z.string().refine((text) => URL.canParse(text) && new URL(text).origin === text, {
  error: "write an origin as browsers send it, such as https://portal.example.com",
});
const endpoint = z.object({ host, port });
const count = z.int().min(1);
const seconds = z.int().min(0).max(600);

const idPattern = new RegExp(`^${tenantIdPattern}$`);
const tenantId = z.string().regex(idPattern, "write the 10 characters of the tenant's id, a-z and 2-7");

/**
 * The runtime's settings that are not secret. The schema ignores unknown fields, because a newer operator may write
 * them for a tenant with an older image. An older operator omits the fields that have a default.
 */
export const tenantFile = z
  .object({
    tenant: z.object({
      id: tenantId,
      name: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, "write the tenant's DNS label"),
      displayName: z.string().min(1),
      currency: z.string().regex(/^[A-Z]{3}$/, "write an ISO 4217 code such as EUR"),
      timeZone: z.string().refine(isTimeZone, "write an IANA time zone such as Europe/Paris"),
      country: z.string().regex(/^[A-Z]{2}$/, "write an ISO 3166 code such as FR"),
      modules: z.array(z.string()).readonly(),
      // The origins of web pages, other than the hosts' own, that may use the API.
      allowedOrigins: z.array(origin).readonly().default([]),
    }),
    api: z.object({ port: listeningPort, managementPort: listeningPort }),
    database: z.object({
      host,
      port,
      name: z.string().min(1),
      schema: z.string(),
      poolSize: count.max(100),
      statementTimeoutMs: count,
    }),
    redis: z.object({ cache: endpoint, state: endpoint, prefix: z.string() }),
    vault: z.object({
      address: z.url({
        protocol: /^https$/,
        error: "write an https address such as https://vault.example:8200",
      }),
      authMount: z.string().min(1),
      role: z.string().min(1),
      transitMount: z.string().min(1),
      transitKey: z.string().min(1),
    }),
    // Absent if the platform has no egress proxy. Then the runtime reaches nothing outside of the platform.
    egress: endpoint.optional(),
    limits: z.object({
      apiPerMinutePerUser: count,
      loginPerMinutePerIp: count,
      loginPerMinutePerAccount: count.default(10),
      loginPerMinute: count.default(120),
      searchPerMinute: count,
      bulkPerHour: count,
    }),
    authentication: z
      .object({ oneTimePasswordHours: count.max(720).default(72), hashingThreads: count.max(4).default(1) })
      .prefault({}),
    // The bounds and the default of spec.retention.eventDays in crds/tenantplan.yaml.
    retention: z.object({ eventDays: count.max(365) }).default({ eventDays: 30 }),
    shutdown: z.object({ lameDuckSeconds: seconds, requestGraceSeconds: seconds }),
  })
  .superRefine((file, context) => {
    if (!idPattern.test(file.tenant.id)) return;
    for (const [path, found, expected] of derivedNames(file)) {
      if (found !== expected) context.addIssue({ code: "custom", path, message: `write "${expected}"` });
    }
  });

/**
 * Fields of `tenant` that no runtime reads. Earlier images do not start without them, so the operator writes them, always
 * with these values: a change of the Tenant's own values must not restart its pods.
 */
export const unreadTenantFields = { plan: "unread", hosts: ["unread.invalid"], suspended: false } as const;

/** The type after parsing, for the runtime. */
export type TenantFile = z.output<typeof tenantFile>;

/** The type before parsing, for the operator. */
export type WrittenTenantFile = z.input<typeof tenantFile>;

/** The names that follow from the tenant's id. A file that mixes two tenants must not start anything. */
function derivedNames(file: {
  tenant: { id: string };
  database: { schema: string };
  redis: { prefix: string };
}): [string[], string, string][] {
  const { schema, redisPrefix } = namesOnServers(file.tenant.id);
  return [
    [["database", "schema"], file.database.schema, schema],
    [["redis", "prefix"], file.redis.prefix, redisPrefix],
  ];
}
