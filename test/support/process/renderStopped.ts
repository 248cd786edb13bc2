// A command that is interrupted while it renders a chat template that runs to its bound, or never ends: the signal is sent from
// within the rendering.
import { interruptible, stoppableAfter } from "../../../server/cli/terminal/interrupt.ts";
import { blameOf } from "../../../core/base/index.ts";
import { applyTemplate } from "../../../server/worker/index.ts";

const [signalName, template] = process.argv.slice(2);

/** As the engine gives them; the rendering reads the control tokens at its beginning. */
const engine = {
  chat: { template: template!, bosToken: "", eosToken: "", addsBos: false },
  tokenizer: {
    get controlTokens(): readonly string[] {
      if (signalName !== "none") process.kill(process.pid, signalName);
      if (template === "endless") for (;;);
      return [];
    },
  },
} as unknown as Parameters<typeof applyTemplate>[2];

try {
  await interruptible(async (signal) => {
    const messages = [{ role: "user", content: "Hi" }] as const;
    const prompt = await stoppableAfter(signal, () =>
      applyTemplate(messages, null, engine, new Date(0), false),
    );
    process.stdout.write(`rendered: ${prompt.rendered}`);
  });
} catch (error) {
  const isStop = error instanceof Error && error.name === "AbortError";
  process.exitCode = isStop ? 130 : blameOf(error) === "input" ? 2 : 1;
}
