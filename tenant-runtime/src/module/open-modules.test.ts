import { Registry } from "prom-client";
import { describe, expect, expectTypeOf, it } from "vitest";
import { defineModule, type Module } from "./define-module.ts";
import { inOrderOfNeeds, openModules } from "./open-modules.ts";
import type { ModuleWorld } from "./world.ts";

const declared = { permissions: {}, entities: [] };
const world = {} as ModuleWorld;

interface Ask {
  exists(id: string): boolean;
}

const people = defineModule({
  ...declared,
  name: "people",
  open: () => ({ known: ["ada"] }),
  offers: ({ known }): Ask => ({ exists: (id) => known.includes(id) }),
  routes: () => [],
});

function asking(answers: boolean[]) {
  return defineModule({
    ...declared,
    name: "bills",
    needs: [people],
    open(_world, { needs: [person] }) {
      expectTypeOf(person).toEqualTypeOf<Ask>();
      answers.push(person.exists("ada"), person.exists("bob"));
      return {};
    },
    routes: () => [],
  });
}

/** A module whose needs are set after its creation, which imports cannot do. */
function late(name: string): Module & { needs: Module[] } {
  return { ...defineModule({ ...declared, name, open: () => ({}), routes: () => [] }), needs: [] };
}

describe("modules that need others", () => {
  it("are opened after the needed modules, and call the interface that these offer", () => {
    const answers: boolean[] = [];
    openModules([asking(answers), people], world, new Registry());
    expect(answers).toEqual([true, false]);
  });

  it("keep the order of the list otherwise", () => {
    const [first, second] = [late("first"), late("second")];
    expect(inOrderOfNeeds([first, asking([]), second, people]).map(({ name }) => name)).toEqual([
      "first",
      "people",
      "bills",
      "second",
    ]);
  });

  it("are refused when they need each other", () => {
    const [one, other, third] = [late("one"), late("other"), late("third")];
    one.needs.push(other);
    other.needs.push(third);
    third.needs.push(other);
    expect(() => inOrderOfNeeds([one, other, third])).toThrow(
      "modules need each other: other → third → other. Let one of them hear the other's events instead",
    );
  });

  it("are refused when a needed module is not in the list", () => {
    expect(() => inOrderOfNeeds([asking([])])).toThrow(
      "the module bills needs people, which is not in the list of modules: add it to the list",
    );
  });
});

describe("a module", () => {
  it("gets the parts of the platform that it declares, and no others", () => {
    const log = { level: "of the test" };
    let given: object = {};
    const module = defineModule({
      ...declared,
      name: "news",
      uses: ["log"],
      open(world) {
        expectTypeOf(world).toEqualTypeOf<Pick<ModuleWorld, "log">>();
        given = world;
        return {};
      },
      routes: () => [],
    });
    openModules([module], { log, authKeys: "secret" } as unknown as ModuleWorld, new Registry());
    expect(given).toEqual({ log });
  });
});
