// Tasks of type "laser": `laser generate` for each prompt file of the workspace, and what tasks.json names. VS Code itself keeps
// tasks from running where the workspace isn't trusted.
import * as vscode from "vscode";
import { quietSettings } from "../settings/config.ts";
import { modelFlags } from "../settings/settingFlags.ts";
import {
  PROBLEM_MATCHERS,
  readTask,
  taskArguments,
  taskName,
  TASK_TYPE,
  type LaserTask,
} from "./laserTask.ts";
import type { Launcher } from "./launcher.ts";

const MAX_OFFERED = 50;

export class LaserTasks implements vscode.TaskProvider {
  /** @param launcher written when a task is asked for */
  constructor(private readonly launcher: () => Promise<Launcher>) {}

  async provideTasks(token: vscode.CancellationToken): Promise<vscode.Task[]> {
    const found = await vscode.workspace.findFiles("**/*.prompty", "**/node_modules/**", MAX_OFFERED, token);
    const launcher = await this.launcher();
    return found.flatMap((uri) => {
      const folder = vscode.workspace.getWorkspaceFolder(uri);
      if (folder === undefined || uri.scheme !== "file") return [];
      const prompt = vscode.workspace.asRelativePath(uri, false);
      return [taskOf({ type: TASK_TYPE, command: "generate", prompt }, folder, launcher)];
    });
  }

  async resolveTask(task: vscode.Task): Promise<vscode.Task | undefined> {
    const read = readTask(task.definition);
    if (read === null) return undefined;
    // VS Code requires the same definition object.
    return taskOf(read, task.scope ?? vscode.TaskScope.Workspace, await this.launcher(), task.definition);
  }
}

function taskOf(
  task: LaserTask,
  scope: vscode.WorkspaceFolder | vscode.TaskScope,
  { program, env }: Launcher,
  definition: vscode.TaskDefinition = task,
): vscode.Task {
  const folder = typeof scope === "object" ? scope : vscode.workspace.workspaceFolders?.[0];
  const settings = quietSettings(folder?.uri);
  const flags = settings === null ? [] : modelFlags(settings.model);
  const options = { env: { ...env }, ...(folder !== undefined && { cwd: folder.uri.fsPath }) };
  const execution = new vscode.ProcessExecution(program, [...taskArguments(task, flags)], options);
  return new vscode.Task(definition, scope, taskName(task), "LASER", execution, [...PROBLEM_MATCHERS]);
}
