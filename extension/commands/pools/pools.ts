// The commands of the Pools view: what changes a pool runs as `laser pool …`, with progress, and can be cancelled.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as vscode from "vscode";
import { messageOf } from "../../../core/base/index.ts";
import { COMMANDS, HIDDEN_COMMANDS } from "../../host/catalogue.ts";
import { nextSteps } from "../../host/notify.ts";
import type { DisposableStore } from "../../host/lifecycle.ts";
import { noticeText } from "../../host/markdownText.ts";
import { requireTrust } from "../../host/trust.ts";
import { promptOfAnswer } from "../../answer/output.ts";
import { entryUri } from "../../pools/entryDocument.ts";
import { entryRow } from "../../pools/entryRow.ts";
import { groupName, poolName } from "../../pools/poolLabels.ts";
import { listPool, PoolCommandFailed, runPool, type PoolPrograms } from "../../pools/poolProcess.ts";
import { knownPools, promptDocument, promptInUse } from "../../pools/poolsInUse.ts";
import type { PoolNode, PoolTree } from "../../pools/poolTree.ts";
import { changeSetting, quietSettings } from "../../settings/config.ts";
import { addAsLine, answerText } from "../run/answerFiles.ts";
import type { CommandContext } from "../context.ts";
import { makePool } from "./makePool.ts";
import { useGroup } from "./promptGroup.ts";
import { warmUpPool } from "./warmUpPool.ts";

const POOL_EXTENSION = ".laserpool";
/** Found answers that a search lists. */
const MAX_FOUND = 500;

export function registerPoolCommands(
  store: DisposableStore,
  context: CommandContext,
  tree: PoolTree,
  programs: PoolPrograms,
): void {
  const pools = new Pools(context, tree, programs);
  const register = (command: string, run: (node: PoolNode | undefined) => unknown): void => {
    store.add(
      vscode.commands.registerCommand(command, (clicked?: PoolNode) => run(clicked ?? tree.selection[0])),
    );
  };
  register(HIDDEN_COMMANDS.poolsRefresh, () => {
    tree.readAgain();
  });
  register(HIDDEN_COMMANDS.poolsShow, (node) => pools.show(node));
  register(HIDDEN_COMMANDS.poolsUse, (node) => pools.use(node));
  register(HIDDEN_COMMANDS.poolsAddFile, (node) => pools.addFile(node));
  register(HIDDEN_COMMANDS.poolsDrop, (node) => pools.drop(node));
  register(HIDDEN_COMMANDS.poolsForget, (node) => pools.forget(node));
  register(HIDDEN_COMMANDS.poolsExport, (node) => pools.exportTo(node));
  register(HIDDEN_COMMANDS.poolsFreeze, (node) => pools.freeze(node, true));
  register(HIDDEN_COMMANDS.poolsThaw, (node) => pools.freeze(node, false));
  register(HIDDEN_COMMANDS.poolsUseGroup, async (node) => {
    await useGroup(context, node?.kind === "group" ? node.group.group : null);
    tree.refresh();
  });
  store.add(
    vscode.commands.registerCommand(COMMANDS.warmUpPool, async (clicked?: unknown) => {
      await warmUpPool(context, programs, clicked);
      tree.refresh();
    }),
  );
  store.add(
    vscode.commands.registerCommand(COMMANDS.makePool, async (argument?: unknown) => {
      await makePool(context, argument);
      tree.refresh();
    }),
  );
  register(COMMANDS.searchPool, (node) => pools.search(node));
  // Run from the palette or an answer, the command does not act on what is selected in the tree.
  store.add(
    vscode.commands.registerCommand(COMMANDS.addToPool, (clicked?: unknown) =>
      pools.addAnswer(isPoolNode(clicked) ? clicked : undefined),
    ),
  );
}

/** Menus of editors pass a URI instead. */
function isPoolNode(clicked: unknown): clicked is PoolNode {
  return typeof clicked === "object" && clicked !== null && "kind" in clicked && "path" in clicked;
}

class Pools {
  constructor(
    private readonly context: CommandContext,
    private readonly tree: PoolTree,
    private readonly programs: PoolPrograms,
  ) {}

  async show(node: PoolNode | undefined): Promise<void> {
    if (node?.kind !== "entry") return;
    await this.showEntry(node.path, node.entry.entry);
  }

  async use(node: PoolNode | undefined): Promise<void> {
    const pool = node?.path ?? (await this.askPool());
    if (pool === null) return;
    if (!(await changeSetting(this.context.notifier, "poolFile", pool, promptDocument()?.uri))) return;
    this.tree.refresh();
  }

  async search(node: PoolNode | undefined): Promise<void> {
    const pool = node?.path ?? (await this.askPool());
    if (pool === null) return;
    const search = await vscode.window.showInputBox({
      title: vscode.l10n.t("Search {0}", poolName(pool)),
      prompt: vscode.l10n.t("Text, id or group of an answer"),
    });
    if (search === undefined || search === "") return;
    const listing = await this.working(vscode.l10n.t("Searching {0}", poolName(pool)), (signal) =>
      listPool(this.programs, pool, { search, limit: MAX_FOUND }, signal),
    );
    if (listing === null) return;
    if (listing.found === 0) {
      this.context.notifier.information(
        vscode.l10n.t("No answer of {0} contains “{1}”.", poolName(pool), search),
      );
      return;
    }
    const items = listing.entries.map((entry) => ({
      label: entry.id,
      description: entryRow(entry, vscode.env.language).description,
      detail: groupName(entry.group),
      entry: entry.entry,
    }));
    const title =
      listing.found > items.length
        ? vscode.l10n.t("The newest {0} of {1} answers found", items.length, listing.found)
        : items.length === 1
          ? vscode.l10n.t("1 answer found")
          : vscode.l10n.t("{0} answers found", items.length);
    const chosen = await vscode.window.showQuickPick(items, {
      title,
      matchOnDescription: true,
      matchOnDetail: true,
    });
    if (chosen !== undefined) await this.showEntry(pool, chosen.entry);
  }

  async addFile(node: PoolNode | undefined): Promise<void> {
    const pool = node?.path ?? (await this.askPool());
    if (pool === null || !this.mayChange() || !(await this.isOpen(pool))) return;
    const chosen = await vscode.window.showOpenDialog({
      title: vscode.l10n.t("Answers to add to {0}", poolName(pool)),
      openLabel: vscode.l10n.t("Add to Pool"),
      canSelectMany: true,
      filters: { [vscode.l10n.t("Answers and pools")]: ["jsonl", "ndjson", "laserpool"] },
    });
    if (chosen === undefined || chosen.length === 0) return;
    await this.add(
      pool,
      chosen.map(({ fsPath }) => fsPath),
    );
  }

  /** Adds the answer in use: to `node`, otherwise to the pool that its prompt is drafted from. */
  async addAnswer(node: PoolNode | undefined): Promise<void> {
    if (!this.mayChange()) return;
    const answer = await answerText(this.context);
    if (answer === null) return;
    const prompt = promptOfAnswer(answer.uri);
    const inUse = promptInUse(await openPrompt(prompt));
    const named = inUse?.ownPool ?? inUse?.settingPool ?? "";
    // JSON lines need no program, and a pool may be begun with them.
    if (node === undefined && !named.endsWith(POOL_EXTENSION)) {
      await addAsLine(this.context, answer, named === "" ? null : named);
      this.tree.refresh();
      return;
    }
    const pool = node?.path ?? named;
    if (!(await this.isOpen(pool))) return;
    const id = await vscode.window.showInputBox({
      title: vscode.l10n.t("User or item that the answer is about"),
      prompt: vscode.l10n.t("Its id in the pool {0}", poolName(pool)),
      value: path.posix.parse(prompt.path).name,
      validateInput: (value) => (value.trim() === "" ? vscode.l10n.t("Enter an id.") : undefined),
    });
    if (id === undefined) return;
    const group = await this.askGroup(pool);
    if (group === undefined) return;
    const folder = mkdtempSync(path.join(tmpdir(), "laser-pool-"));
    try {
      const file = path.join(folder, "answer.jsonl");
      const line = { id: id.trim(), ...(group !== null && { group }), text: answer.text };
      writeFileSync(file, `${JSON.stringify(line)}\n`, { mode: 0o600 });
      await this.add(pool, [file]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  async drop(node: PoolNode | undefined): Promise<void> {
    if (node?.kind !== "entry" || !node.mayChange || !this.mayChange()) return;
    const drop = vscode.l10n.t("Drop");
    const question = vscode.l10n.t(
      "Remove this answer about {0} from {1}?",
      node.entry.id,
      poolName(node.path),
    );
    if ((await vscode.window.showWarningMessage(question, { modal: true }, drop)) !== drop) return;
    const title = vscode.l10n.t("Removing an answer from {0}", poolName(node.path));
    await this.changing(title, ["drop", "--", node.path, String(node.entry.entry)]);
  }

  async forget(node: PoolNode | undefined): Promise<void> {
    const pool = node?.path ?? (await this.askPool());
    if (pool === null || !this.mayChange()) return;
    const key = await vscode.window.showInputBox({
      title: vscode.l10n.t("Forget a user or an item in {0}", poolName(pool)),
      prompt: vscode.l10n.t(
        "The complete id. All its answers are removed with their text, which can't be undone.",
      ),
      value: node?.kind === "entry" ? node.entry.id : "",
    });
    if (key === undefined || key === "") return;
    const title = vscode.l10n.t("Forgetting {0} in {1}", key, poolName(pool));
    const output = await this.changed(title, ["forget", "--", key, pool]);
    if (output === null) return;
    // A moment in the status bar is too short to read which other files still name the key; their paths are
    // in the log.
    const lines = output.trim().split("\n");
    lines.forEach((line) => {
      this.programs.onLine(line);
    });
    this.context.notifier.information(
      lines.filter((line) => !line.startsWith(" ")).join(" "),
      nextSteps.showLog(),
    );
  }

  /** Freezes a pool, or unfreezes it. */
  async freeze(node: PoolNode | undefined, isFrozen: boolean): Promise<void> {
    if (node?.kind !== "pool" || !this.mayChange()) return;
    const title = isFrozen
      ? vscode.l10n.t("Freezing {0}", poolName(node.path))
      : vscode.l10n.t("Unfreezing {0}", poolName(node.path));
    await this.changing(title, ["freeze", ...(isFrozen ? [] : ["--off"]), "--", node.path]);
  }

  async exportTo(node: PoolNode | undefined): Promise<void> {
    const pool = node?.path ?? (await this.askPool());
    if (pool === null) return;
    const parsed = path.parse(pool);
    const target = await vscode.window.showSaveDialog({
      title: vscode.l10n.t("Export the answers as JSON lines"),
      defaultUri: vscode.Uri.file(path.join(parsed.dir, `${parsed.name}.jsonl`)),
      filters: { [vscode.l10n.t("JSON lines")]: ["jsonl"] },
    });
    if (target === undefined) return;
    const title = vscode.l10n.t("Exporting {0}", poolName(pool));
    await this.changing(title, ["export", `--out=${target.fsPath}`, "--overwrite", "--", pool]);
  }

  private async add(pool: string, files: readonly string[]): Promise<void> {
    const model = quietSettings(promptDocument()?.uri)?.model;
    const named = model?.path ?? model?.catalogueId;
    const title = vscode.l10n.t("Adding to {0}", poolName(pool));
    await this.changing(title, [
      "add",
      ...(named === undefined ? [] : [`--model=${named}`]),
      "--",
      pool,
      ...files,
    ]);
  }

  /** What the command printed, after the view was read again; null, after a message, if it failed. */
  private async changed(title: string, args: readonly string[]): Promise<string | null> {
    const output = await this.working(title, (signal) => runPool(this.programs, args, signal));
    if (output !== null) this.tree.refresh();
    return output;
  }

  private async changing(title: string, args: readonly string[]): Promise<void> {
    const output = await this.changed(title, args);
    if (output === null) return;
    void vscode.window.setStatusBarMessage(output.trim().split("\n").at(-1) ?? "", 8000);
  }

  /** Null if it failed, which the user was shown, or was cancelled. */
  private async working<T>(title: string, work: (signal: AbortSignal) => Promise<T>): Promise<T | null> {
    const stopping = new AbortController();
    // A file of the workspace may have any name.
    const progress = { location: vscode.ProgressLocation.Notification, title: noticeText(title) };
    const options = { ...progress, cancellable: true };
    try {
      return await vscode.window.withProgress(options, (_, token) => {
        token.onCancellationRequested(() => {
          stopping.abort();
        });
        return work(stopping.signal);
      });
    } catch (error) {
      if (stopping.signal.aborted) return null;
      const unexpected = { code: "poolCommandFailed", message: messageOf(error), nextStep: "" };
      this.context.notifier.error(error instanceof PoolCommandFailed ? error.text : unexpected);
      return null;
    }
  }

  /** False, after saying so, for a frozen pool, so that no question is asked for nothing. */
  private async isOpen(pool: string): Promise<boolean> {
    const listing = await this.working(vscode.l10n.t("Reading {0}", poolName(pool)), (signal) =>
      listPool(this.programs, pool, { limit: 1 }, signal),
    );
    if (listing === null) return false;
    if (!listing.isFrozen) return true;
    this.context.notifier.warning(
      vscode.l10n.t("The pool {0} is frozen: its answers can't be changed.", poolName(pool)),
      {
        label: vscode.l10n.t("Unfreeze"),
        command: HIDDEN_COMMANDS.poolsThaw,
        arguments: [{ kind: "pool", path: pool }],
      },
    );
    return false;
  }

  private mayChange(): boolean {
    return requireTrust(this.context.notifier, vscode.l10n.t("change pools"));
  }

  private async askPool(): Promise<string | null> {
    const known = await knownPools(promptInUse());
    if (known.length === 0) {
      this.context.notifier.warning(
        vscode.l10n.t("There is no pool yet: one is made of earlier answers, or of a data set."),
        { label: vscode.l10n.t("Warm Up a Pool…"), command: COMMANDS.warmUpPool },
        { label: vscode.l10n.t("Make Pool from Answers…"), command: COMMANDS.makePool },
      );
      return null;
    }
    const items = known.map((pool) => ({ label: poolName(pool), description: pool, pool }));
    return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Pool") }))?.pool ?? null;
  }

  /** The group for a new answer; null: none; undefined: cancelled. */
  private async askGroup(pool: string): Promise<string | null | undefined> {
    const listing = await this.working(vscode.l10n.t("Reading {0}", poolName(pool)), (signal) =>
      listPool(this.programs, pool, { limit: 1 }, signal),
    );
    if (listing === null) return undefined;
    const groups = listing.groups.map(({ group }) => group).filter((group) => group !== null);
    if (groups.length === 0) return null;
    const items = [null, ...groups].map((group) => ({ label: groupName(group), group }));
    return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Group of the answer") }))?.group;
  }

  private async showEntry(pool: string, entry: number): Promise<void> {
    const document = await vscode.workspace.openTextDocument(entryUri({ path: pool, entry }));
    await vscode.window.showTextDocument(document, { preview: true });
  }
}

/** Null for a prompt that is gone. */
async function openPrompt(prompt: vscode.Uri): Promise<vscode.TextDocument | null> {
  try {
    return await vscode.workspace.openTextDocument(prompt);
  } catch {
    return null;
  }
}
