import type { ValueType } from "../../attributes/attribute.ts";

/** What a dictionary says of an attribute beyond its number, name and type. */
export interface Details {
  /** The octets of a value that always has the same number of them. */
  readonly length?: number;
  /** Begins with a tag that groups it with others (RFC 2868 section 3). */
  readonly tagged?: true;
  /** Split over several attributes where one cannot hold it, as EAP-Message is (RFC 2869 section 5.13). */
  readonly joined?: true;
  /** How its value is hidden: RFC 2865 section 5.2, or with a salt as in RFC 2868 section 3.5. */
  readonly hidden?: "user-password" | "tunnel-password";
}

/** A number, or the numbers of an extended attribute joined by dots (`241.5.1`); a name; a type. */
export type AttributeRow = readonly [number | string, string, ValueType, Details?];

/** The attributes of one document or vendor, as data. Of several names of one number the last is read. */
export interface Dictionary {
  /** Absent for the attributes of the IETF. The number is the vendor's in the IANA registry. */
  readonly vendor?: { readonly name: string; readonly number: number };
  readonly attributes: readonly AttributeRow[];
  /** By attribute: the names of its values. */
  readonly values: Readonly<Record<string, Readonly<Record<string, number>>>>;
}
