// LASER: Get Started, which opens the walkthrough.
import * as vscode from "vscode";
import { WALKTHROUGH } from "../../host/catalogue.ts";

/**
 * Opens the first steps.
 * @param isSet whether a context key, e.g. "laser.hasModel", is set
 */
export async function openWalkthrough(
  { id, packageJSON }: Pick<vscode.Extension<unknown>, "id" | "packageJSON">,
  isSet: (key: string) => boolean,
): Promise<void> {
  const category = `${id}#${WALKTHROUGH}`;
  // The editor reads walkthroughs when they are first asked for. Before that it takes the first of its own for one that
  // it doesn't know, so it is asked for a step that does not exist, which is refused once they are read.
  await mark("welcome.markStepIncomplete", `${category}#none`);
  // It ticks a step when its key becomes set, but not one whose key was set before it read the walkthrough.
  for (const step of stepsDone(packageJSON, isSet))
    await mark("welcome.markStepComplete", `${category}#${step}`);
  await vscode.commands.executeCommand("workbench.action.openWalkthrough", category, false);
}

/** The editor's own commands are not documented: without them the walkthrough still opens. */
async function mark(command: string, step: string): Promise<void> {
  await vscode.commands.executeCommand(command, step).then(undefined, () => undefined);
}

interface Manifest {
  readonly contributes: {
    readonly walkthroughs: readonly {
      readonly id: string;
      readonly steps: readonly { readonly id: string; readonly completionEvents: readonly string[] }[];
    }[];
  };
}

function stepsDone(packageJSON: unknown, isSet: (key: string) => boolean): readonly string[] {
  const { walkthroughs } = (packageJSON as Manifest).contributes;
  const steps = walkthroughs.find(({ id }) => id === WALKTHROUGH)?.steps ?? [];
  const isDone = (event: string): boolean =>
    event.startsWith("onContext:") && isSet(event.slice("onContext:".length));
  return steps.filter(({ completionEvents }) => completionEvents.some(isDone)).map(({ id }) => id);
}
