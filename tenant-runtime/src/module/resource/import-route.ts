import { z } from "zod";
import { commandOf } from "../../http/route/command-of.ts";
import { type Received, type RequestContext, type Route, route } from "../../http/route/route.ts";
import type { Operations } from "../../platform/operations/operations.ts";
import { columnsOf, requiredColumnsOf, textColumnsOf } from "../csv/columns.ts";
import { type CsvShape, csvBounds } from "../csv/csv-shape.ts";
import { readCsv } from "../csv/read-csv.ts";
import { oneOf } from "../fields/fields.ts";
import { type Importing, importing } from "./importing.ts";
import { operationDocument, operationReply } from "./operation-resource.ts";
import { commonOf, type Described, pluralOf, type ResourceDescription } from "./resource-description.ts";

/** The part of a table that has been received. */
interface Arrived {
  readonly id: string;
  readonly columns: readonly string[];
  readonly parts: number;
  readonly rows: number;
}

export interface ImportDescription<Schema extends z.ZodType>
  extends Described,
    Pick<Importing<Schema>, "operations" | "body" | "existing"> {
  /** The field that identifies rows, if there is one. */
  readonly key?: string;
}

/**
 * `POST /customers/imports`: stores the rows of a CSV while they arrive, and answers 202 with the operation, which
 * creates each row by `create`.
 */
export function importRoute<Schema extends z.ZodType>(
  resource: ResourceDescription,
  { summary, body, existing, key, limits = [], operations }: ImportDescription<Schema>,
  create: Importing<Schema>["create"],
): Route {
  const { many, attributes, permissions, licensed } = resource;
  const kind = `${many}.import`;
  const columns = textColumnsOf(body);
  const ignored = ["id", ...columnsOf(attributes, "output")].filter((column) => !columns.includes(column));
  const required = requiredColumnsOf(body);
  const shape: CsvShape = { columns, required, ignored, ...(key !== undefined && { key }) };
  return route({
    ...commonOf(resource, permissions.write, ["upload", ...limits]),
    limitsOfAccepted: ["bulk"],
    method: "post",
    path: `/${many}/imports`,
    operationId: `import${pluralOf(resource)}`,
    summary,
    starts: importing({ kind, licensed, operations, body, create, ...(existing && { existing }) }),
    query: z.strictObject({
      dryRun: oneOf(["true", "false"])
        .default("false")
        .describe("Whether to only validate each row and report its result"),
    }),
    stream: {
      type: "text/csv",
      description: describe(shape),
      longestBytes: csvBounds.bytes,
      receive: (context, bytes) => receive(operations, kind, shape, context, bytes),
      digest: async (bytes) => (await readCsv(bytes, shape, async () => {})).digest,
    },
    responses: {
      202: {
        description: "The operation that creates them",
        schema: operationDocument,
        headers: ["Location", "Retry-After"],
      },
    },
    async handle(context, input) {
      const { id, columns, parts, rows } = input.body as Arrived;
      const dryRun = input.query.dryRun === "true";
      const what = { input: { columns, parts }, total: rows, dryRun };
      return operationReply(202, await operations.start(commandOf(context), id, what));
    },
  });
}

async function receive(
  operations: Operations,
  kind: string,
  shape: CsvShape,
  context: RequestContext,
  bytes: AsyncIterable<Buffer>,
): Promise<Received> {
  const receiving = await operations.receive(kind, commandOf(context).actor);
  try {
    const { columns, rows, digest } = await readCsv(bytes, shape, (part) => receiving.add(part));
    const arrived: Arrived = { id: receiving.id, columns, parts: await receiving.complete(), rows };
    return { body: arrived, digest, discard: receiving.discard };
  } catch (error) {
    await receiving.discard().catch(() => {});
    throw error;
  }
}

function describe({ columns, required = [], ignored = [] }: CsvShape): string {
  const { bytes, rows } = csvBounds;
  return (
    `RFC 4180 in UTF-8, with commas or semicolons: a row of column names, then at most ${rows} rows, ${bytes / 1024 / 1024} MiB in all. ` +
    `An empty cell is left out. Columns, in any order: ${columns.join(", ")}; each table has ${required.join(", ")}. ` +
    `Columns of an export that are accepted and not read: ${ignored.join(", ")}.`
  );
}
