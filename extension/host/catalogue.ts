// What this extension contributes besides settings (core/settings): commands, context keys, colours and views. A test
// compares it with package.json in both directions.
export const COMMANDS = {
  generate: "laser.generate",
  stop: "laser.stop",
  chooseModel: "laser.chooseModel",
  openSettings: "laser.openSettingsEditor",
  openTrace: "laser.openTrace",
  showLog: "laser.showLog",
  restart: "laser.restartServer",
  toggleDecorations: "laser.toggleDecorations",
  exportTrace: "laser.exportTrace",
  showKeys: "laser.showKeys",
  compareTraces: "laser.compareTraces",
  compareStrategies: "laser.compareStrategies",
  compareSettings: "laser.compareSettings",
  showDevices: "laser.showDevices",
  installGpuSupport: "laser.installGpuSupport",
  runDataSet: "laser.runDataSet",
} as const;
/** Commands hidden from the palette: buttons and lenses call them with arguments. */
export const HIDDEN_COMMANDS = {
  showMenu: "laser.showMenu",
  continueFrom: "laser.continueFrom",
  tracesRefresh: "laser.traces.refresh",
  tracesBrowse: "laser.traces.browse",
  tracesOpen: "laser.traces.open",
  tracesOpenText: "laser.traces.openText",
  tracesCompare: "laser.traces.compare",
  tracesRename: "laser.traces.rename",
  tracesDelete: "laser.traces.delete",
  tracesRevealPrompt: "laser.traces.revealPrompt",
  tracesCopyPath: "laser.traces.copyPath",
  tracesRevealInOs: "laser.traces.revealInOs",
} as const;

export const CONTEXT_KEYS = { running: "laser.running" } as const;

export const VIEWS = { container: "laser", panel: "laser.panel", traces: "laser.traces" } as const;

/** View types of our editors. */
export const EDITORS = { trace: "laser.traceEditor", runTable: "laser.runTable" } as const;

export const LANGUAGE = "prompty";

export const OUTPUT_SCHEME = "laser-output";

/** Scheme of the documents that show the text of compact traces. */
export const TRACE_TEXT_SCHEME = "laser-trace";

export const COLOURS = [
  "laser.accepted",
  "laser.relaxed",
  "laser.rejected",
  "laser.unreached",
  "laser.correction",
  "laser.bonus",
  "laser.plain",
] as const;
