// Which group an answer is about: by the groups file that a client named, or by name.
import { namedRoute, readGroupsFile, Router, type GroupsFile } from "../../pools/index.ts";
import type { AnswerSubject, WorkerResults } from "../../protocol/worker.ts";
import type { PoolRoute } from "../../../core/trace/index.ts";
import { WorkerError } from "../errors.ts";

export class Subjects {
  private groups: { readonly path: string; readonly router: Router } | null = null;

  /** Reads a groups file instead of the last one, which stays if this one can't be used. @throws PoolError */
  async read(path: string | null): Promise<WorkerResults["groups"]> {
    if (path === null) {
      this.groups = null;
      return null;
    }
    const file = await readGroupsFile(path);
    this.groups = { path, router: new Router(file) };
    return figuresOf(file);
  }

  /** @throws WorkerError groupUnknown */
  routeOf({ subject = null, attributes = {}, group = null }: AnswerSubject): PoolRoute {
    const { groups } = this;
    if (groups === null) return { subject, ...namedRoute(group) };
    if (group === null) return { subject, ...groups.router.route({ subject, attributes }) };
    if (!groups.router.has(group)) throw new WorkerError({ tag: "groupUnknown", group, groups: groups.path });
    return { subject, ...namedRoute(group) };
  }
}

function figuresOf({ subjects, attribute }: GroupsFile): NonNullable<WorkerResults["groups"]> {
  const names = new Set([...Object.values(subjects), ...Object.values(attribute?.mapping ?? {})]);
  if (attribute?.other != null) names.add(attribute.other);
  return { groups: names.size, subjects: Object.keys(subjects).length };
}
