// What was run: prompt, model, device, settings, and where a continued answer comes from. Values in,
// templates out.
import { t } from "../../core/base/index.ts";
import { nothing, type TemplateResult } from "lit";
import { html } from "../page/html.ts";
import {
  countedText,
  heldTokens,
  heldToWords,
  inheritedText,
  oneLineText,
  originOfRun,
  originWords,
  reproducibleWords,
  skippedLinesWords,
  timingWords,
  routeWords,
  visibleText,
  type Trace,
  modelName,
} from "../../core/trace/index.ts";
import { several } from "../page/amounts.ts";
import { ruleWords } from "../run/figures/figureWords.ts";
import { namedValues } from "../run/parts/parts.ts";
import { localTime } from "../page/localTime.ts";

type Row = readonly [name: string, value: string];

export function aboutView(trace: Trace): TemplateResult {
  const { request } = trace;
  const inherited = inheritedText(request, trace.tokens);
  return html`<div class="about">
    ${namedValues(rowsOf(trace).map(([name, value]) => [name, oneLineText(value)]))}
    <h2>Prompt</h2>
    ${request.messages.map(({ role, content }) => messageView(oneLineText(role), visibleLines(content)))}
    ${
      inherited === ""
        ? nothing
        : html`<h2>Inherited from the earlier answer</h2>
            <pre tabindex="0" role="group" aria-label="Inherited text">${visibleLines(inherited)}</pre>`
    }
    <p class="quiet">A trace contains the prompt and the answer. Treat it as you would treat them.</p>
  </div>`;
}

function messageView(role: string, content: string): TemplateResult {
  return html`<div class="message">
    <p class="quiet">${role}</p>
    <pre tabindex="0" role="group" aria-label="${role} message">${content}</pre>
  </div>`;
}

/** What the answer was held to, in full. */
function heldToRows(request: Trace["request"]): readonly Row[] {
  const words = heldToWords(request);
  return words === null ? [] : [[t("Held to"), `${words}: ${request.jsonSchema ?? request.grammar ?? ""}`]];
}

function rowsOf(trace: Trace): readonly Row[] {
  const { request, model, device, pool, result } = trace;
  const { sampling, guards, parent } = request;
  const origin = originOfRun(trace);
  const skipped = skippedLinesWords(pool);
  const known = (value: number | null, unit: string): string =>
    value === null ? t("no limit") : `${value} ${unit}`;
  return [
    [t("Recorded"), `${localTime(trace.createdAt)}, ${trace.generator}`],
    [t("Strategy"), `${request.strategy}, ${ruleWords(request.rule)}`],
    [
      t("Guards"),
      t(
        "end of text {0}, in a row: {1}, given up: {2}",
        guards.endOfText ? "on" : "off",
        known(guards.maxConsecutiveRelaxed, "relaxed"),
        known(guards.maxNatsGivenUp, t("nats in {0}", countedText(request))),
      ),
    ],
    [
      t("Sampling"),
      sampling.temperature === 0
        ? t("temperature 0, penalty {0}", sampling.repetitionPenalty)
        : samplingWords(sampling),
    ],
    ...(request.stop === undefined
      ? []
      : [[t("Stops"), request.stop.map((stop) => JSON.stringify(stop)).join(", ")] as const]),
    ...heldToRows(request),
    [t("Reproducible"), reproducibleWords(request)],
    [t("Repeatable"), timingWords(request) ?? t("yes: identical runs draft the same tokens")],
    [t("Model"), t("{0} ({1}, {2} MB)", modelName(model), model.name, (model.modelBytes / 1e6).toFixed(0))],
    ["SHA-256", model.sha256 ?? t("not computed")],
    [
      t("Device"),
      t(
        "{0}{1}, up to {2}, {3} of {4} layers offloaded",
        device.backend,
        device.names.length > 0 ? ` ${device.names.join(", ")}` : "",
        several(device.maxThreads, "thread"),
        device.offloadedLayers,
        device.totalLayers,
      ),
    ],
    [
      t("Pool"),
      pool === null
        ? "none"
        : `${pool.name}: ${several(pool.entries, "entry", "entries")}, ${several(pool.tokens, "token")}`,
    ],
    ...(skipped === null ? [] : [[t("Left out"), skipped] satisfies Row]),
    ...(pool?.route === undefined
      ? []
      : [[t("Group"), routeWords(pool.route).replace(/^group /, "")] satisfies Row]),
    [t("Prompt"), several(request.promptTokens.length - (request.inheritedTokens ?? 0), "token")],
    [
      t("Prefill"),
      result.prefillMs === null
        ? t("not measured")
        : `${result.prefillMs.toFixed(0)} ms, ${several(result.prefillTokens, "token")}`,
    ],
    ...(heldTokens(trace) === 0
      ? []
      : [[t("Prompt still in the cache"), several(heldTokens(trace), "token")] satisfies Row]),
    ...(origin === null ? [] : [[t("Continues"), originWords(origin)] satisfies Row]),
    ...(parent === undefined
      ? []
      : [
          [
            t("Earlier run"),
            `${parent.file ?? t("a trace without a file")}, ${localTime(parent.createdAt)}`,
          ] satisfies Row,
        ]),
  ];
}

function samplingWords({
  temperature,
  topK,
  topP,
  minP,
  seed,
  repetitionPenalty,
}: Trace["request"]["sampling"]): string {
  return t(
    "temperature {0}, top-k {1}, top-p {2}, min-p {3}, seed {4}, penalty {5}",
    temperature,
    topK,
    topP,
    minP,
    seed,
    repetitionPenalty,
  );
}

function visibleLines(text: string): string {
  return visibleText(text).replaceAll("⏎", "\n");
}
