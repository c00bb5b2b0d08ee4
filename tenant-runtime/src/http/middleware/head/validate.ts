import type { Request, RequestHandler } from "express";
import { z } from "zod";
import { explainIssue } from "../../../../../process/files/explain-issue.ts";
import { longestField, mostFaults } from "../../../../../process/files/issue-faults.ts";
import { AppError, type ErrorDetail } from "../../../platform/base/errors.ts";
import { issueDetails } from "../../../platform/base/issue-details.ts";
import { requestState } from "../../route/request-state.ts";
import type { Route } from "../../route/route.ts";

/** Refuses every parameter. Otherwise one such as `dryRun` of an operation without a trial run would be ignored. */
const noQuery = z.strictObject({});

/** Parses path, query and body by the route's schemas, and reports all faults of all three together. */
export function validate(route: Route): RequestHandler {
  return (request, response, next) => {
    const details: ErrorDetail[] = [];
    const parse = (root: "params" | "query" | "body", input: unknown) => {
      const result =
        root === "query"
          ? read(route.query ?? noQuery, input, explainQuery)
          : read(route[root], input, explainIssue);
      if (result.success) return result.data;
      details.push(...issueDetails(result.error, root === "params" ? "path" : root));
      return undefined;
    };
    requestState(response).input = {
      params: parse("params", request.params),
      query: parse("query", single(request.query, details)),
      body: parse("body", request.body),
    };
    if (details.length > 0) throw new AppError("VALIDATION_ERROR", { details: details.slice(0, mostFaults) });
    next();
  };
}

/** Refuses a repeated parameter, because it has no unambiguous value. */
function single(query: Request["query"], details: ErrorDetail[]): Request["query"] {
  return Object.fromEntries(
    Object.entries(query).filter(([field, value]) => {
      if (!Array.isArray(value)) return true;
      const message = "write it once; where it takes several values, separate them by commas";
      details.push({ in: "query", field: field.slice(0, longestField), message });
      return false;
    }),
  );
}

function read(schema: z.ZodType | undefined, input: unknown, error: typeof explainIssue) {
  return schema === undefined ? { success: true as const, data: input } : schema.safeParse(input, { error });
}

/** A query has parameters and no fields. */
const explainQuery: typeof explainIssue = (issue) =>
  issue.code === "unrecognized_keys" ? "leave it out: there is no such parameter" : explainIssue(issue);
