/** The way in which attributes express the speed. Names are templates. */
export type Shaping =
  | { readonly kind: "none" }
  | { readonly kind: "rates" }
  | { readonly kind: "policies"; readonly up: string; readonly down: string }
  | { readonly kind: "services"; readonly services: readonly string[] }
  | { readonly kind: "profile"; readonly profile: string };
