import { expectTypeOf, it } from "vitest";
import type { Collection, Item } from "./collection.ts";

it("a collection has only the methods whose verbs its entity declares", () => {
  type Users = Collection<Item, "created" | "updated", never, Record<never, never>>;
  expectTypeOf<Users["create"]>().toBeFunction();
  expectTypeOf<Users["remove"]>().toBeNever();
  expectTypeOf<Users["export"]>().toBeNever();
  type Notes = Collection<Item, "deleted", "exported", Record<never, never>>;
  expectTypeOf<Notes["create"]>().toBeNever();
  expectTypeOf<Notes["remove"]>().toBeFunction();
  expectTypeOf<Notes["export"]>().toBeFunction();
  expectTypeOf<Parameters<Users["change"]>[2]>().toEqualTypeOf<"created" | "updated">();
});
