// The name and version of this program, for traces and --version.
import manifest from "../../package.json" with { type: "json" };

export const VERSION: string = manifest.version;
export const GENERATOR = `${manifest.name} ${manifest.version}`;
