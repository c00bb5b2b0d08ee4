import type { Attribute } from "../attributes/attribute.ts";

/** The result of checking a password. */
export type PasswordCheck =
  | {
      readonly kind: "right";
      readonly method: "PAP" | "CHAP" | "MS-CHAP" | "MS-CHAPv2";
      /** The further attributes of the Access-Accept: the proof of the server and the keys of MPPE. */
      readonly reply: readonly Attribute[];
    }
  | { readonly kind: "wrong"; readonly method: "PAP" | "CHAP" | "MS-CHAP" | "MS-CHAPv2" }
  /** An Access-Request that is incomplete or uses an unknown method, such as EAP. */
  | { readonly kind: "unknown" };
