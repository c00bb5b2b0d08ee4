import { z } from "zod";
import { commandOf } from "../../http/route/command-of.ts";
import { type RequestContext, type Route, route } from "../../http/route/route.ts";
import type { Command } from "../../platform/events/command.ts";
import { cellsOf, columnsOf } from "../csv/columns.ts";
import { csvText, csvType } from "../csv/write-csv.ts";
import type { Listing } from "../table/listing.ts";
import type { Item } from "./collection.ts";
import { commonOf, type Described, pluralOf, type ResourceDescription } from "./resource-description.ts";
import { attributesWanted, fieldsParameter } from "./sparse-fields.ts";

type Pages = AsyncGenerator<readonly Item[]>;

/**
 * `GET /customers/export`: all items of the list with these filters, as CSV. It has its own address instead of a
 * media type of the list, because it has another limit, is audited and has no pages.
 */
export function exportRoute(
  resource: ResourceDescription,
  {
    summary,
    limits = [],
    listing,
  }: Described & { readonly listing: Pick<Listing<never, never>, "parameters"> },
  // biome-ignore lint/suspicious/noExplicitAny: the listing's schema has checked the query
  pages: (command: Command, query: any, context: RequestContext) => Pages | Promise<Pages>,
): Route {
  const { many, attributes, permissions } = resource;
  const { limit: _, cursor: __, ...parameters } = listing.parameters;
  const columns = ["id", ...columnsOf(attributes, "output")];
  return route({
    ...commonOf(resource, permissions.read, ["bulk", ...limits]),
    method: "get",
    path: `/${many}/export`,
    operationId: `export${pluralOf(resource)}`,
    summary,
    query: z.strictObject({ ...parameters, fields: fieldsParameter(attributes) }),
    responses: {
      200: {
        description: `A table of ${many}; complete only when the transfer ends without an error`,
        type: "text/csv",
        headers: ["Content-Disposition"],
      },
    },
    async handle(context, { query }) {
      const { fields: ___, ...asked } = query as Readonly<Record<string, unknown>>;
      const wanted = wantedColumns(columns, attributesWanted(query));
      const rows = rowsOf(wanted, await pages(commandOf(context), asked, context));
      return {
        status: 200,
        contentType: csvType,
        content: await csvText(wanted, rows),
        headers: { "Content-Disposition": `attachment; filename="${many}.csv"` },
      };
    },
  });
}

function wantedColumns(columns: readonly string[], fields: readonly string[] | undefined): readonly string[] {
  if (fields === undefined) return columns;
  return columns.filter((column) => column === "id" || fields.includes(column.split(".")[0] as string));
}

async function* rowsOf(columns: readonly string[], pages: Pages): AsyncGenerator<string[][]> {
  for await (const items of pages) yield items.map((item) => cellsOf(columns, item));
}
