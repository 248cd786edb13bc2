// What this program calls itself, in traces and on --version.
import manifest from "../../package.json" with { type: "json" };

export const VERSION: string = manifest.version;
export const GENERATOR = `${manifest.name} ${manifest.version}`;
