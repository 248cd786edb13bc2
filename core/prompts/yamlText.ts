// A text as it is written in YAML.
import { stringify } from "yaml";

/** A text as a value: in quotes only where YAML would read something else without them. */
export function yamlText(text: string, flow: boolean): string {
  const written = stringify(text, { lineWidth: 0 }).trimEnd();
  const isPlain = written === text && !(flow && /[,[\]{}]/.test(text));
  return isPlain ? text : JSON.stringify(text);
}
