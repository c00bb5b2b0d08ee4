import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import type { Tenant, TenantPlan } from "../../operator/src/tenant/model/kinds.ts";
import { checkout } from "../machine/directories.ts";

/** The ISP of `make dev`, as the operator would read it from an API server. */
export interface SampleIsp {
  readonly tenant: Tenant;
  readonly plan: TenantPlan;
}

/** Constant, so that kept data are found again. */
const uid = "d0714ac0-0000-4000-8000-000000000001";

/** The Tenant `north` of the examples and its plan. */
export async function sampleIsp(): Promise<SampleIsp> {
  const tenant = await example<Tenant>("tenant-north.yaml", "tenant.yaml");
  const plan = await example<TenantPlan>(`plan-${tenant.spec.plan}.yaml`, "tenantplan.yaml");
  return { tenant: { ...tenant, metadata: { ...tenant.metadata, uid, generation: 1 } }, plan };
}

async function example<Resource>(file: string, definition: string): Promise<Resource> {
  const { versions } = (await readYaml("crds", definition)).spec;
  const schema: Schema = versions[0].schema.openAPIV3Schema;
  return withDefaults(await readYaml("crds/examples", file), schema) as Resource;
}

// biome-ignore lint/suspicious/noExplicitAny: a manifest of this repository, which its own tests check
async function readYaml(folder: string, file: string): Promise<any> {
  return parse(await readFile(join(checkout, folder, file), "utf8"));
}

/** The part of a structural schema that defaulting needs. */
export interface Schema {
  readonly default?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** Fills in absent fields, as the API server does: a default first, then the defaults inside of it. */
export function withDefaults(value: unknown, { properties }: Schema): unknown {
  if (properties === undefined || typeof value !== "object" || value === null) return value;
  const given = value as Record<string, unknown>;
  const filled = Object.entries(properties).flatMap(([name, schema]) => {
    const field = given[name] ?? schema.default;
    return field === undefined ? [] : [[name, withDefaults(field, schema)]];
  });
  return { ...given, ...Object.fromEntries(filled) };
}
