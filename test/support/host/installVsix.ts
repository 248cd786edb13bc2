// Installs a .vsix in a profile of a VS Code, as its command line does.
import { runServerCommand } from "../../../scripts/host/server.mjs";

/** @throws if VS Code refuses it */
export async function installVsix(
  vsix: string,
  profile: Parameters<typeof runServerCommand>[0],
): Promise<void> {
  const args = ["--install-extension", vsix];
  const { code, output } = await runServerCommand(profile, args, "keep");
  if (code !== 0) throw new Error(`VS Code refused ${vsix} with code ${code}: ${output}`);
}
