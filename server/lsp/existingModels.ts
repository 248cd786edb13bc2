// The names of models that exist: those of the catalogue, and the files of the user's folders.
import { t } from "../../core/base/index.ts";
import { basename } from "node:path";
import type { CatalogueModel, FoundModel } from "../protocol/worker.ts";
import type { Carried } from "./worker.ts";
import type { NamedModel } from "./language/index.ts";

export interface ModelLists {
  readonly models: (fitFor: null) => Promise<readonly CatalogueModel[]>;
  readonly modelFiles: (params: Carried<"modelFiles">) => Promise<readonly FoundModel[]>;
}

/** What can be loaded now comes first. */
export async function namedModels(
  lists: ModelLists,
  folders: readonly string[],
): Promise<readonly NamedModel[]> {
  const [catalogue, files] = await Promise.all([
    lists.models(null),
    folders.length === 0 ? [] : lists.modelFiles({ folders }),
  ]);
  const here = catalogue.filter(({ path }) => path !== null);
  const others = catalogue.filter(({ path }) => path === null);
  return [
    ...here.map(({ id, title }) => ({ name: id, detail: title })),
    ...files.flatMap(({ path, architecture, quantisation }) =>
      architecture === null
        ? []
        : [{ name: basename(path), detail: [architecture, quantisation ?? ""].join(" ").trim() }],
    ),
    ...others.map(({ id, title, modelBytes }) => ({
      ...{ name: id, detail: t("{0}, {1} GB to download", title, (modelBytes / 1e9).toFixed(1)) },
    })),
  ];
}
