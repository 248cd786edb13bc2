// System text in the user's turn, for chat templates that refuse a system role or leave its text out.
import assert from "node:assert/strict";
import { PromptError, renderChat, type ChatMessage } from "../../../../core/prompts/index.ts";
import { table } from "../../../support/check.ts";
import { DEAF, GEMMA, MISTRAL, NOW, SMOLLM2 } from "./templates.ts";

interface Row {
  readonly name: string;
  readonly template: string;
  /** "role: content" each, as the prompt has them. */
  readonly given: readonly string[];
  /** As the template takes them with the setting on. */
  readonly on: readonly string[];
  /** Without it: taken as given, refused for the system text or for another reason, or given without the system text. */
  readonly off: "taken" | "refusesSystem" | "refused" | "leftOut";
}

const rows: readonly Row[] = [
  {
    name: "Gemma",
    template: GEMMA,
    given: ["system: S", "user: U"],
    on: ["user: S\n\nU"],
    off: "refusesSystem",
  },
  {
    name: "Mistral",
    template: MISTRAL,
    given: ["system: S", "user: U"],
    on: ["user: S\n\nU"],
    off: "refusesSystem",
  },
  {
    name: "each system text goes to the user's message after it",
    template: MISTRAL,
    given: ["system: S", "system: T", "user: U", "assistant: A", "system: V", "user: W"],
    on: ["user: S\n\nT\n\nU", "assistant: A", "user: V\n\nW"],
    off: "refusesSystem",
  },
  {
    name: "one at the end goes to the user's message before it",
    template: MISTRAL,
    given: ["user: U", "system: S"],
    on: ["user: U\n\nS"],
    off: "refusesSystem",
  },
  {
    name: "one between the user and the assistant",
    template: MISTRAL,
    given: ["user: U", "system: S", "assistant: A", "user: V"],
    on: ["user: U\n\nS", "assistant: A", "user: V"],
    off: "refusesSystem",
  },
  {
    name: "one before the assistant opens becomes a user's message",
    template: MISTRAL,
    given: ["system: S", "assistant: A", "user: U"],
    on: ["user: S", "assistant: A", "user: U"],
    off: "refusesSystem",
  },
  { name: "one alone", template: GEMMA, given: ["system: S"], on: ["user: S"], off: "refusesSystem" },
  {
    name: "text that is left out",
    template: DEAF,
    given: ["system: S", "user: U"],
    on: ["user: S\n\nU"],
    off: "leftOut",
  },
  {
    name: "a template with a system role",
    template: SMOLLM2,
    given: ["system: S", "user: U"],
    on: ["system: S", "user: U"],
    off: "taken",
  },
  { name: "no system text", template: GEMMA, given: ["user: U"], on: ["user: U"], off: "taken" },
  {
    name: "a blank system text",
    template: DEAF,
    given: ["system:  ", "user: U"],
    on: ["system:  ", "user: U"],
    off: "taken",
  },
  {
    name: "what is refused for another reason",
    template: MISTRAL,
    given: ["system: S", "user: U", "user: V"],
    on: [],
    off: "refused",
  },
];

table("system text", rows, ({ template, given, on, off }) => {
  const messages = given.map((text): ChatMessage => {
    const [, role = "", content = ""] = /^(\w+): ([^]*)$/.exec(text) ?? [];
    return { role: role as ChatMessage["role"], content };
  });
  const options = { controlTokens: ["<|im_end|>"], bosToken: "<s>", eosToken: "</s>", now: NOW };
  const chat = (systemInUserTurn: boolean) =>
    renderChat(template, messages, { ...options, systemInUserTurn });
  const faultOf = (action: () => unknown) => {
    try {
      return action();
    } catch (error) {
      assert.ok(error instanceof PromptError && error.fault.tag === "templateRefused", String(error));
      return error.fault.refusesSystem ? "refusesSystem" : "refused";
    }
  };
  const without = faultOf(() => (chat(false).leavesOutSystem ? "leftOut" : "taken"));
  assert.equal(without, off);
  if (on.length === 0) {
    assert.equal(
      faultOf(() => chat(true)),
      "refused",
    );
    return;
  }
  const { messages: taken, text, leavesOutSystem } = chat(true);
  assert.deepEqual(
    taken.map(({ role, content }) => `${role}: ${content}`),
    on,
  );
  assert.equal(leavesOutSystem, false);
  assert.equal(text, renderChat(template, taken, options).text, "as if they had been given so");
});
