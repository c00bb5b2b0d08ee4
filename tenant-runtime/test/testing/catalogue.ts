import { createCatalogue } from "../../src/module/catalogue.ts";
import { modules } from "../../src/modules/list.ts";

/** What the modules of the runtime declare. */
export const { topics, roles, errors } = createCatalogue(modules);
