import { mutationTesting } from "../mutation-testing.mjs";

export default mutationTesting("network");
