import { mutationTests } from "../mutation-tests.ts";

export default mutationTests("network");
