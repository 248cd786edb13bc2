// The Pools view: pools, their groups, and the newest answers of each. Nothing is read before a row is opened.
import { stat } from "node:fs/promises";
import * as vscode from "vscode";
import { messageOf, unreachable } from "../../core/base/index.ts";
import { HIDDEN_COMMANDS, VIEWS } from "../host/catalogue.ts";
import { DisposableStore, type Disposable } from "../host/lifecycle.ts";
import {
  groupDescription,
  groupName,
  groupSentence,
  poolDescription,
  poolName,
  poolTooltip,
  servingSentence,
} from "./poolLabels.ts";
import { entryRow } from "./entryRow.ts";
import type { ListedEntry, ListedGroup, PoolListing } from "./poolListing.ts";
import { listPool, PoolCommandFailed, type ListOptions, type PoolPrograms } from "./poolProcess.ts";
import { knownPools, promptInUse } from "./poolsInUse.ts";
import { groupServingOf, servingOf, type GroupServing, type PromptInUse } from "./serving.ts";

export type PoolNode =
  | { readonly kind: "pool"; readonly path: string }
  | {
      readonly kind: "group";
      readonly path: string;
      readonly group: ListedGroup;
      /** null: the pool serves no prompt. */
      readonly serving: GroupServing | null;
    }
  | {
      readonly kind: "entry";
      readonly path: string;
      /** Whether single answers can be dropped. */
      readonly mayChange: boolean;
      readonly entry: ListedEntry;
    }
  | { readonly kind: "note"; readonly path: string; readonly text: string };

/** Entries of a group that are shown; the others are found by searching. */
const SHOWN = 100;

export class PoolTree implements vscode.TreeDataProvider<PoolNode>, Disposable {
  private readonly store = new DisposableStore();
  private readonly emitter = this.store.add(new vscode.EventEmitter<undefined>());
  private readonly view: vscode.TreeView<PoolNode>;
  /** By path and what was asked, as long as the file is the same. */
  private readonly listings = new Map<
    string,
    { readonly key: string; readonly listing: Promise<PoolListing> }
  >();
  private inUse: PromptInUse | null = null;
  /** All that the rows depend on, as they were last read; null before that. */
  private seen: string | null = null;
  private checking: Promise<void> = Promise.resolve();

  readonly onDidChangeTreeData = this.emitter.event;

  constructor(private readonly programs: PoolPrograms) {
    this.view = this.store.add(vscode.window.createTreeView(VIEWS.pools, { treeDataProvider: this }));
    const refresh = (): void => {
      this.refresh();
    };
    const watcher = this.store.add(vscode.workspace.createFileSystemWatcher("**/*.laserpool"));
    for (const subscribe of [watcher.onDidCreate, watcher.onDidChange, watcher.onDidDelete])
      this.store.add(subscribe(refresh));
    this.store.add(vscode.window.onDidChangeActiveTextEditor(refresh));
    this.store.add(vscode.workspace.onDidGrantWorkspaceTrust(refresh));
    this.store.add(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration("laser")) refresh();
      }),
    );
  }

  get selection(): readonly PoolNode[] {
    return this.view.selection;
  }

  /**
   * Reads the rows again if what they show has changed. VS Code loses the rows of a refresh that the next one overtakes, and
   * their menus do nothing then: an editor that is opened, or a file that a command changed, asks more than once.
   */
  refresh(): void {
    this.checking = this.checking.then(async () => {
      if ((await stateOf(promptInUse())) !== this.seen) this.emitter.fire(undefined);
    });
  }

  /** Reads them again in any case. */
  readAgain(): void {
    this.listings.clear();
    this.emitter.fire(undefined);
  }

  dispose(): void {
    this.store.dispose();
  }

  async getChildren(parent?: PoolNode): Promise<PoolNode[]> {
    if (parent === undefined) return this.pools();
    try {
      return await this.below(parent);
    } catch (error) {
      return [{ kind: "note", path: parent.path, text: textOf(error) }];
    }
  }

  async getTreeItem(node: PoolNode): Promise<vscode.TreeItem> {
    switch (node.kind) {
      case "pool":
        return this.poolItem(node.path);
      case "group":
        return groupItem(node, this.inUse?.name ?? "");
      case "entry":
        return entryItem(node);
      case "note": {
        const item = new vscode.TreeItem(node.text);
        item.iconPath = new vscode.ThemeIcon("info");
        item.tooltip = node.text;
        return item;
      }
      default:
        return unreachable(node);
    }
  }

  private async pools(): Promise<PoolNode[]> {
    this.inUse = promptInUse();
    this.seen = await stateOf(this.inUse);
    const paths = await knownPools(this.inUse);
    this.view.message = paths.length === 0 ? "" : await this.messageOf(paths);
    return paths.map((path) => ({ kind: "pool", path }));
  }

  /** Which pool serves the prompt in use, and why. */
  private async messageOf(paths: readonly string[]): Promise<string> {
    const { inUse } = this;
    if (inUse === null) return "";
    for (const path of paths) {
      const serving = servingOf(path, inUse);
      if (serving === null || serving.kind === "overridden") continue;
      const of = `${poolName(path)}: ${servingSentence(serving, inUse.name)}`;
      const { group } = inUse;
      if (serving.kind !== "serves" || group === null) return of;
      const groups = await this.figuresOf(path).then(
        (listing) => listing.groups.map((one) => one.group),
        (): (string | null)[] => [], // Its row says why it can't be read.
      );
      return groups.includes(group)
        ? `${of} ${vscode.l10n.t("Its group is {0}.", group)}`
        : `${of} ${vscode.l10n.t("It names the group {0}, which the pool does not have: answers of all groups count equally.", group)}`;
    }
    // The pool that the prompt names is not looked at before the workspace is trusted.
    if (!vscode.workspace.isTrusted) return "";
    return inUse.name === ""
      ? vscode.l10n.t("No pool is in use: choose one, or name it in a prompt's laser block.")
      : vscode.l10n.t("{0} drafts from its own text only: it has no pool.", inUse.name);
  }

  private async poolItem(path: string): Promise<vscode.TreeItem> {
    const item = new vscode.TreeItem(poolName(path), vscode.TreeItemCollapsibleState.Collapsed);
    item.id = path;
    item.resourceUri = vscode.Uri.file(path);
    const serving = this.inUse === null ? null : servingOf(path, this.inUse);
    item.iconPath = new vscode.ThemeIcon(serving?.kind === "serves" ? "database" : "circle-outline");
    try {
      const listing = await this.figuresOf(path);
      if (listing.isFrozen) item.iconPath = new vscode.ThemeIcon("lock");
      item.description = poolDescription(listing, serving);
      item.tooltip = poolTooltip(path, listing, serving, this.inUse?.name ?? "");
      item.contextValue =
        listing.kind === "answers" ? "answersPool" : listing.isFrozen ? "frozenPool" : "pool";
    } catch (error) {
      item.iconPath = new vscode.ThemeIcon("warning");
      item.description = textOf(error);
      item.tooltip = textOf(error);
      item.contextValue = "unreadablePool";
      item.collapsibleState = vscode.TreeItemCollapsibleState.None;
    }
    item.accessibilityInformation = { label: `${poolName(path)}, ${item.description}` };
    return item;
  }

  private async below(parent: PoolNode): Promise<PoolNode[]> {
    const { path } = parent;
    if (parent.kind === "pool") {
      const { groups } = await this.figuresOf(path);
      const names = groups.map(({ group }) => group);
      const { inUse } = this;
      const serves = inUse !== null && servingOf(path, inUse)?.kind === "serves";
      if (groups.length > 1 || (names[0] ?? null) !== null)
        return groups.map((group): PoolNode => ({
          ...{ kind: "group", path, group },
          serving: serves ? groupServingOf(group.group, names, inUse) : null,
        }));
      return this.entries(path, undefined);
    }
    return parent.kind === "group" ? this.entries(path, parent.group.group) : [];
  }

  private async entries(path: string, group: string | null | undefined): Promise<PoolNode[]> {
    const options = { limit: SHOWN, ...(group === undefined ? {} : { group }) };
    const { entries, found, kind, isFrozen } = await this.listed(path, options);
    const nodes = entries.map((entry): PoolNode => ({
      kind: "entry",
      path,
      mayChange: kind === "poolFile" && !isFrozen,
      entry,
    }));
    if (found === nodes.length) return nodes;
    const text = vscode.l10n.t(
      "{0} more. Search the pool to find them.",
      (found - nodes.length).toLocaleString(vscode.env.language),
    );
    return [...nodes, { kind: "note", path, text }];
  }

  private figuresOf(path: string): Promise<PoolListing> {
    return this.listed(path, { limit: 1 });
  }

  /** Read again only when the file has changed: switching editors refreshes the view. */
  private async listed(path: string, options: ListOptions): Promise<PoolListing> {
    const key = await stampOf(path);
    const asked = JSON.stringify([path, options]);
    const known = this.listings.get(asked);
    if (known?.key === key) return known.listing;
    const listing = listPool(this.programs, path, options);
    this.listings.set(asked, { key, listing });
    listing.catch(() => {
      if (this.listings.get(asked)?.listing === listing) this.listings.delete(asked);
    });
    return listing;
  }
}

/** Another one when the file has changed. */
async function stampOf(path: string): Promise<string> {
  const facts = await stat(path).catch(() => null);
  return `${facts?.mtimeMs ?? 0} ${facts?.size ?? 0}`;
}

async function stateOf(inUse: PromptInUse | null): Promise<string> {
  const paths = await knownPools(inUse);
  const stamps = await Promise.all(paths.map(stampOf));
  return JSON.stringify([inUse, paths, stamps, vscode.workspace.isTrusted]);
}

function textOf(error: unknown): string {
  return error instanceof PoolCommandFailed ? error.text.message : messageOf(error);
}

function groupItem(
  { path, group, serving }: Extract<PoolNode, { readonly kind: "group" }>,
  promptName: string,
): vscode.TreeItem {
  const item = new vscode.TreeItem(groupName(group.group), vscode.TreeItemCollapsibleState.Collapsed);
  item.id = `${path}\n${JSON.stringify(group.group)}`;
  item.iconPath = new vscode.ThemeIcon(serving === "own" ? "pass" : "symbol-class");
  item.description = groupDescription(group, serving);
  if (serving !== null) item.tooltip = groupSentence(serving, promptName);
  item.contextValue = group.group === null ? "noGroup" : "poolGroup";
  item.accessibilityInformation = { label: `${groupName(group.group)}, ${item.description}` };
  return item;
}

function entryItem(node: Extract<PoolNode, { readonly kind: "entry" }>): vscode.TreeItem {
  const { path, entry, mayChange } = node;
  const { label, description, tooltip, spoken } = entryRow(entry, vscode.env.language);
  const item = new vscode.TreeItem(label);
  item.id = `${path}\n${entry.entry}`;
  item.iconPath = new vscode.ThemeIcon("note");
  item.description = description;
  item.tooltip = tooltip;
  item.accessibilityInformation = { label: spoken };
  item.contextValue = mayChange ? "poolEntry" : "fixedEntry";
  const title = vscode.l10n.t("Show Answer");
  item.command = { title, command: HIDDEN_COMMANDS.poolsShow, arguments: [node] };
  return item;
}
