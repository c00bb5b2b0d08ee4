import { join } from "node:path";
import { describeExamples } from "../../base/cli/testing/describe-examples.ts";
import { support } from "./program.ts";

describeExamples("docs/support.md", support, [join(import.meta.dirname, "../../../docs/support.md")]);
