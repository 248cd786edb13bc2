// LASER: Engine Choices: back end, device, layers, threads, cache and context at hand. Each choice is a setting; the next run loads
// the model by them.
import * as vscode from "vscode";
import { settingOf, type SettingName } from "../../../core/settings/index.ts";
import { devicesRequest } from "../../../server/protocol/methods.ts";
import { COMMANDS } from "../../host/catalogue.ts";
import { nextSteps } from "../../host/notify.ts";
import { requireTrust } from "../../host/trust.ts";
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
  if (setting.kind === "choice") return askChoice(name, setting.choices);
  if (name === "device") return askDevice(context);
  return askNumber(name);
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

/** The GPUs of usable back ends, by their names. */
async function askDevice({ client, notifier }: CommandContext): Promise<Value | undefined> {
  const served = await withServerProgress(client, vscode.l10n.t("Looking for devices"), (runId) =>
    client.request(devicesRequest, { runId, again: false }),
  );
  if (served.kind === "failed") notifier.error(served.error.text, nextSteps.showLog());
  if (served.kind !== "done") return undefined;
  const now = valueOf("device");
  const devices = served.result.backends.flatMap(({ state }) =>
    state.kind === "usable" ? state.devices : [],
  );
  const items: Picked<string>[] = [
    { label: vscode.l10n.t("All of the back end's"), value: "" },
    ...devices
      .filter(({ name }) => name !== "")
      .map(({ name, description }) => ({ label: name, description, value: name })),
  ];
  const marked = items.map((item) =>
    item.value === now ? { ...item, label: `$(check) ${item.label}` } : item,
  );
  const placeHolder = devices.length === 0 ? vscode.l10n.t("No GPU can be used on this machine") : "";
  return (await vscode.window.showQuickPick(marked, { title: titleText("device"), placeHolder }))?.value;
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
  if (name === "gpuLayers" && value === null) return vscode.l10n.t("as many as fit");
  if (name === "threads" && value === null) return vscode.l10n.t("all cores but one");
  if (name === "device" && (value === null || value === "")) return vscode.l10n.t("all of the back end's");
  return name === "contextTokens" && value !== null
    ? vscode.l10n.t("{0} tokens", value.toLocaleString(vscode.env.language))
    : String(value ?? "");
}

/** Without its icon. */
const titleText = (name: Name): string => titleOf(name).replace(/^\$\([a-z-]+\) /, "");
