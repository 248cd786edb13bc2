// LASER: Choose Model: picks a model from the catalogue, folders, other programs, the Hugging Face Hub or any GGUF file,
// downloads
// what is missing, and saves the choice in laser.model.
import { existsSync } from "node:fs";
import path from "node:path";
import * as vscode from "vscode";
import { unreachable } from "../../../core/base/index.ts";
import { hubModelsRequest, modelFilesRequest, modelsRequest } from "../../../server/protocol/methods.ts";
import type { FitFor, ModelChoice } from "../../../server/protocol/worker.ts";
import { RequestFailed } from "../../run/client.ts";
import { configurationOf, readSettings, changeSetting } from "../../settings/config.ts";
import { nextSteps } from "../../host/notify.ts";
import { browsed } from "../../settings/browse.ts";
import type { Json } from "../../shared/settingsEditor.ts";
import { CATALOGUE_PREFIX, type InspectorSettings } from "../../settings/settingValues.ts";
import { requireTrust } from "../../host/trust.ts";
import type { CommandContext } from "../context.ts";
import { fetchHubModel, fetchModel, type Fetched } from "./fetchModel.ts";
import { hubNameOf } from "./hubName.ts";
import { modelItems, typedItem, type Choice, type KnownModels, type ModelItem } from "./modelItems.ts";

/** Asks for a model and saves the choice in laser.model; downloads it if it is missing. */
export async function chooseModel(context: CommandContext): Promise<void> {
  const { notifier } = context;
  if (!requireTrust(notifier, vscode.l10n.t("download or load models"))) return;
  const settings = readSettings(notifier);
  if (settings === null) return;
  const choice = await pickModel(knownModels(context, settings), settings);
  if (choice === null) return;
  switch (choice.kind) {
    case "browse": {
      const [file] = (await vscode.window.showOpenDialog({ filters: { GGUF: ["gguf"] } })) ?? [];
      if (file !== undefined) await keepFile(context, file.fsPath);
      return;
    }
    case "addFolder":
      if (await addFolder(context)) await chooseModel(context);
      return;
    case "file":
      return keepFile(context, choice.path);
    case "catalogue": {
      const { model } = choice;
      const keepModel = () => keep(context, CATALOGUE_PREFIX + model.id, model.title);
      if (model.path !== null) await keepModel();
      else await afterFetch(context, await fetchModel(context, model), keepModel);
      return;
    }
    case "hub":
      return chooseHubModel(context, choice.name);
    case "askHub": {
      const name = await askHubName();
      if (name !== null) await chooseHubModel(context, name);
      return;
    }
    default:
      return unreachable(choice);
  }
}

/** Lists the models of a folder that the user chooses, from now on. False if there is none. */
async function addFolder({ notifier }: CommandContext): Promise<boolean> {
  const name = "modelFolders";
  const written: unknown = configurationOf().get(name);
  const folders = Array.isArray(written) ? (written as Json[]) : [];
  const added = await browsed(`laser.${name}`, folders);
  return Array.isArray(added) && changeSetting(notifier, name, added);
}

async function chooseHubModel(context: CommandContext, name: string): Promise<void> {
  const fetched = await fetchHubModel(context, name);
  await afterFetch(context, fetched, (file) => keep(context, file, name));
}

async function afterFetch(
  context: CommandContext,
  fetched: Fetched,
  keepPath: (file: string) => Promise<void>,
): Promise<void> {
  if (fetched.kind === "done") await keepPath(fetched.path);
  if (fetched.kind === "another") await chooseModel(context);
}

/** Shows the list at once, while the models are still looked for. Null: nothing was chosen. */
async function pickModel(known: Promise<KnownModels>, { model }: InspectorSettings): Promise<Choice | null> {
  const picker = vscode.window.createQuickPick<ModelItem>();
  const written = configurationOf().get<string>("model") ?? "";
  picker.title = vscode.l10n.t("Choose the model");
  picker.placeholder = written === "" ? vscode.l10n.t("The demo model is in use") : written;
  picker.matchOnDetail = true;
  picker.matchOnDescription = true;
  picker.busy = true;
  let found: readonly ModelItem[] = [];
  const show = (): void => {
    const name = hubNameOf(picker.value);
    picker.items = name === null ? found : [typedItem(name), ...found];
  };
  picker.onDidChangeValue(show);
  const chosen = new Promise<Choice | null>((resolve) => {
    picker.onDidAccept(() => {
      const [item] = picker.selectedItems;
      if (item?.choice !== undefined) resolve(item.choice);
      else picker.hide();
    });
    picker.onDidHide(() => {
      resolve(null);
    });
  });
  picker.show();
  // What failed was shown, and an empty list is one.
  const isMissing = model.path !== undefined && !existsSync(model.path);
  found = modelItems(await known, { ...model, isMissing });
  picker.busy = false;
  show();
  const choice = await chosen;
  picker.dispose();
  return choice;
}

const fitForOf = ({ gpu, device, gpuLayers, contextTokens, kvType }: ModelChoice): FitFor => ({
  ...{ gpu, contextTokens },
  ...(device !== undefined && { device }),
  ...(gpuLayers !== undefined && { gpuLayers }),
  ...(kvType !== undefined && { kvType }),
});

/** What failed is shown, and a file can still be chosen by its path. */
async function knownModels(
  { client, notifier }: CommandContext,
  { modelFolders, model }: InspectorSettings,
): Promise<KnownModels> {
  try {
    const fitFor = fitForOf(model);
    const [catalogue, files, hub] = await Promise.all([
      client.request(modelsRequest, fitFor),
      client.request(modelFilesRequest, { folders: [...modelFolders], fitFor, ofApps: true }),
      client.request(hubModelsRequest, null),
    ]);
    return { catalogue, files, hub };
  } catch (error) {
    if (!(error instanceof RequestFailed)) throw error;
    notifier.error(error.text);
    return { catalogue: [], files: [], hub: [] };
  }
}

/** Null: the user cancelled. */
async function askHubName(): Promise<string | null> {
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t("Download from Hugging Face"),
    prompt: vscode.l10n.t(
      "A repository with GGUF files, and after a colon the quantisation where there are several",
    ),
    placeHolder: vscode.l10n.t("{0}, for example", "user/model-GGUF:Q4_K_M"),
    ignoreFocusOut: true,
    validateInput: (text) =>
      text === "" || hubNameOf(text) !== null
        ? null
        : vscode.l10n.t("Write it as user/repo or user/repo:QUANT, such as user/model-GGUF:Q4_K_M."),
  });
  return typed === undefined ? null : hubNameOf(typed);
}

/** Keeps a file whose head can be read; for another, says why it can't be loaded and offers to choose again. */
async function keepFile(context: CommandContext, file: string): Promise<void> {
  const { client, notifier } = context;
  const [described] = await client.request(modelFilesRequest, { folders: [file] }).catch((error: unknown) => {
    // Without the worker the run will report it.
    if (!(error instanceof RequestFailed)) throw error;
    return [];
  });
  if (described?.problem == null) {
    await keep(context, file, path.basename(file));
    return;
  }
  notifier.warning(described.problem, nextSteps.chooseModel());
}

async function keep({ notifier }: CommandContext, value: string, name: string): Promise<void> {
  if (!(await changeSetting(notifier, "model", value))) return;
  notifier.information(vscode.l10n.t("Answers now come from {0}.", name), nextSteps.generate());
}
