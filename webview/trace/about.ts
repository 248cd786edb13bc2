// What was run: prompt, model, device, settings, and where a continued answer comes from. Values in,
// templates out.
import { html, nothing, type TemplateResult } from "lit";
import {
  countedText,
  heldToWords,
  inheritedText,
  oneLineText,
  originOfRun,
  originWords,
  reproducibleWords,
  timingWords,
  routeWords,
  visibleText,
  type Trace,
} from "../../core/trace/index.ts";
import { several } from "../run/amounts.ts";
import { ruleWords } from "../run/figureWords.ts";
import { namedValues } from "../run/parts.ts";
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
  return words === null ? [] : [["Held to", `${words}: ${request.jsonSchema ?? request.grammar ?? ""}`]];
}

function rowsOf(trace: Trace): readonly Row[] {
  const { request, model, device, pool, result } = trace;
  const { sampling, guards, parent } = request;
  const origin = originOfRun(trace);
  const known = (value: number | null, unit: string): string =>
    value === null ? "no limit" : `${value} ${unit}`;
  return [
    ["Recorded", `${localTime(trace.createdAt)}, ${trace.generator}`],
    ["Strategy", `${request.strategy}, ${ruleWords(request.rule)}`],
    [
      "Guards",
      `end of text ${guards.endOfText ? "on" : "off"}, in a row: ${known(guards.maxConsecutiveRelaxed, "relaxed")}, given up: ${known(guards.maxNatsGivenUp, `nats in ${countedText(request)}`)}`,
    ],
    [
      "Sampling",
      sampling.temperature === 0
        ? `temperature 0, penalty ${sampling.repetitionPenalty}`
        : samplingWords(sampling),
    ],
    ...(request.stop === undefined
      ? []
      : [["Stops", request.stop.map((stop) => JSON.stringify(stop)).join(", ")] as const]),
    ...heldToRows(request),
    ["Reproducible", reproducibleWords(request)],
    ["Repeatable", timingWords(request) ?? "yes: equal runs draft alike"],
    ["Model", `${model.name} (${model.file}, ${(model.modelBytes / 1e6).toFixed(0)} MB)`],
    ["SHA-256", model.sha256 ?? "not computed"],
    [
      "Device",
      `${device.backend}${device.names.length > 0 ? ` ${device.names.join(", ")}` : ""}, up to ${several(device.maxThreads, "thread")}, ${device.offloadedLayers} of ${device.totalLayers} layers offloaded`,
    ],
    [
      "Pool",
      pool === null
        ? "none"
        : `${pool.name}: ${several(pool.entries, "entry", "entries")}, ${several(pool.tokens, "token")}`,
    ],
    ...(pool?.route === undefined
      ? []
      : [["Group", routeWords(pool.route).replace(/^group /, "")] satisfies Row]),
    ["Prompt", several(request.promptTokens.length - (request.inheritedTokens ?? 0), "token")],
    [
      "Prefill",
      result.prefillMs === null
        ? "not measured"
        : `${result.prefillMs.toFixed(0)} ms, ${several(result.prefillTokens, "token")}`,
    ],
    ...(origin === null ? [] : [["Continues", originWords(origin)] satisfies Row]),
    ...(parent === undefined
      ? []
      : [
          [
            "Earlier run",
            `${parent.file ?? "a trace without a file"}, ${localTime(parent.createdAt)}`,
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
  return `temperature ${temperature}, top-k ${topK}, top-p ${topP}, min-p ${minP}, seed ${seed}, penalty ${repetitionPenalty}`;
}

function visibleLines(text: string): string {
  return visibleText(text).replaceAll("⏎", "\n");
}
