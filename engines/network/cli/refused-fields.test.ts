import { describeRefusedFields } from "../../base/cli/testing/describe-refused-fields.ts";
import { network } from "./program.ts";

describeRefusedFields(network);
