import { mutationTesting } from "../mutation-testing.mjs";

export default mutationTesting("billing", ["money/currency-table.ts"]);
