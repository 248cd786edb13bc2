// The names that a template gives values itself: by `set`, `for`, `with` and `macro`.
import type { Template } from "./jinja/index.ts";
import type { Body, Statement, Target } from "./jinja/nodes.ts";

/** Each once, wherever it holds. */
export function namesSetIn({ body }: Pick<Template, "body">): readonly string[] {
  const names = new Set<string>();
  const takeTarget = (target: Target): void => {
    if (target.kind === "name") names.add(target.name);
    else if (target.kind === "tuple") target.items.forEach(takeTarget);
  };
  const takeBody = (statements: Body): void => {
    for (const statement of statements) take(statement);
  };
  const take = (statement: Statement): void => {
    switch (statement.kind) {
      case "if":
        for (const branch of statement.branches) takeBody(branch.body);
        takeBody(statement.otherwise);
        return;
      case "for":
        takeTarget(statement.target);
        names.add("loop");
        takeBody(statement.body);
        takeBody(statement.otherwise);
        return;
      case "set":
        takeTarget(statement.target);
        return;
      case "capture":
        takeTarget(statement.target);
        takeBody(statement.body);
        return;
      case "with":
        for (const [target] of statement.values) takeTarget(target);
        takeBody(statement.body);
        return;
      case "macro":
        names.add(statement.name);
        for (const { name } of statement.parameters) names.add(name);
        takeBody(statement.body);
        return;
      case "callBlock":
        for (const { name } of statement.parameters) names.add(name);
        takeBody(statement.body);
        return;
      case "filterBlock":
      case "group":
        takeBody(statement.body);
        return;
      case "text":
      case "print":
      case "break":
      case "continue":
    }
  };
  takeBody(body);
  return [...names];
}
