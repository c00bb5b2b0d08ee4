import { describePurity } from "../testing/describe-purity.ts";

describePurity(import.meta.dirname, []);
