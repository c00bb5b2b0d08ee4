import { describePurity } from "../../../engine/testing/describe-purity.ts";

describePurity(import.meta.dirname, ["temporal-polyfill", "ip-address"]);
