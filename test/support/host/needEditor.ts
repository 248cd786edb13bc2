// What a bench in the real editor needs, set up if it is missing: a build, the demo model, a browser and VS Code's server.
import { needProvider } from "../../../scripts/setup/needs.mjs";
import { repositoryFolder } from "../check.ts";

/** Puts their places into the environment. @throws what setting up throws, with its next step */
export async function needEditor(): Promise<void> {
  const need = needProvider(repositoryFolder);
  for (const name of ["build", "demoModel", "chromium", "vscodeHost"] as const)
    Object.assign(process.env, await need(name));
}
