import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { licensedModules } from "../contract/values/licensed-modules.ts";
import { currencyTable } from "../engines/billing/src/money/currency-table.ts";
import { readDefinitions } from "../operator/generate/definition.ts";
import type { Schema } from "../operator/generate/schema.ts";
import { ApiServer } from "./test/api-server.ts";
import { manifestsBelow } from "./test/manifests.ts";
import { faultsOf, tryToCreate, tryToReplace } from "./test/resource.ts";

const examples = manifestsBelow(join(import.meta.dirname, "examples"));
const invalid = manifestsBelow(join(import.meta.dirname, "invalid"));

let api: ApiServer;
beforeAll(() => {
  const kubernetes = inject("kubernetes");
  api = new ApiServer(kubernetes, { token: kubernetes.adminToken });
});
afterAll(() => api[Symbol.asyncDispose]());

describe("an example", () => {
  it.each(examples)("is accepted: $name", async ({ manifests }) => {
    expect(manifests.length).toBeGreaterThan(0);
    for (const manifest of manifests)
      expect((await tryToCreate(api, manifest)).body).not.toHaveProperty("reason");
  });
});

describe("an invalid manifest", () => {
  it.each(invalid)(
    "is refused with exactly the message in its first line: $name",
    async ({ refusal, manifests }) => {
      const [before, after] = manifests;
      if (before === undefined) throw new Error("expected a document, found none");
      const answer = after ? await tryToReplace(api, before, after) : await tryToCreate(api, before);
      expect(answer.status).toBe(422);
      expect(faultsOf(answer)).toEqual([refusal]);
    },
  );
});

describe("a rule of a resource", async () => {
  const definitions = await readDefinitions(import.meta.dirname);
  const rules = definitions.flatMap(({ kind, schema }) =>
    messagesOf(schema.properties?.spec)
      .concat(ownMessagesOf(schema))
      .map((message) => ({ kind, message })),
  );

  it.each(rules)("of $kind has an invalid manifest: $message", ({ kind, message }) => {
    const naming = invalid.filter(
      ({ refusal, manifests }) => refusal?.endsWith(message) && manifests[0]?.kind === kind,
    );
    expect(naming).not.toEqual([]);
  });
});

describe("the currencies of a Tenant", () => {
  it("are the currencies that billing supports", async () => {
    const tenant = (await readDefinitions(import.meta.dirname)).find(({ kind }) => kind === "Tenant");
    const { currency } = tenant?.schema.properties?.spec?.properties ?? {};
    const codes = /'([A-Z]{3}(?: [A-Z]{3})+)'/.exec(
      currency?.["x-kubernetes-validations"]?.[0]?.rule ?? "",
    )?.[1];
    const known = Object.values(currencyTable.byMinorUnit).flatMap((list) => list.split(/\s+/));
    expect(codes?.split(" ")).toEqual(known.sort());
  });
});

describe("the modules of a Tenant and of a TenantPlan", () => {
  it.each([
    ["Tenant", undefined],
    ["TenantPlan", licensedModules],
  ])("are the modules of the runtime, and a list may hold all: %s", async (kind, initial) => {
    const definition = (await readDefinitions(import.meta.dirname)).find((one) => one.kind === kind);
    const { modules } = definition?.schema.properties?.spec?.properties ?? {};
    expect(modules?.items?.enum).toEqual(licensedModules);
    expect(modules?.maxItems).toBe(licensedModules.length);
    expect(modules?.default).toEqual(initial);
  });
});

function ownMessagesOf(schema: Schema): string[] {
  return (schema["x-kubernetes-validations"] ?? []).map(({ message }) => message);
}

function messagesOf(schema: Schema | undefined): string[] {
  if (schema === undefined) return [];
  const below = Object.values(schema.properties ?? {}).flatMap(messagesOf);
  return [...ownMessagesOf(schema), ...below, ...messagesOf(schema.items)];
}
