import type { ValueType } from "../../attributes/attribute.ts";

/** The details of an attribute in a dictionary beyond its number, name and type. */
export interface Details {
  /** The number of octets of a value of fixed length. */
  readonly length?: number;
  /** Begins with a tag that groups several attributes (RFC 2868 section 3). */
  readonly tagged?: true;
  /** Split over several attributes if one cannot hold it, like EAP-Message (RFC 2869 section 5.13). */
  readonly joined?: true;
  /** The way in which its value is hidden: RFC 2865 section 5.2, or with a salt as in RFC 2868 section 3.5. */
  readonly hidden?: "user-password" | "tunnel-password";
}

/** A number, or the numbers of an extended attribute joined by dots (`241.5.1`); a name; a type. */
export type AttributeRow = readonly [number | string, string, ValueType, Details?];

/** The attributes of one document or vendor, as data. If a number has several names, the last is used in reading. */
export interface Dictionary {
  /** Absent for the attributes of the IETF. The number is the vendor's in the IANA registry. */
  readonly vendor?: { readonly name: string; readonly number: number };
  readonly attributes: readonly AttributeRow[];
  /** The names of an attribute's values, by attribute. */
  readonly values: Readonly<Record<string, Readonly<Record<string, number>>>>;
}
