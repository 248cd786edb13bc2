// LASER: Engine Choices: back end, device, layers, threads, cache and context in one list. Each choice is a
// setting; the next run loads the model by them.
import * as vscode from "vscode";
import { GPU_CHOICE_NAMES, settingOf, type SettingName } from "../../../core/settings/index.ts";
import { devicesRequest } from "../../../server/protocol/methods.ts";
import { COMMANDS } from "../../host/catalogue.ts";
import { nextSteps } from "../../host/notify.ts";
import { requireTrust } from "../../host/trust.ts";
import { engineFacts, type EngineFacts } from "../../shared/engineFacts.ts";
import { configurationOf, changeSetting } from "../../settings/config.ts";
import { valueProblem } from "../../settings/settingValues.ts";
import type { CommandContext } from "../context.ts";
import { withServerProgress } from "../serverProgress.ts";

const NAMES = ["gpu", "device", "gpuLayers", "threads", "kvType", "contextTokens"] as const;
type Name = (typeof NAMES)[number];
type Value = string | number | null;
type Picked<T> = vscode.QuickPickItem & { readonly value: T };

function titleOf(name: Name): string {
  const titles: Readonly<Record<Name, string>> = {
    gpu: vscode.l10n.t("$(circuit-board) Back end"),
    device: vscode.l10n.t("$(device-desktop) Device"),
    gpuLayers: vscode.l10n.t("$(layers) Layers on the GPU"),
    threads: vscode.l10n.t("$(server-process) Threads"),
    kvType: vscode.l10n.t("$(database) Keys and values"),
    contextTokens: vscode.l10n.t("$(symbol-ruler) Context"),
  };
  return titles[name];
}

/** Shows the choices until the user has no more. */
export async function engineChoices(context: CommandContext): Promise<void> {
  if (!requireTrust(context.notifier, vscode.l10n.t("choose a device"))) return;
  for (;;) {
    const items: Picked<Name | "devices" | "model" | null>[] = [
      ...NAMES.map((name) => ({
        label: titleOf(name),
        description: valueText(name, valueOf(name)),
        detail: settingOf(name).text,
        value: name,
      })),
      { label: "", kind: vscode.QuickPickItemKind.Separator, value: null },
      { label: vscode.l10n.t("$(circuit-board) Show Devices"), value: "devices" },
      { label: vscode.l10n.t("$(graph-line) Show Model"), value: "model" },
    ];
    const title = vscode.l10n.t("Engine choices, used from the next run on");
    const chosen = (await vscode.window.showQuickPick(items, { title }))?.value ?? null;
    if (chosen === null) return;
    if (chosen === "devices" || chosen === "model") {
      await vscode.commands.executeCommand(chosen === "devices" ? COMMANDS.showDevices : COMMANDS.showModel);
      return;
    }
    const value = await askFor(context, chosen);
    if (value === undefined) continue;
    const written = chosen === "device" && value === "" ? null : value;
    if (!(await changeSetting(context.notifier, chosen, written))) return;
  }
}

/** Undefined: the user cancelled. */
function askFor(context: CommandContext, name: Name): Promise<Value | undefined> {
  const setting = settingOf(name);
  if (name === "gpu") return askBackend(context);
  if (setting.kind === "choice") return askChoice(name, setting.choices);
  if (name === "device") return askDevice(context);
  return askNumber(name);
}

/**
 * Back ends that can't work here say why, and how to change that. They can be chosen still: settings may be for another
 * machine.
 */
async function askBackend(context: CommandContext): Promise<Value | undefined> {
  const facts = await findDevices(context);
  if (facts === null) return undefined;
  const now = valueOf("gpu");
  const items = Object.entries(GPU_CHOICE_NAMES).map(([value, choice]): Picked<string> => {
    const problem = facts.unusable[value];
    const icon = value === now ? "$(check) " : problem === undefined ? "" : "$(circle-slash) ";
    return {
      label: `${icon}${choice}`,
      description: problem === undefined ? value : vscode.l10n.t("not usable on this machine"),
      ...(problem !== undefined && { detail: problem }),
      value,
    };
  });
  return pickOrInstall(items, facts, titleText("gpu"));
}

const INSTALL = Symbol("install");

/** Undefined: nothing was chosen, or a back end is being installed. */
async function pickOrInstall(
  items: readonly Picked<string | null>[],
  { canInstall }: EngineFacts,
  title: string,
): Promise<string | undefined> {
  const install: Picked<typeof INSTALL>[] = canInstall
    ? [{ label: vscode.l10n.t("$(cloud-download) Install GPU Support…"), value: INSTALL }]
    : [];
  const all: readonly Picked<string | null | typeof INSTALL>[] = [...items, ...install];
  const picked = await vscode.window.showQuickPick(all, { title, matchOnDetail: true });
  if (picked?.value !== INSTALL) return picked?.value ?? undefined;
  await vscode.commands.executeCommand(COMMANDS.installGpuSupport);
  return undefined;
}

/** Nothing is known if the search failed, which is shown: choosing another back end may be what helps. */
const UNKNOWN: EngineFacts = { unusable: {}, devices: [], canInstall: false };

/** Null: the user stopped the search. */
async function findDevices({ client, notifier }: CommandContext): Promise<EngineFacts | null> {
  const served = await withServerProgress(client, vscode.l10n.t("Looking for devices"), (runId) =>
    client.request(devicesRequest, { runId, again: false }),
  );
  if (served.kind === "done") return engineFacts(served.result);
  if (served.kind !== "failed") return null;
  notifier.error(served.error.text, nextSteps.showLog());
  return UNKNOWN;
}

async function askChoice(name: Name, choices: Readonly<Record<string, string>>): Promise<Value | undefined> {
  const now = valueOf(name);
  const items = Object.entries(choices).map(([value, meaning]) => ({
    label: value === now ? `$(check) ${value}` : value,
    description: meaning,
    value,
  }));
  return (await vscode.window.showQuickPick(items, { title: titleText(name) }))?.value;
}

/** The GPUs of usable back ends, by their names; those of others are missing, each with the reason. */
async function askDevice(context: CommandContext): Promise<Value | undefined> {
  const facts = await findDevices(context);
  if (facts === null) return undefined;
  const now = valueOf("device");
  const items: Picked<string>[] = [
    { label: vscode.l10n.t("All of the back end's"), value: "" },
    ...facts.devices.map(({ name, description }) => ({ label: name, description, value: name })),
  ].map((item) => (item.value === now ? { ...item, label: `$(check) ${item.label}` } : item));
  // Without a value: taking one of these leads back to the choices.
  const missing = Object.entries(facts.unusable).map(([backend, reason]): Picked<null> => {
    const description = vscode.l10n.t("not usable on this machine");
    return { label: `$(circle-slash) ${backend}`, description, detail: reason, value: null };
  });
  return pickOrInstall([...items, ...missing], facts, titleText("device"));
}

/** A number; where the setting allows it, nothing for what the program chooses. */
async function askNumber(name: Name): Promise<Value | undefined> {
  const setting = settingOf(name);
  const isNullable = "nullable" in setting && setting.nullable;
  const parsed = (text: string): Value =>
    text.trim() === "" && isNullable ? null : Number(text.trim() || "NaN");
  const now = valueOf(name);
  const typed = await vscode.window.showInputBox({
    title: titleText(name),
    prompt: isNullable
      ? vscode.l10n.t("{0} Leave empty for {1}.", setting.text, valueText(name, null))
      : setting.text,
    value: now === null ? "" : String(now),
    validateInput: (text) => valueProblem(name, parsed(text)),
  });
  return typed === undefined ? undefined : parsed(typed);
}

function valueOf(name: SettingName): Value {
  const value = configurationOf().get<unknown>(name);
  return typeof value === "string" || typeof value === "number" ? value : null;
}

function valueText(name: Name, value: Value): string {
  if (name === "gpu") return new Map<Value, string>(Object.entries(GPU_CHOICE_NAMES)).get(value) ?? "";
  if (name === "gpuLayers" && value === null) return vscode.l10n.t("as many as fit");
  if (name === "threads" && value === null) return vscode.l10n.t("all cores but one");
  if (name === "device" && (value === null || value === "")) return vscode.l10n.t("all of the back end's");
  return name === "contextTokens" && value !== null
    ? vscode.l10n.t("{0} tokens", value.toLocaleString(vscode.env.language))
    : String(value ?? "");
}

/** Without its icon. */
const titleText = (name: Name): string => titleOf(name).replace(/^\$\([a-z-]+\) /, "");
