import { expect, it } from "vitest";
import { z } from "zod";
import { defineEntity } from "../entity.ts";
import { nounOf, pluralOf } from "./resource-description.ts";

it.each([
  ["customer", "customers", "Customer", "Customers"],
  ["credit_note", "credit-notes", "CreditNote", "CreditNotes"],
  ["company", "companies", "Company", "Companies"],
])("the operations on %s are named by its own plural, %s", (type, many, noun, plural) => {
  const permissions = { read: "x:read", write: "x:write" };
  const resource = {
    entity: defineEntity({ type }),
    one: "a thing",
    many,
    attributes: z.object({}),
    permissions,
  };
  expect([nounOf(resource), pluralOf(resource)]).toEqual([noun, plural]);
});
