import { createCatalogue } from "../../../src/module/catalogue.ts";
import { modules } from "../../../src/modules/list.ts";

/** The declarations of the runtime's modules. */
export const { topics, roles, errors } = createCatalogue(modules);
