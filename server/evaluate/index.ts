// The public API of server/evaluate: whether relaxed knowledge serves a recommender as well as strict knowledge.
export {
  clickModelPython,
  runClickModels,
  type Arm,
  type ClickModelPython,
  type StudyResult,
} from "./clickModel.ts";
export { directMeasures } from "./directMeasures.ts";
export { EvaluateError } from "./errors.ts";
export { measureLikelihood, type ItemPrompt, type Likelihood } from "./likelihood.ts";
export { parseArms, parseUserArms, readKnowledge, type Knowledge } from "./knowledge.ts";
export { evaluationReport, type Evaluation } from "./report.ts";
export { factsText, studyData, type Interaction, type StudyItem } from "./studyData.ts";
export { evidenceOf, verdictOf } from "./verdict.ts";
