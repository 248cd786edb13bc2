// Amounts in words, as in every other part of the program.
export { several } from "../../core/base/index.ts";
