import { describe, expect, it } from "vitest";
import { renderPlatform } from "./rendered.ts";

describe("the front of PgBouncer", () => {
  it.each(["60s", "1m", "45s", "0h0m30s"])(
    "refuses to close connections after %s, while a query may run",
    async (time) => {
      await expect(renderPlatform(`pgbouncer.front.idleTimeout=${time}`)).rejects.toThrow(
        `pgbouncer.front.idleTimeout is ${time}: write more than 60s, the query_timeout of PgBouncer`,
      );
    },
  );

  it.each(["61s", "1m30s", "1h"])("may close them after %s", async (time) => {
    const objects = await renderPlatform(`pgbouncer.front.idleTimeout=${time}`);
    const config = objects.find(
      ({ kind, metadata }) => kind === "ConfigMap" && metadata.name === "pgbouncer",
    );
    expect(config?.data?.["front.yaml"]).toContain(`idleTimeout: ${time}\n`);
  });
});
