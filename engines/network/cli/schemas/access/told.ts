import { attempt } from "../../../../base/cli/schemas/parsed.ts";
import { oneOf, record } from "../../../../base/cli/schemas/record.ts";
import { Nas } from "../../../src/policy/nas.ts";
import { toldTerms } from "../../../src/policy/told-terms.ts";
import { vendorNames } from "../../../src/policy/vendors/vendors.ts";
import { attributes } from "./radius.ts";
import { shaping } from "./shaping.ts";

const noGarden = { addressLists: [], filters: {}, services: [] };
const noChange = { acceptsCoa: false, acceptsDisconnect: false, alsoChangeable: [] };

/** The speed attributes of a NAS, read as the terms of a policy. */
export const told = record({ vendor: oneOf(vendorNames), shaping, attributes }).transform(
  ({ attributes, ...terms }, context) =>
    attempt(() => toldTerms(attributes, Nas.of({ ...terms, garden: noGarden, ...noChange })), context),
);
