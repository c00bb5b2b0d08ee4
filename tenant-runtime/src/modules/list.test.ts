import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { errors, topics } from "../../test/testing/inputs/catalogue.ts";
import { AppError, type ErrorKind } from "../platform/base/errors.ts";
import { modules } from "./list.ts";

const source = join(import.meta.dirname, "..");
const documentation = (page: string) => readFileSync(join(source, "..", "..", "docs", page), "utf8");

describe("docs/errors.md", () => {
  const rows = [...documentation("errors.md").matchAll(/^\| `([A-Z_]+)` \| (\d{3}) \| (.+?) \| (.+?) \|$/gm)];
  const documented = rows.map(([, code, status, message]) => ({ code, status: Number(status), message }));

  it("explains every error of the platform and of the modules, and nothing else", () => {
    const byCode = (all: readonly { readonly code: string | undefined }[]) =>
      Object.fromEntries(all.map((error) => [error.code, error]));
    expect(byCode(documented)).toEqual(byCode(errors));
  });

  it("is sorted by status", () => {
    const statuses = documented.map(({ status }) => status);
    expect(statuses).toEqual(statuses.toSorted((one, other) => one - other));
  });
});

describe("the declared errors", () => {
  const sources = readdirSync(source, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => readFileSync(join(source, name), "utf8"));

  it.each(errors.map(({ code }) => code))("are used in the code: %s", (code) => {
    const use = new RegExp(`"${code}"|Errors\\.${code}\\b`);
    expect(sources.some((text) => use.test(text))).toBe(true);
  });
});

describe("errors of 503", () => {
  const outages = errors.filter(({ status }) => status === 503);

  it.each(outages.map((error) => [error.code, error] as const))(
    "say when to try again: %s",
    (_code, error) => {
      expect(new AppError(error as ErrorKind).headers["Retry-After"]).toMatch(/^[1-9]\d*$/);
      expect(new AppError(error as ErrorKind, { headers: { "Retry-After": "1" } }).headers).toEqual({
        "Retry-After": "1",
      });
    },
  );
});

describe("docs/reference/modules.md", () => {
  const page = documentation("reference/modules.md");
  const rowsOf = (title: string) => {
    const section = page.split(/^## /m).find((text) => text.startsWith(title)) ?? "";
    const rows = [...section.matchAll(/^\| (.+) \|$/gm)].map(([, row = ""]) => row.split(" | "));
    return rows.slice(1).map((row) => row.map((cell) => cell.replaceAll("`", "")));
  };

  it("lists the permissions of each role", () => {
    const declared = modules.flatMap(({ name, permissions }) =>
      Object.entries(permissions).map(([permission, roles]) => [permission, name, roles.join(", ")]),
    );
    expect(rowsOf("Permissions")).toEqual(declared);
  });

  it("lists the topics of events, and the permission to follow each", () => {
    const declared = modules.flatMap(({ entities }) =>
      entities.flatMap(({ type, topic, events, reports }) =>
        topic === undefined
          ? []
          : [
              [
                topic.name,
                `${topics.permissionFor(topic.name)}${topics.isOwned(topic.name) ? ", or none for those of one's own" : ""}`,
                [...events, ...reports].map((verb) => `${type}.${verb}`).join(", "),
              ],
            ],
      ),
    );
    expect(rowsOf("Topics")).toEqual(declared);
  });

  it("lists the actions of the audit trail", () => {
    const declared = modules.flatMap(({ name, entities }) =>
      entities.flatMap(({ type, events, audited }) =>
        [...events, ...audited].map((verb) => [`${type}.${verb}`, name]),
      ),
    );
    expect(rowsOf("Audit actions")).toEqual(declared);
  });
});
