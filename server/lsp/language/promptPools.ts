// The pool that a prompt drafts from: whether it is there, and which groups it has. What is known is kept until the file changes.
import { stat } from "node:fs/promises";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { DiagnosticSeverity, type Diagnostic } from "vscode-languageserver/node";
import { messageOf, nearestName, t } from "../../../core/base/index.ts";
import { poolOfPrompt } from "../../files/prompts/index.ts";
import type { Places } from "../../protocol/methods.ts";
import { keyAtPath, type PromptDocument } from "./promptDocument.ts";

export interface PromptPoolsSetup {
  /** Whether files that a prompt names may be looked at. */
  readonly isTrusted: () => boolean;
  /** What the settings name; null if the client doesn't say. */
  readonly places: (uri: string) => Promise<Places | null>;
  /** Reads the names of a pool's groups in another process. */
  readonly readGroups: (path: string) => Promise<readonly string[]>;
  readonly log: (line: string) => void;
}

interface PoolFacts {
  readonly path: string;
  readonly isThere: boolean;
  /** null: not read, or not readable, which a run reports. */
  readonly groups: readonly string[] | null;
}

interface Read {
  readonly key: string;
  readonly groups: Promise<readonly string[] | null>;
}

export class PromptPools {
  /** By path. */
  private readonly read = new Map<string, Read>();
  /** By document. */
  private readonly last = new Map<string, PoolFacts>();

  constructor(private readonly setup: PromptPoolsSetup) {}

  /** The groups of the pool that a prompt drafts from; empty if there is none, or it can't be read. */
  async groups(document: PromptDocument): Promise<readonly string[]> {
    const path = await this.pathOf(document);
    return path === null ? [] : ((await this.factsOf(path, true)).groups ?? []);
  }

  /** Looks at what the laser block names. Returns whether something else is known now than before. */
  async look(document: PromptDocument): Promise<boolean> {
    const { laser } = document.prompt.file;
    const named = laser?.pool ?? laser?.group ?? null;
    const path = named === null ? null : await this.pathOf(document);
    const before = JSON.stringify(this.last.get(document.uri));
    if (path === null) this.last.delete(document.uri);
    else this.last.set(document.uri, await this.factsOf(path, laser?.group != null));
    return JSON.stringify(this.last.get(document.uri)) !== before;
  }

  forget(uri: string): void {
    this.last.delete(uri);
  }

  /** What is wrong with pool and group of the block, by what was seen last. */
  problems(document: PromptDocument): readonly Diagnostic[] {
    const facts = this.last.get(document.uri);
    const { laser } = document.prompt.file;
    if (facts === undefined || laser === undefined) return [];
    if (!facts.isThere)
      return laser.pool === null || ownPool(document) !== facts.path
        ? []
        : this.problem(document, "pool", "poolMissing", t("There is no pool at {0}.", facts.path));
    const { group } = laser;
    if (group === null || facts.groups === null || facts.groups.includes(group)) return [];
    const near = nearestName(group, facts.groups);
    const next = near === null ? someOf(facts.groups) : t('Did you mean "{0}"?', near);
    const message = t('The pool {0} has no group "{1}". {2}', basename(facts.path), group, next);
    return this.problem(document, "group", "groupUnknown", message);
  }

  private problem(document: PromptDocument, key: string, code: string, message: string): Diagnostic[] {
    const node = keyAtPath(document.keys, ["laser", key]);
    if (node === null) return [];
    const range = document.rangeOf(node.valueSpan ?? node.keySpan);
    return [{ severity: DiagnosticSeverity.Warning, code, source: "LASER", message, range }];
  }

  /** The prompt's own pool, else the setting's. */
  private async pathOf(document: PromptDocument): Promise<string | null> {
    if (!this.setup.isTrusted()) return null;
    if (document.prompt.file.laser?.pool != null) return ownPool(document);
    return (await this.setup.places(document.uri))?.poolFile ?? null;
  }

  private async factsOf(path: string, withGroups: boolean): Promise<PoolFacts> {
    const facts = await stat(path).catch(() => null);
    if (facts === null) return { path, isThere: false, groups: null };
    if (!withGroups) return { path, isThere: true, groups: null };
    const key = `${facts.mtimeMs} ${facts.size}`;
    const known = this.read.get(path);
    if (known?.key === key) return { path, isThere: true, groups: await known.groups };
    const groups = this.setup.readGroups(path).catch((error: unknown) => {
      this.setup.log(t("the groups of {0} are not known: {1}", path, messageOf(error)));
      return null;
    });
    this.read.set(path, { key, groups });
    return { path, isThere: true, groups: await groups };
  }
}

function ownPool({ uri, prompt }: PromptDocument): string | null {
  return uri.startsWith("file:") ? poolOfPrompt(prompt.file, fileURLToPath(uri)) : null;
}

const NAMED = 8;

function someOf(groups: readonly string[]): string {
  if (groups.length === 0) return t("It has no groups.");
  const rest = groups.length > NAMED ? t(", and {0} more", groups.length - NAMED) : "";
  return t("It has {0}{1}.", groups.slice(0, NAMED).join(", "), rest);
}
