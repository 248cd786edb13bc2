// What this extension contributes besides settings (core/settings): commands, context keys, colours and views. A test
// compares it with package.json in both directions.
export const COMMANDS = {
  generate: "laser.generate",
  generateWithValues: "laser.generateWithValues",
  runAgain: "laser.runAgain",
  stop: "laser.stop",
  goToAnswer: "laser.goToAnswer",
  copyAnswer: "laser.copyAnswer",
  saveAnswer: "laser.saveAnswer",
  addToPool: "laser.addToPool",
  createPrompt: "laser.createPrompt",
  openSample: "laser.openSample",
  openWalkthrough: "laser.openWalkthrough",
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
  showModel: "laser.showModel",
  engineChoices: "laser.engineChoices",
  showDevices: "laser.showDevices",
  installGpuSupport: "laser.installGpuSupport",
  runDataSet: "laser.runDataSet",
  toggleTokens: "laser.toggleTokenBoundaries",
  showRendered: "laser.showRenderedPrompt",
  searchPool: "laser.searchPool",
  warmUpPool: "laser.warmUpPool",
  makePool: "laser.makePool",
} as const;
/** Commands hidden from the palette: buttons and lenses call them with arguments. */
export const HIDDEN_COMMANDS = {
  showMenu: "laser.showMenu",
  openExternal: "laser.openExternal",
  continueFrom: "laser.continueFrom",
  runWithoutPool: "laser.runWithoutPool",
  skipBadLines: "laser.skipBadLines",
  changeContext: "laser.changeContext",
  tracesRefresh: "laser.traces.refresh",
  tracesBrowse: "laser.traces.browse",
  tracesRunAgain: "laser.traces.runAgain",
  tracesOpen: "laser.traces.open",
  tracesOpenText: "laser.traces.openText",
  tracesCompare: "laser.traces.compare",
  tracesMakePool: "laser.traces.makePool",
  tracesRename: "laser.traces.rename",
  tracesDelete: "laser.traces.delete",
  tracesRevealPrompt: "laser.traces.revealPrompt",
  tracesCopyPath: "laser.traces.copyPath",
  tracesRevealInOs: "laser.traces.revealInOs",
  poolsRefresh: "laser.pools.refresh",
  poolsShow: "laser.pools.show",
  poolsUse: "laser.pools.use",
  poolsAddFile: "laser.pools.addFile",
  poolsDrop: "laser.pools.drop",
  poolsForget: "laser.pools.forget",
  poolsExport: "laser.pools.export",
  poolsFreeze: "laser.pools.freeze",
  poolsThaw: "laser.pools.thaw",
  poolsUseGroup: "laser.pools.useGroup",
} as const;

export const CONTEXT_KEYS = {
  running: "laser.running",
  /** A run is shown that can be made again. */
  canRunAgain: "laser.canRunAgain",
  hasAnswer: "laser.hasAnswer",
  /** What the walkthrough's steps are completed by. */
  hasModel: "laser.hasModel",
  hasPool: "laser.hasPool",
  hasPlainRun: "laser.hasPlainRun",
} as const;

export const WALKTHROUGH = "start";

export const VIEWS = {
  container: "laser",
  panel: "laser.panel",
  prompts: "laser.prompts",
  traces: "laser.traces",
  pools: "laser.pools",
} as const;

/** View types of our editors. */
export const EDITORS = { trace: "laser.traceEditor", runTable: "laser.runTable" } as const;

export const LANGUAGE = "prompty";

/** Of our models in VS Code's chat. */
export const CHAT_VENDOR = "laser";

export const TERMINAL_PROFILE = "laser.terminal";

export const OUTPUT_SCHEME = "laser-output";

/** Language of answers: coloured as Markdown, but a bracket that is not closed yet is not marked. */
export const ANSWER_LANGUAGE = "laser-answer";

/** Scheme of the documents that show answers of pools. */
export const POOL_ENTRY_SCHEME = "laser-pool";
/** Scheme of prompts as the model gets them. */
export const RENDERED_SCHEME = "laser-rendered";

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
