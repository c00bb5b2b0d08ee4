import type { RequestHandler } from "express";
import type { z } from "zod";
import { explainIssue } from "../../../../process/files/explain-issue.ts";
import { AppError, type ErrorDetail } from "../../platform/base/errors.ts";
import { issueDetails } from "../../platform/base/issue-details.ts";
import { requestState } from "../route/request-state.ts";
import type { Route } from "../route/route.ts";

/** Parses path, query and body by the route's schemas; all faults of all three come back at once. */
export function validate(route: Route): RequestHandler {
  return (request, response, next) => {
    const details: ErrorDetail[] = [];
    const parse = (root: "params" | "query" | "body", input: unknown) => {
      const result = read(route[root], input);
      if (result.success) return result.data;
      details.push(...issueDetails(result.error, root === "params" ? "path" : root));
      return undefined;
    };
    requestState(response).input = {
      params: parse("params", request.params),
      query: parse("query", request.query),
      body: parse("body", request.body),
    };
    if (details.length > 0) throw new AppError("VALIDATION_ERROR", { details });
    next();
  };
}

function read(schema: z.ZodType | undefined, input: unknown) {
  return schema === undefined
    ? { success: true as const, data: input }
    : schema.safeParse(input, { error: explainIssue });
}
