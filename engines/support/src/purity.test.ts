import { describePurity } from "../../base/testing/describe-purity.ts";

describePurity(import.meta.dirname, ["temporal-polyfill"]);
