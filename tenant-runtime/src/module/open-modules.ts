import type { Registry } from "prom-client";
import type { Module, OpenModule } from "./define-module.ts";
import type { ModuleWorld } from "./world.ts";

/** Opens each module after the modules that it needs, and returns them in that order. */
export function openModules(
  modules: readonly Module[],
  world: ModuleWorld,
  registry: Registry,
): readonly OpenModule[] {
  const open = new Map<Module, OpenModule>();
  for (const module of inOrderOfNeeds(modules)) {
    const needs = module.needs.map((needed) => open.get(needed)?.offers);
    open.set(module, module.open(world, { registry, needs }));
  }
  return [...open.values()];
}

/**
 * Sorts modules so that each follows the modules that it needs. Throws if modules need each other, or if one needs
 * a module that is not in the list.
 */
export function inOrderOfNeeds(modules: readonly Module[]): readonly Module[] {
  const ordered: Module[] = [];
  const place = (module: Module, way: readonly Module[]) => {
    if (ordered.includes(module)) return;
    requireListed(module, modules, way);
    refuseCircle(module, way);
    for (const needed of module.needs) place(needed, [...way, module]);
    ordered.push(module);
  };
  for (const module of modules) place(module, []);
  return ordered;
}

function requireListed(module: Module, modules: readonly Module[], way: readonly Module[]): void {
  if (modules.includes(module)) return;
  throw new Error(
    `the module ${way.at(-1)?.name} needs ${module.name}, which is not in the list of modules: add it to the list`,
  );
}

function refuseCircle(module: Module, way: readonly Module[]): void {
  if (!way.includes(module)) return;
  const circle = [...way.slice(way.indexOf(module)), module].map(({ name }) => name).join(" → ");
  throw new Error(`modules need each other: ${circle}. Let one of them hear the other's events instead`);
}
