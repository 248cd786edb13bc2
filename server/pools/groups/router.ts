// Which group a request belongs to: that of its subject if enough is known about it, else that of its attribute, else
// none, and why. Pure.
import { several } from "../../../core/base/index.ts";
import type { GroupAttribute, GroupMethod, GroupsFile } from "./groupsFile.ts";

/** The known facts about a request; a DataRow is one. */
export interface Routable {
  /** The user or item that it is about; null: unknown. */
  readonly subject: string | null;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Where a request drafts from. */
export interface Route {
  /** null: all answers equally. */
  readonly group: string | null;
  /** How the group was found; global: there is none; asked: it was named. */
  readonly by: GroupMethod | "asked" | "global";
  /** Part of a sentence, such as "first genre; 3 interactions are too few for a collaborative group (needs 5)". */
  readonly reason: string;
}

/** Routes requests by one groups file. */
export class Router {
  private names: ReadonlySet<string> | null = null;

  constructor(private readonly groups: GroupsFile) {}

  /** Calls `route` for anything; never fails. */
  route({ subject, attributes }: Routable): Route {
    const { subjects, made, attribute } = this.groups;
    if (subject !== null && Object.hasOwn(subjects, subject))
      return { group: subjects[subject]!, by: made.by, reason: OWN_REASONS[made.by] };
    const cold = this.coldReason(subject);
    const found = attribute === null ? null : attributeGroup(attribute, attributes);
    if (found !== null)
      return { group: found.group, by: "attribute", reason: [found.reason, ...cold].join("; ") };
    const missing =
      attribute === null
        ? []
        : [
            attributes[attribute.name] === undefined
              ? `it has no ${attribute.name}`
              : `no group has its ${attribute.name}`,
          ];
    const reason = [...cold, ...missing].join("; ");
    return { group: null, by: "global", reason: reason === "" ? "it is not in the groups file" : reason };
  }

  /** Whether a request can be sent to a group of this name. */
  has(group: string): boolean {
    const { attribute } = this.groups;
    // Without a mapping, each value of the attribute is a group.
    if (attribute !== null && (attribute.mapping === null || attribute.other === group)) return true;
    this.names ??= new Set([
      ...Object.values(this.groups.subjects),
      ...Object.values(attribute?.mapping ?? {}),
    ]);
    return this.names.has(group);
  }

  /** Why the subject has no group of its own. */
  private coldReason(subject: string | null): readonly string[] {
    const { made, few, minInteractions } = this.groups;
    if (made.by === "attribute") return [];
    if (subject === null) return ["its subject is unknown"];
    if (made.by !== "interactions") return ["its subject is not in the groups file"];
    const known = Object.hasOwn(few, subject) ? few[subject]! : 0;
    return [
      `${several(known, "interaction")} ${known === 1 ? "is" : "are"} too few for a collaborative group (needs ${minInteractions})`,
    ];
  }
}

/** Where a request goes that no groups file mentions: to the group that was named, if one was. */
export function namedRoute(group: string | null): Route {
  return group === null
    ? { group, by: "global", reason: "no groups were given" }
    : { group, by: "asked", reason: "it was named" };
}

const OWN_REASONS: Readonly<Record<GroupMethod, string>> = {
  attribute: "its group in the groups file",
  vectors: "cluster of its vector",
  interactions: "cluster of its interactions",
  random: "drawn at random",
};

/** The group of the first value of an attribute; null if it leads to none. */
export function attributeGroup(
  { name, mapping, other }: GroupAttribute,
  attributes: Readonly<Record<string, string>>,
): { readonly group: string; readonly reason: string } | null {
  const value = Object.hasOwn(attributes, name) ? firstValue(attributes[name]!) : "";
  if (value !== "") {
    if (mapping === null) return { group: value, reason: `first ${name}` };
    if (Object.hasOwn(mapping, value)) return { group: mapping[value]!, reason: `first ${name} ${value}` };
  }
  if (other === null) return null;
  return { group: other, reason: value === "" ? `no ${name}` : `first ${name} ${value}, which has no group` };
}

/** "Comedy" of "Comedy|Drama", "Comedy, Drama" and "Comedy". */
function firstValue(values: string): string {
  return values.split(/[|,]/, 1)[0]!.trim();
}
