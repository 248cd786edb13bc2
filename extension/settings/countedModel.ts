// What counting tokens needs to know of the model that the settings choose.
import type { CountedModel } from "../../server/protocol/methods.ts";
import type { ModelChoice } from "../../server/protocol/worker.ts";

export const countedModel = ({
  path,
  catalogueId,
  contextTokens,
  chatTemplatePath,
}: ModelChoice): CountedModel => ({
  ...(path !== undefined && { path }),
  ...(catalogueId !== undefined && { catalogueId }),
  ...(chatTemplatePath !== undefined && { chatTemplatePath }),
  contextTokens,
});
