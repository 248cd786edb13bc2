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
export { measureRules } from "./modelRules.ts";
export { ablateRules, type NamedTrace, type RuleAblation } from "./rules.ts";
export { ablating, type Ablation } from "./run.ts";
