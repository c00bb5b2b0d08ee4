import type { z } from "zod";
import type { LimitName } from "../../platform/limits/limiter.ts";
import type { Entity } from "../entity.ts";

/** The description of a resource for its operations. */
export interface ResourceDescription<Attributes extends z.ZodObject = z.ZodObject> {
  readonly entity: Entity;
  /** The name with its article: "a customer". */
  readonly one: string;
  /** The first part of the path and the tag of the operations: "customers". */
  readonly many: string;
  /** The attributes that the API shows. */
  readonly attributes: Attributes;
  readonly permissions: { readonly read: string; readonly write: string; readonly delete?: string };
  /** The module of the licence. Without a module it needs no licence. */
  readonly licensed?: string;
}

/** The description of one operation. */
export interface Described {
  readonly summary: string;
  /** The description of the answer. */
  readonly answer?: string;
  /** The limits in addition to `api`. */
  readonly limits?: readonly LimitName[];
}

/** The parts that all operations on the resource share. `limits` are in addition to `api`. */
export function commonOf(
  { many, licensed }: ResourceDescription,
  permission: string,
  limits: readonly LimitName[] = [],
) {
  return {
    tags: [many],
    limits: ["api", ...limits] as LimitName[],
    access: { permission },
    ...(licensed !== undefined && { module: licensed }),
  };
}

/** The resource in names of operations: `Customer`, `CreditNote`. */
export function nounOf({ entity: { type } }: ResourceDescription): string {
  return inCapitals(type);
}

/** Several of them in names of operations: `Customers`, `CreditNotes`. */
export function pluralOf({ many }: ResourceDescription): string {
  return inCapitals(many);
}

function inCapitals(words: string): string {
  return words.replaceAll(/(?:^|[-_ ])([a-z])/g, (_all, first: string) => first.toUpperCase());
}
