import { describeRefusedFields } from "../../base/cli/testing/describe-refused-fields.ts";
import { support } from "./program.ts";

describeRefusedFields(support);
