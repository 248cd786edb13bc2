// The what-if pane: controls for the rule, what it would have made of this run, the loosest rule within a
// budget, and actions on the result.
import { t } from "../../../core/base/index.ts";
import { nothing, type TemplateResult } from "lit";
import { html } from "../../page/html.ts";
import { live } from "lit/directives/live.js";
import { icon } from "../../page/icons.ts";
import { suggest, type CurvePoint, type WhatIf } from "../../../core/inspect/index.ts";
import { countedText, type Trace } from "../../../core/trace/index.ts";
import { emit } from "../../page/events.ts";
import { ruleWords, shareWords } from "../../run/figures/figureWords.ts";
import {
  limitName,
  limitOf,
  MAX_K,
  RULE_KINDS,
  ruleOf,
  settingsOf,
  topKOf,
  withGuard,
  type WhatIfChoice,
} from "./whatIfChoice.ts";
import { curveView } from "./budgetCurve.ts";
import { divergenceView, judgedFigures } from "../../run/whatIf/whatIf.ts";

/** End of the slider unless k is larger: larger k change little, and small ones need the room. */
const SLIDER_K = 32;

export interface WhatIfPane {
  readonly trace: Trace;
  readonly choice: WhatIfChoice;
  readonly result: WhatIf;
  readonly curve: readonly CurvePoint[];
  /** In nats over everything that the run wrote. */
  readonly budgetNats: number;
  /** Whether this is a report, in which nothing can be run or written. */
  readonly isReadOnly: boolean;
}

export interface WhatIfActions {
  readonly onChoice: (choice: WhatIfChoice) => void;
  readonly onBudget: (nats: number) => void;
  readonly onReset: () => void;
  readonly onApply: () => void;
  readonly onRun: () => void;
  readonly onShowFirst: () => void;
}

export function whatIfPane(pane: WhatIfPane, actions: WhatIfActions): TemplateResult {
  const { trace, choice, result, isReadOnly } = pane;
  if (result.drafted === 0)
    return html`<p>This run drafted nothing. Run with a drafting strategy to see a what-if.</p>`;
  const canApply = settingsOf(choice) !== null;
  return html`<div class="what-if-pane">
    ${controls(trace, choice, actions)}
    <div role="status" class="verdict">${divergenceView(trace, result)}</div>
    ${judgedFigures(trace, result)}
    <div class="toolbar">
      ${button(t("Show first change"), "secondary", result.divergence === null, actions.onShowFirst)}
      ${
        isReadOnly
          ? nothing
          : html`${button(t("Run again from here"), "secondary", result.divergence === null, actions.onRun)}
            ${button(t("Apply to settings…"), "secondary", !canApply, actions.onApply)}`
      }
      ${button(t("Reset to this run's rule"), "link", false, actions.onReset)}
    </div>
    ${canApply || isReadOnly ? nothing : html`<p class="quiet">Settings support strict and relaxed rules only.</p>`}
    ${suggestion(pane, actions)}
  </div>`;
}

function controls({ request }: Trace, choice: WhatIfChoice, { onChoice }: WhatIfActions): TemplateResult {
  const { rule, guards } = choice;
  const [k, limit] = [topKOf(rule), limitOf(rule)];
  return html`<fieldset class="what-if-controls">
    <legend>Judge this run with</legend>
    <label class="control">
      <span>Rule</span>
      <span class="select"
        ><select
          .value=${live(rule.kind)}
          @change=${(event: Event) => {
            const { value } = event.target as HTMLSelectElement;
            const kind = RULE_KINDS.find((known) => known === value) ?? "relaxed";
            onChoice({ ...choice, rule: ruleOf(kind, k === 1 ? 2 : k, limit) });
          }}
        >
          ${RULE_KINDS.map((kind) => html`<option value=${kind} ?selected=${kind === rule.kind}>${kind}</option>`)}</select
        >${icon("chevronDown")}</span
      >
    </label>
    ${
      rule.kind === "strict"
        ? nothing
        : html`${slider(
            t("k: must be among the k most probable"),
            { value: k, min: 1, max: MAX_K, sliderMax: Math.max(k, SLIDER_K), step: 1, isWhole: true },
            (value) => {
              onChoice({ ...choice, rule: ruleOf(rule.kind, value, limit) });
            },
          )}
          ${slider(
            limitName(rule.kind),
            { value: limit ?? 0, min: 0, max: 1, sliderMax: 1, step: 0.01, isWhole: false },
            (value) => {
              onChoice({ ...choice, rule: ruleOf(rule.kind, k, value) });
            },
          )}`
    }
    <label class="flag">
      <input
        type="checkbox"
        .checked=${live(guards.endOfText)}
        @change=${(event: Event) => {
          onChoice(withGuard(choice, "endOfText", (event.target as HTMLInputElement).checked));
        }}
      />
      When the target ends the text, keep only its end-of-text token
    </label>
    ${limitField(t("Maximum relaxed accepts in a row"), guards.maxConsecutiveRelaxed, 1, (value) => {
      onChoice(withGuard(choice, "maxConsecutiveRelaxed", value));
    })}
    ${limitField(
      t("Maximum nats given up in {0}", countedText(request)),
      guards.maxNatsGivenUp,
      0.1,
      (value) => {
        onChoice(withGuard(choice, "maxNatsGivenUp", value));
      },
    )}
  </fieldset>`;
}

interface Range {
  readonly value: number;
  readonly min: number;
  readonly max: number;
  readonly sliderMax: number;
  /** Step of the slider; the field accepts values in between. */
  readonly step: number;
  readonly isWhole: boolean;
}

function slider(
  label: string,
  { value, min, max, sliderMax, step, isWhole }: Range,
  onInput: (value: number) => void,
): TemplateResult {
  const onSlide = (event: Event): void => {
    onInput((event.target as HTMLInputElement).valueAsNumber);
  };
  // The field only shows values that are judged: out-of-range input is clamped and announced.
  const onField = (event: Event): void => {
    const field = event.target as HTMLInputElement;
    const typed = isWhole ? Math.round(field.valueAsNumber) : field.valueAsNumber;
    const taken = Number.isNaN(typed) ? value : Math.min(max, Math.max(min, typed));
    if (taken !== field.valueAsNumber)
      say(
        field,
        t("From {0} to {1}{2}: set to {3}.", min, max, isWhole ? t(", whole numbers only") : "", taken),
      );
    field.value = String(taken);
    if (taken !== value) onInput(taken);
  };
  return html`<div class="control">
    <span>${label}</span>
    <span class="pair">
      <input
        type="range"
        aria-label=${label}
        min=${min}
        max=${sliderMax}
        step=${step}
        .value=${live(String(value))}
        @input=${onSlide}
      />
      <input
        type="number"
        aria-label="${label}, as a number"
        min=${min}
        max=${max}
        step=${isWhole ? 1 : "any"}
        title="${min} to ${max}"
        .value=${live(String(value))}
        @change=${onField}
      />
    </span>
  </div>`;
}

/** An empty field means no limit. */
function limitField(
  label: string,
  value: number | null,
  step: number,
  onChange: (value: number | null) => void,
): TemplateResult {
  return html`<label class="control">
    <span>${label}</span>
    <input
      type="number"
      min="0"
      step=${step}
      placeholder="no limit"
      .value=${live(value === null ? "" : String(value))}
      @change=${(event: Event) => {
        const field = event.target as HTMLInputElement;
        const { value: text, valueAsNumber } = field;
        if (valueAsNumber >= 0) onChange(step === 1 ? Math.round(valueAsNumber) : valueAsNumber);
        else if (text === "" && !field.validity.badInput) onChange(null);
        else {
          field.value = value === null ? "" : String(value);
          say(field, t("From 0, or empty for no limit: still {0}.", value ?? t("no limit")));
        }
      }}
    />
  </label>`;
}

function say(field: HTMLElement, words: string): void {
  emit(field, "laser-say", words);
}

function suggestion(
  { trace, curve, budgetNats, choice, result }: WhatIfPane,
  actions: WhatIfActions,
): TemplateResult {
  const found = suggest(curve, budgetNats);
  const now = {
    natsGivenUp: result.natsGivenUp,
    edl: result.steps === 0 ? 0 : result.committed / result.steps,
  };
  return html`<section class="suggest" aria-labelledby="suggest-title">
    <h2 id="suggest-title">Suggest</h2>
    <p class="quiet">
      The loosest relaxed rule that gives up no more log-probability than this over
      ${countedText(trace.request)}. An estimate after the first change.
    </p>
    <label class="control">
      <span>Budget in nats</span>
      <input
        type="number"
        min="0"
        step="0.5"
        .value=${live(String(budgetNats))}
        @input=${(event: Event) => {
          const { valueAsNumber } = event.target as HTMLInputElement;
          if (valueAsNumber >= 0) actions.onBudget(valueAsNumber);
        }}
      />
    </label>
    ${curveView(curve, now, found)}
    ${
      found === null
        ? html`<p>No rule stays within this budget.</p>`
        : html`<p>
            <strong>${ruleWords(found.rule)}</strong>: EDL ${found.edl.toFixed(2)}, relaxed share
            ${shareWords(found.relaxedShare)}, ${found.natsGivenUp.toFixed(2)} nats given up.
            <button
              class="link"
              type="button"
              @click=${() => {
                actions.onChoice({ ...choice, rule: found.rule });
              }}
            >
              Use it here
            </button>
          </p>`
    }
  </section>`;
}

function button(label: string, look: string, isOff: boolean, onPress: () => void): TemplateResult {
  return html`<button class=${look} type="button" ?disabled=${isOff} @click=${onPress}>${label}</button>`;
}
