// Ablations: the same answers under arms that differ in one thing each, and recorded traces under other rules.
export {
  ABLATED,
  DEFAULT_POOL_SIZES,
  planAblation,
  RULE_NOT_MEASURED,
  SHAPES,
  treeTokensOf,
  type Ablated,
  type AblationOptions,
  type AblationPlan,
  type ArmPlan,
  type NotMeasured,
  type Shape,
} from "./plan.ts";
export {
  ablationChart,
  ablationFacts,
  ablationMarkdown,
  ablationTables,
  type AblationFacts,
  type AblationReport,
} from "./report.ts";
export { measureRules, type ModelRulesOptions, type RulePrompt } from "./modelRules.ts";
export { ablateRules, type NamedTrace, type RuleAblation, type RuleFigures } from "./rules.ts";
export { ablating, type Ablation, type AblatedArm } from "./run.ts";
