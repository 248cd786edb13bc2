// How prompt files treat the white space around blocks.
import type { WhiteSpaceRules } from "./jinja/index.ts";

/** Prompty keeps every line end and indent around blocks, as Jinja2 does unless configured otherwise. */
export const PROMPT_RULES: WhiteSpaceRules = { trimBlocks: false, lstripBlocks: false };
