import { z } from "zod";
import { commandOf } from "../../../src/http/route/command-of.ts";
import { type Route, route } from "../../../src/http/route/route.ts";
import type { ModuleWorld } from "../../../src/module/world.ts";
import { requireVersion } from "../../../src/platform/base/expected-version.ts";
import { createAudit } from "../../../src/platform/events/audit.ts";
import { carryOut } from "../../../src/platform/events/command.ts";

/** Operations that wait, fail, count or check for the test. */
export function probeRoutes(world: Pick<ModuleWorld, "database" | "tenant">): Route[] {
  const common = { tags: ["probe"], limits: [], summary: "For tests", responses: {} } as const;
  const audit = createAudit(world.tenant.id);
  const probe = { type: "probe", id: "1", attributes: {} };
  return [
    route({
      ...common,
      method: "get",
      path: "/probe/blocked",
      operationId: "probeBlocked",
      access: "public",
      async handle() {
        // Waits while a test holds the lock of that table.
        await world.database.transaction((transaction) => transaction.query("SELECT 1 FROM users LIMIT 1"));
        return { status: 200, body: { data: probe } };
      },
    }),
    route({
      ...common,
      method: "get",
      path: "/probe/stream",
      operationId: "probeStream",
      access: "public",
      async handle() {
        async function* rows() {
          yield "first\n";
          await world.database.transaction((transaction) => transaction.query("SELECT 1 FROM users LIMIT 1"));
          yield "second\n";
        }
        return { status: 200, contentType: "text/plain", content: rows() };
      },
    }),
    route({
      ...common,
      method: "get",
      path: "/probe/broken",
      operationId: "probeBroken",
      access: "public",
      handle: async () => {
        throw new Error("an unexpected fault");
      },
    }),
    route({
      ...common,
      method: "post",
      path: "/probe/notes",
      operationId: "probeNote",
      access: "authenticated",
      body: z.strictObject({
        text: z.string().min(1).max(20),
        count: z.int().min(1).optional(),
        tags: z.array(z.string()).optional(),
      }),
      async handle(context, { body }) {
        const command = commandOf(context);
        const entityId = crypto.randomUUID();
        await carryOut(world.database, command, (transaction) =>
          audit(transaction, {
            actor: command.actor,
            action: "probe.noted",
            entityType: "probe",
            entityId,
            details: {},
          }),
        );
        if (body.text === "fail after commit") throw new Error("the answer is lost");
        return {
          status: 201,
          body: { data: { type: "probe", id: entityId, attributes: { text: body.text } } },
        };
      },
    }),
    route({
      ...common,
      method: "get",
      path: "/probe/versioned",
      operationId: "probeVersion",
      access: "public",
      handle: async () => ({ status: 200, body: { data: probe }, version: "3" }),
    }),
    route({
      ...common,
      method: "patch",
      path: "/probe/versioned",
      operationId: "probeVersioned",
      access: "public",
      conditional: true,
      async handle({ ifMatch }) {
        requireVersion(ifMatch, "3");
        return { status: 200, body: { data: probe }, version: "4" };
      },
    }),
    route({
      ...common,
      method: "get",
      path: "/probe/unlicensed",
      operationId: "probeUnlicensed",
      access: "public",
      module: "billing",
      handle: async () => ({ status: 200, body: { data: probe } }),
    }),
    route({
      ...common,
      method: "get",
      path: "/probe/forbidden",
      operationId: "probeForbidden",
      access: { permission: "probe:never" },
      handle: async () => ({ status: 200, body: { data: probe } }),
    }),
  ];
}
