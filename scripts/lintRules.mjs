// @ts-check
// Our own lint rules, as a plugin of oxlint (.oxlintrc.json).
import { DIALECT } from "./plainEnglish.mjs";

/**
 * The parts of a node that our rules read.
 * @typedef {{ readonly type: string, readonly name?: string, readonly value?: unknown, readonly parent?: SyntaxNode,
 *   readonly object?: SyntaxNode, readonly property?: SyntaxNode }} SyntaxNode
 * @typedef {{ readonly report: (problem: { node: SyntaxNode, message: string }) => void,
 *   readonly sourceCode: { readonly getAllComments: () => SyntaxNode[] } }} Context
 */

/** A text that a user may read: plain words only. An import's path is not such a text. */
const plainEnglish = {
  /** @param {Context} context */
  create(context) {
    const checks = DIALECT.map(({ wording, instead }) => ({ pattern: new RegExp(wording), instead }));
    /**
     * @param {SyntaxNode} node
     * @param {unknown} text
     */
    const check = (node, text) => {
      if (typeof text !== "string") return;
      for (const { pattern, instead } of checks)
        if (pattern.test(text)) context.report({ node, message: `A native reader would write: ${instead}.` });
    };
    return {
      /** @param {SyntaxNode} node */
      Literal(node) {
        if (node.parent?.type !== "ImportDeclaration") check(node, node.value);
      },
      /** @param {SyntaxNode} node */
      TemplateElement(node) {
        check(node, /** @type {{ readonly cooked?: unknown }} */ (node.value).cooked);
      },
    };
  },
};

const noEnums = {
  /** @param {Context} context */
  create(context) {
    return {
      /** @param {SyntaxNode} node */
      TSEnumDeclaration(node) {
        context.report({ node, message: "Use a union of string tags." });
      },
    };
  },
};

/** One door to the terminal, where other people's control characters become symbols. */
const oneDoor = {
  /** @param {Context} context */
  create(context) {
    return {
      /** @param {SyntaxNode} node */
      MemberExpression(node) {
        if (node.object?.name === "process" && /^std(out|err)$/.test(node.property?.name ?? ""))
          context.report({ node, message: "Print through server/cli/terminal/output.ts." });
      },
    };
  },
};

/** Each silenced rule has a reason. */
const describedDirectives = {
  /** @param {Context} context */
  create(context) {
    return {
      Program() {
        for (const comment of context.sourceCode.getAllComments())
          if (/^\s*(eslint|oxlint)-disable(?!.*\s--\s+\S)/.test(String(comment.value)))
            context.report({ node: comment, message: "Say why: … -- reason." });
      },
    };
  },
};

// eslint-disable-next-line no-restricted-exports -- oxlint takes a plugin's default export
export default {
  meta: { name: "laser" },
  rules: {
    "plain-english": plainEnglish,
    "no-enums": noEnums,
    "one-door": oneDoor,
    "described-directives": describedDirectives,
  },
};
