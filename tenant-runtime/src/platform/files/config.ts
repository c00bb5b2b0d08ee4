import { join } from "node:path";
import { z } from "zod";
import { explainIssue } from "../base/explain-issue.ts";
import { issueDetails } from "../base/issue-details.ts";
import { logLevels } from "../telemetry/log.ts";
import { FileFault, readJsonFile } from "./json-file.ts";

const port = z.int("write a port from 1 to 65535").min(1, "write a port from 1 to 65535").max(65_535);
// 0 takes any free port: for tests.
const listeningPort = z
  .int("write a port from 1 to 65535")
  .min(0, "write a port from 1 to 65535")
  .max(65_535);
const host = z.string().min(1, "write a host name");
const endpoint = z.object({ host, port });
const count = z.int().min(1);
const seconds = z.int().min(0).max(600);

const idPattern = /^[a-z2-7]{10}$/;
const tenantId = z.string().regex(idPattern, "write the 10 characters of the tenant's id, a-z and 2-7");

// A field that is not known here is of a newer operator, whose tenants may name an older image: it is left aside.
const tenantFile = z
  .object({
    tenant: z.object({
      id: tenantId,
      name: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$/, "write the tenant's DNS label"),
      displayName: z.string().min(1),
      plan: z.string().min(1),
      hosts: z.array(host).min(1),
      currency: z.string().regex(/^[A-Z]{3}$/, "write an ISO 4217 code such as EUR"),
      timeZone: z.string().refine(isTimeZone, "write an IANA time zone such as Europe/Paris"),
      country: z.string().regex(/^[A-Z]{2}$/, "write an ISO 3166 code such as FR"),
      modules: z.array(z.string()),
      suspended: z.boolean(),
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
    // Absent where the platform has no egress proxy: then nothing outside of it is reached.
    egress: endpoint.optional(),
    limits: z.object({
      apiPerMinutePerUser: count,
      loginPerMinutePerIp: count,
      // Absent from what an operator of before writes, as is `authentication`.
      loginPerMinutePerAccount: count.default(10),
      loginPerMinute: count.default(120),
      searchPerMinute: count,
      bulkPerHour: count,
    }),
    authentication: z
      .object({ oneTimePasswordHours: count.max(720).default(72), hashingThreads: count.max(4).default(1) })
      .prefault({}),
    // The bounds and the default of spec.retention.eventDays in crds/tenantplan.yaml; an older operator writes none.
    retention: z.object({ eventDays: count.max(365) }).default({ eventDays: 30 }),
    shutdown: z.object({ lameDuckSeconds: seconds, requestGraceSeconds: seconds }),
  })
  .superRefine((file, context) => {
    if (!idPattern.test(file.tenant.id)) return;
    for (const [path, found, expected] of derivedNames(file)) {
      if (found !== expected) context.addIssue({ code: "custom", path, message: `write "${expected}"` });
    }
  });

const environment = z.object({
  POD_NAME: z.string().default(""),
  POD_NAMESPACE: z.string().default(""),
  LOG_LEVEL: z.enum(logLevels).default("info"),
  DOTMAC_CONFIG_DIR: z.string().startsWith("/", "write an absolute path").default("/etc/dotmac"),
  DOTMAC_RUN_DIR: z.string().startsWith("/", "write an absolute path").default("/var/run/dotmac"),
});

export type TenantFile = z.output<typeof tenantFile>;

/** Everything the process knows before it reaches for anything; secrets are read where they are used. */
export interface Config extends TenantFile {
  readonly pod: { readonly name: string; readonly namespace: string };
  readonly logLevel: (typeof logLevels)[number];
  readonly paths: {
    readonly ca: string;
    readonly secrets: string;
    readonly tls: string;
    readonly vaultToken: string;
    readonly egressToken: string;
  };
}

/** Reads the environment and tenant.json. Throws FileFault with all faults in one line. */
export function loadConfig(env: NodeJS.ProcessEnv): Config {
  const settings = parseEnvironment(env);
  const { DOTMAC_CONFIG_DIR: configDir, DOTMAC_RUN_DIR: runDir } = settings;
  return {
    ...readJsonFile(join(configDir, "tenant.json"), tenantFile),
    pod: { name: settings.POD_NAME, namespace: settings.POD_NAMESPACE },
    logLevel: settings.LOG_LEVEL,
    paths: {
      ca: join(configDir, "ca", "ca.crt"),
      secrets: join(runDir, "secrets"),
      tls: join(runDir, "tls"),
      vaultToken: join(runDir, "vault", "token"),
      egressToken: join(runDir, "egress", "token"),
    },
  };
}

function parseEnvironment(env: NodeJS.ProcessEnv): z.output<typeof environment> {
  const result = environment.safeParse(env, { error: explainIssue });
  if (result.success) return result.data;
  const faults = issueDetails(result.error, "").map(({ field, message }) => `${field}: ${message}`);
  throw new FileFault(`environment: ${faults.join("; ")}`);
}

/** Names that follow from the tenant's id: a file that mixes two tenants must not start anything. */
function derivedNames(file: {
  tenant: { id: string };
  database: { schema: string };
  redis: { prefix: string };
}): [string[], string, string][] {
  return [
    [["database", "schema"], file.database.schema, `t_${file.tenant.id}`],
    [["redis", "prefix"], file.redis.prefix, `t:${file.tenant.id}:`],
  ];
}

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat("en", { timeZone: name });
    return true;
  } catch {
    return false;
  }
}
