import type { Attribute } from "../attributes/attribute.ts";

/** The result of checking a password. */
export type PasswordCheck =
  | {
      readonly kind: "right";
      readonly method: "PAP" | "CHAP" | "MS-CHAP" | "MS-CHAPv2";
      /** What the Access-Accept must carry besides: the proof of the server and the keys of MPPE. */
      readonly reply: readonly Attribute[];
    }
  | { readonly kind: "wrong"; readonly method: "PAP" | "CHAP" | "MS-CHAP" | "MS-CHAPv2" }
  /** An Access-Request that asks by no method known here, such as EAP, or is not whole. */
  | { readonly kind: "unknown" };
