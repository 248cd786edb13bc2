// Registers the commands that need nothing but the parts of the running extension.
import * as vscode from "vscode";
import { COMMANDS, HIDDEN_COMMANDS } from "../host/catalogue.ts";
import { copyAnswer, goToAnswer, saveAnswer } from "./run/answerFiles.ts";
import { createPrompt } from "./prompts/promptsView.ts";
import { chooseModel } from "./models/chooseModel.ts";
import { compareSettings } from "./compare/compareSettings.ts";
import { compareStrategies } from "./compare/compareStrategies.ts";
import { compareTraces } from "./compare/compareTraces.ts";
import { continueRun, readContinueArgument } from "./run/continueRun.ts";
import type { CommandContext } from "./context.ts";
import { exportTrace } from "./traces/exportTrace.ts";
import { changeContext, runWithoutPool, skipBadLines } from "./run/fixes.ts";
import { engineChoices } from "./models/engineChoices.ts";
import { generate, generateWithValues } from "./run/generate.ts";
import { installGpuSupport, showDevices } from "./models/gpuSupport.ts";
import { openTrace, restart, showMenu, stop } from "./others.ts";
import { runDataSet } from "./run/runDataSet.ts";
import { showKeys } from "./welcome/showKeys.ts";
import { toggleMarks } from "../answer/decorations.ts";
import { runAgain } from "./run/runAgain.ts";
import type { DisposableStore } from "../host/lifecycle.ts";

export function registerCommands(store: DisposableStore, context: CommandContext): void {
  const register = (command: string, run: (...given: unknown[]) => unknown): void => {
    store.add(vscode.commands.registerCommand(command, run));
  };
  // Buttons and lenses pass a file; the palette and keys pass nothing.
  const uriOf = (argument: unknown): vscode.Uri | undefined =>
    argument instanceof vscode.Uri ? argument : undefined;
  register(COMMANDS.generate, (uri) => generate(context, uriOf(uri)));
  register(COMMANDS.generateWithValues, (uri) => generateWithValues(context, uriOf(uri)));
  register(COMMANDS.runAgain, (given) => runAgain(context, uriOf(given)));
  register(COMMANDS.goToAnswer, () => goToAnswer(context));
  register(COMMANDS.copyAnswer, () => copyAnswer(context));
  register(COMMANDS.saveAnswer, () => saveAnswer(context));
  register(COMMANDS.createPrompt, () => createPrompt());
  register(COMMANDS.stop, () => stop(context));
  register(COMMANDS.chooseModel, () => chooseModel(context));
  register(COMMANDS.openSettings, () => {
    context.settingsEditor.open();
  });
  register(COMMANDS.openTrace, (uri, how) => openTrace(context, uriOf(uri), how));
  register(COMMANDS.exportTrace, (uri, format) => exportTrace(context, uriOf(uri), format));
  register(COMMANDS.showKeys, () => showKeys());
  register(COMMANDS.showLog, () => {
    context.log.show();
  });
  register(COMMANDS.restart, () => restart(context));
  register(COMMANDS.toggleDecorations, () => toggleMarks(context.notifier));
  register(COMMANDS.compareTraces, (...given: readonly unknown[]) => compareTraces(context, given));
  register(COMMANDS.compareSettings, (uri) => compareSettings(context, uriOf(uri)));
  register(COMMANDS.compareStrategies, (uri) => compareStrategies(context, uriOf(uri)));
  register(COMMANDS.runDataSet, (argument) => runDataSet(context, argument));
  register(COMMANDS.engineChoices, () => engineChoices(context));
  register(COMMANDS.showDevices, () => showDevices(context));
  register(COMMANDS.installGpuSupport, () => installGpuSupport(context));
  register(HIDDEN_COMMANDS.showMenu, () => showMenu(context));
  register(HIDDEN_COMMANDS.openExternal, (file) =>
    file instanceof vscode.Uri ? vscode.env.openExternal(file) : null,
  );
  register(HIDDEN_COMMANDS.runWithoutPool, (uri) => runWithoutPool(context, uriOf(uri)));
  register(HIDDEN_COMMANDS.skipBadLines, (uri) => skipBadLines(context, uriOf(uri)));
  register(HIDDEN_COMMANDS.changeContext, (tokens, uri) => changeContext(context, tokens, uriOf(uri)));
  register(HIDDEN_COMMANDS.continueFrom, (argument) => continueRun(context, readContinueArgument(argument)));
}
